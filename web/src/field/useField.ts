/** What are this crew's tasks, what waits on the phone, and when is it sent? */
import { computed, onMounted, onScopeDispose, ref, shallowRef } from 'vue'
import { ApiError, get } from '../kit/api'
import { useLive } from '../kit/live'
import type { Listing, Task, User } from '../kit/types'
import { useSession } from '../shell/session'
import { memoryStore, Queue, uuid, type FieldEvent, type NewOutgoing, type Outgoing } from './queue'
import { sendToCentre } from './send'
import { open, standing, type Standing } from './steps'
import { fieldStore, type FieldStore } from './store'

export interface Shown {
  task: Task
  standing: Standing
  photos: number
  /** The centre no longer lists it as open and this phone did not end it: cancelled, expired or reassigned. */
  ended: boolean
}

type Crew = Pick<User, 'id' | 'name' | 'units'>
type Load = 'loading' | 'ready' | 'offline' | 'failed' | 'forbidden'

interface Known {
  tasks: Task[]
  as_of: string
}

const RETRY_MS = 10_000

/** Everything the field page shows and does; `opening` gives the phone's database. */
export function useField(opening: () => Promise<FieldStore> = fieldStore) {
  const session = useSession()
  const tasks = shallowRef<Task[]>([])
  const ended = shallowRef<Task[]>([])
  const queued = shallowRef<Outgoing[]>([])
  const me = shallowRef<Crew | null>(null)
  const load = ref<Load>('loading')
  const asOf = ref<string | null>(null)
  const kept = ref(true)
  const sending = ref(false)
  const signedOut = ref(false)
  let store: FieldStore | null = null
  let queue: Queue | null = null

  const ready = opening()
    .catch(() => {
      kept.value = false
      return forgetful()
    })
    .then(async (opened) => {
      store = opened
      queue = new Queue(opened, (item) => sendToCentre(item, took))
      queued.value = await queue.all()
    })

  async function identify(): Promise<void> {
    try {
      signedOut.value = session.session === null && !(await session.resume())
      const user = session.user
      if (user === null) return
      me.value = { id: user.id, name: user.name, units: user.units.map((unit) => ({ ...unit, name: { ...unit.name } })) }
      await store?.remember('me', me.value)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    } finally {
      me.value ??= (await store?.recall<Crew>('me')) ?? null
    }
  }

  async function refetch(): Promise<void> {
    await ready
    if (session.session === null || me.value === null) await identify()
    try {
      const answer = await get<Listing<Task>>('/api/tasks', { mine: 1, state: 'open' })
      noticeEnded(answer.items)
      tasks.value = answer.items
      asOf.value = answer.as_of
      load.value = 'ready'
      await store?.remember(`tasks ${me.value?.id ?? ''}`, { tasks: answer.items, as_of: answer.as_of })
      void flush()
    } catch (error) {
      await fallBack(error)
    }
  }

  async function fallBack(error: unknown): Promise<void> {
    if (!(error instanceof ApiError)) throw error
    const known = await store?.recall<Known>(`tasks ${me.value?.id ?? ''}`)
    if (error.status === 403) load.value = 'forbidden'
    else if (known) {
      if (tasks.value.length === 0) tasks.value = known.tasks
      asOf.value ??= known.as_of
      load.value = 'offline'
    } else load.value = error.status === 0 ? 'offline' : 'failed'
  }

  function noticeEnded(fresh: readonly Task[]): void {
    const listed = new Set(fresh.map((task) => task.id))
    const own = (task: Task): boolean => {
      const state = standing(task, queued.value).state
      return !open(state) || finished.has(task.id)
    }
    const gone = tasks.value.filter((task) => !listed.has(task.id) && !own(task))
    const still = ended.value.filter((task) => !listed.has(task.id))
    ended.value = [...still, ...gone.filter((task) => !still.some((each) => each.id === task.id))]
  }

  /** Tasks this phone itself declined or completed; their leaving the list is no news. */
  const finished = new Set<string>()

  function heard(items: Task[]): void {
    const units = new Set(me.value?.units.map((unit) => unit.id))
    if (items.some((item) => units.has(item.unit.id) || tasks.value.some((task) => task.id === item.id))) {
      void refetch()
    }
  }

  /** The answer to a step is the task itself: no moment shows the state of before as if nothing was done. */
  function took(task: Task): void {
    tasks.value = open(task.state)
      ? tasks.value.map((each) => (each.id === task.id ? task : each))
      : tasks.value.filter((each) => each.id !== task.id)
  }

  async function put(item: Pick<NewOutgoing, 'task_id' | 'kind' | 'event' | 'reason' | 'note' | 'image'>): Promise<void> {
    await ready
    if (me.value === null || queue === null) throw new Error('nobody is known on this phone')
    await queue.add({
      ...item,
      client_id: uuid(),
      user_id: me.value.id,
      created_at: new Date().toISOString(),
    })
    if (item.event && ['decline', 'complete', 'fail'].includes(item.event)) finished.add(item.task_id)
    queued.value = await queue.all()
    void flush()
  }

  async function flush(): Promise<void> {
    await ready
    if (queue === null || me.value === null || sending.value || waiting.value === 0) return
    sending.value = true
    let again = false
    try {
      const result = await queue.flush(me.value.id)
      if (result.stopped === 'signed_out') signedOut.value = true
      if (result.stopped === 'later') load.value = 'offline'
      queued.value = await queue.all()
      if (result.sent > 0) void refetch()
      for (const item of refused.value) finished.delete(item.task_id)
      again = result.stopped === 'empty' && waiting.value > 0
    } finally {
      sending.value = false
    }
    if (again) await flush()
  }

  async function dismiss(seq: number): Promise<void> {
    await queue?.dismiss(seq)
    queued.value = (await queue?.all()) ?? []
  }

  const mine = computed(() => queued.value.filter((item) => item.user_id === me.value?.id))
  const waiting = computed(() => mine.value.filter((item) => item.refused === undefined).length)
  const refused = computed(() => mine.value.filter((item) => item.refused !== undefined))
  const others = computed(() => queued.value.length - mine.value.length)
  const shown = computed<Shown[]>(() => [
    ...ended.value.map((task) => shownOf(task, true)),
    ...tasks.value.map((task) => shownOf(task, false)),
  ])

  function shownOf(task: Task, gone: boolean): Shown {
    const photos = mine.value.filter((item) => item.task_id === task.id && item.kind === 'photo').length
    return { task, standing: standing(task, mine.value), photos, ended: gone }
  }

  useLive<Task>('tasks', undefined, heard, refetch)
  const retry = (): void => void (load.value === 'offline' ? refetch() : flush())
  const timer = setInterval(retry, RETRY_MS)
  onMounted(() => window.addEventListener('online', retry))
  onScopeDispose(() => {
    clearInterval(timer)
    window.removeEventListener('online', retry)
  })

  return {
    asOf,
    dismiss,
    flush,
    kept,
    load,
    me,
    others,
    refetch,
    refused,
    seen: (id: string) => (ended.value = ended.value.filter((task) => task.id !== id)),
    sending,
    shown,
    signedOut,
    step: (id: string, event: FieldEvent, words: { reason?: string; note?: string } = {}) =>
      put({ task_id: id, kind: 'event', event, ...words }),
    photo: (id: string, image: ArrayBuffer) => put({ task_id: id, kind: 'photo', image }),
    waiting,
  }
}

/** A store for browsers that forbid IndexedDB: works until the page is closed, and the page says so. */
function forgetful(): FieldStore {
  const known = new Map<string, unknown>()
  return {
    ...memoryStore(),
    remember: async (key, value) => void known.set(key, value),
    recall: async <T>(key: string) => known.get(key) as T | undefined,
  }
}
