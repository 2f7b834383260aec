/** What waits on this phone, what was refused, and when is it sent? */
import { computed, ref, shallowRef, type Ref } from 'vue'
import { placeNow, type Place } from './position'
import { memoryStore, owned, Queue, uuid, type Flushed, type NewOutgoing, type Outcome, type Outgoing, type OutgoingKind, type Owner } from './queue'
import { sendToCentre, type Got } from './send'
import type { FieldStore } from './store'

export type Step = Omit<NewOutgoing, keyof Owner | 'client_id' | 'created_at' | 'lon' | 'lat' | 'accuracy_m' | 'refused'>

/** How long a report waits for its place. A cry for rescue goes out at once with the place that is known by then. */
const PLACE_MS: Partial<Record<OutgoingKind, number>> = { event: 1200, help: 1200, safe: 1200, panic: 2500, picture: 1200 }

interface Heard {
  /** The centre's answer to a step: the thing as it is now. */
  got: Got
  /** A run has ended; `sent` things arrived. */
  ran: (ended: Flushed) => void
}

/** The picture that is on its way: how much of it has left. */
export interface Leaving {
  client_id: string
  sent: number
  total: number
}

/** The queue of one phone; `owner` is who is signed in, or was last, in the data space that is looked at. */
export function useOutbox(opening: () => Promise<FieldStore>, owner: () => Owner | null, heard: Heard) {
  const queued = shallowRef<Outgoing[]>([])
  const sending = ref(false)
  const kept = ref(true)
  const leaving = ref<Leaving | null>(null)
  const opened = openedOr(opening, kept)
  const queue = opened.then((store) => new Queue(store, send))
  let stopping = new AbortController()

  let adding: Promise<void> = Promise.resolve()

  const mine = computed(() => queued.value.filter((item) => owned(item, owner())))
  const waiting = computed(() => mine.value.filter((item) => item.refused === undefined).length)
  const refused = computed(() => mine.value.filter((item) => item.refused !== undefined))
  const others = computed(() => queued.value.length - mine.value.length)

  async function send(item: Outgoing): Promise<Outcome> {
    stopping = new AbortController()
    if (item.image !== undefined) leaving.value = { client_id: item.client_id, sent: 0, total: item.image.byteLength }
    const progress = (sent: number, total: number): void => {
      leaving.value = { client_id: item.client_id, sent, total: total || (item.image?.byteLength ?? 0) }
    }
    try {
      return await sendToCentre(item, heard.got, { progress, signal: stopping.signal })
    } finally {
      leaving.value = null
    }
  }

  /** The picture on its way stops; it stays on the phone until somebody sends it again or lets it go. */
  function stop(): void {
    stopping.abort()
  }

  /** Puts what was stopped or refused in line again, under its own name. */
  async function again(seq: number): Promise<void> {
    const item = queued.value.find((each) => each.seq === seq)
    if (item === undefined) return
    const { refused: _why, ...anew } = item
    await (await opened).replace(anew)
    await look()
    void flush()
  }

  async function look(): Promise<void> {
    queued.value = await (await queue).all()
  }

  /** Puts a thing into the queue; its id. Things are queued in the order in which they were pressed. */
  function put(step: Step): Promise<string> {
    const whose = owner()
    if (whose === null) throw new Error('nobody is known on this phone')
    const named = { ...step, ...whose, client_id: uuid(), created_at: new Date().toISOString() }
    const place = PLACE_MS[step.kind] ? placeNow(PLACE_MS[step.kind] ?? 0) : Promise.resolve(null)
    const added = step.kind === 'panic' ? cried(named, place) : adding.then(async () => queuedAt(named, await place))
    adding = Promise.all([adding, added]).then(() => undefined, () => undefined)
    return added
  }

  async function queuedAt(item: NewOutgoing, place: Place | null): Promise<string> {
    await (await queue).add({ ...item, ...(place ?? {}) })
    await look()
    void flush()
    return item.client_id
  }

  /** A cry is on the phone before its place is known, and goes out with it or without it. */
  async function cried(item: NewOutgoing, place: Promise<Place | null>): Promise<string> {
    await (await queue).add(item)
    await look()
    const found = await place
    const waiting = (await (await queue).all()).find((each) => each.client_id === item.client_id)
    if (found !== null && waiting !== undefined) await (await opened).replace({ ...waiting, ...found })
    await look()
    void flush()
    return item.client_id
  }

  async function flush(): Promise<void> {
    const whose = owner()
    if (whose === null || sending.value || waiting.value === 0) return
    sending.value = true
    let again = false
    try {
      const result = await (await queue).flush(whose)
      await look()
      heard.ran(result)
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

  return { opened, look, put, flush, dismiss, stop, again, leaving, mine, waiting, refused, others, sending, kept }
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
