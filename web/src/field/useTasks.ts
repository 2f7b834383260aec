/** Which tasks has the crew, as the centre says or last said, and which were taken away? */
import { ref, shallowRef } from 'vue'
import { ApiError, get } from '../kit/api'
import type { Listing, Task } from '../kit/types'
import { keyOf } from './keys'
import type { Owner } from './queue'
import { open } from './steps'
import type { FieldStore } from './store'

export type Load = 'loading' | 'ready' | 'offline' | 'failed' | 'forbidden'

interface Known {
  tasks: Task[]
  as_of: string
}

/** `own` tells whether this phone itself ended a task, so that its leaving the list is no news. */
export function useTasks(own: (task: Task) => boolean) {
  const tasks = shallowRef<Task[]>([])
  const ended = shallowRef<Task[]>([])
  const load = ref<Load>('loading')
  const asOf = ref<string | null>(null)

  /** True when the centre answered. */
  async function fetchTasks(store: FieldStore, owner: Owner): Promise<boolean> {
    const key = keyOf('tasks', owner)
    try {
      const answer = await get<Listing<Task>>('/api/tasks', { mine: 1, state: 'open' })
      noticeEnded(answer.items)
      tasks.value = answer.items
      asOf.value = answer.as_of
      load.value = 'ready'
      await store.remember(key, { tasks: answer.items, as_of: answer.as_of })
      return true
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      fallBack(error, await store.recall<Known>(key))
      return false
    }
  }

  function fallBack(error: ApiError, known: Known | undefined): void {
    if (error.status === 403) {
      load.value = 'forbidden'
      return
    }
    load.value = known || error.status === 0 ? 'offline' : 'failed'
    if (known && tasks.value.length === 0) tasks.value = known.tasks
    asOf.value ??= known?.as_of ?? null
  }

  function noticeEnded(fresh: readonly Task[]): void {
    const listed = new Set(fresh.map((task) => task.id))
    const still = ended.value.filter((task) => !listed.has(task.id))
    const gone = tasks.value.filter((task) => !listed.has(task.id) && !own(task))
    ended.value = [...still, ...gone.filter((task) => !still.some((each) => each.id === task.id))]
  }

  /** The answer to a step is the task itself: no moment shows the state of before as if nothing was done. */
  function took(task: Task): void {
    tasks.value = open(task.state)
      ? tasks.value.map((each) => (each.id === task.id ? task : each))
      : tasks.value.filter((each) => each.id !== task.id)
  }

  function seen(id: string): void {
    ended.value = ended.value.filter((task) => task.id !== id)
  }

  /** Another person, or another data space: nothing that was shown stays. */
  function forget(): void {
    tasks.value = []
    ended.value = []
    asOf.value = null
    load.value = 'loading'
  }

  return { tasks, ended, load, asOf, fetchTasks, took, seen, forget }
}
