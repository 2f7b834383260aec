/** What waits on this phone, what was refused, and when is it sent? */
import { computed, ref, shallowRef, type Ref } from 'vue'
import type { Task } from '../kit/types'
import { memoryStore, Queue, uuid, type NewOutgoing, type Outgoing } from './queue'
import { sendToCentre } from './send'
import type { FieldStore } from './store'

export type Step = Pick<NewOutgoing, 'task_id' | 'kind' | 'event' | 'reason' | 'note' | 'image'>

interface Heard {
  /** The centre's answer to a step: the task as it is now. */
  took: (task: Task) => void
  /** A run has ended; `sent` things arrived. */
  ran: (sent: number, stopped: 'empty' | 'later' | 'signed_out') => void
}

/** The queue of one phone; `userId` is who is signed in, or was last. */
export function useOutbox(opening: () => Promise<FieldStore>, userId: () => string | null, heard: Heard) {
  const queued = shallowRef<Outgoing[]>([])
  const sending = ref(false)
  const kept = ref(true)
  const opened = openedOr(opening, kept)
  const queue = opened.then((store) => new Queue(store, (item) => sendToCentre(item, heard.took)))

  const mine = computed(() => queued.value.filter((item) => item.user_id === userId()))
  const waiting = computed(() => mine.value.filter((item) => item.refused === undefined).length)
  const refused = computed(() => mine.value.filter((item) => item.refused !== undefined))
  const others = computed(() => queued.value.length - mine.value.length)

  async function look(): Promise<void> {
    queued.value = await (await queue).all()
  }

  async function put(step: Step): Promise<void> {
    const user = userId()
    if (user === null) throw new Error('nobody is known on this phone')
    await (await queue).add({ ...step, client_id: uuid(), user_id: user, created_at: new Date().toISOString() })
    await look()
    void flush()
  }

  async function flush(): Promise<void> {
    const user = userId()
    if (user === null || sending.value || waiting.value === 0) return
    sending.value = true
    let again = false
    try {
      const result = await (await queue).flush(user)
      await look()
      heard.ran(result.sent, result.stopped)
      again = result.stopped === 'empty' && waiting.value > 0
    } finally {
      sending.value = false
    }
    if (again) await flush()
  }

  async function dismiss(seq: number): Promise<void> {
    await (await queue).dismiss(seq)
    await look()
  }

  return { opened, look, put, flush, dismiss, mine, waiting, refused, others, sending, kept }
}

/** Browsers may forbid IndexedDB: then all works until the page is closed, and the page says so. */
async function openedOr(opening: () => Promise<FieldStore>, kept: Ref<boolean>): Promise<FieldStore> {
  try {
    return await opening()
  } catch {
    kept.value = false
    const known = new Map<string, unknown>()
    return {
      ...memoryStore(),
      remember: async (key, value) => void known.set(key, value),
      recall: async <T>(key: string) => known.get(key) as T | undefined,
    }
  }
}
