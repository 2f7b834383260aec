/** How does the console hear at once of what changes? One shared WebSocket with sequence numbers and refetch. */
import { onScopeDispose, readonly, ref, toValue, watch, type MaybeRefOrGetter, type Ref } from 'vue'
import { endSession } from './api'

export type Topic = 'alarms' | 'incidents' | 'incident' | 'tasks' | 'units' | 'observations' | 'platforms' | 'changes'
export type Connection = 'connecting' | 'open' | 'lost'
export type Filter = Record<string, unknown>

interface ServerMessage {
  id?: string
  do?: 'subscribed' | 'lost' | 'pong' | 'refused'
  seq?: number
  items?: unknown[]
}

interface Subscription {
  topic: Topic
  filter: Filter
  onItems: (items: never[]) => void
  refetch: () => unknown
  seq: number
}

const SESSION_ENDED = 4401
const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 15_000
const PING_MS = 20_000
const SILENCE_MS = 45_000
const SUBSCRIBE_WAIT_MS = 1000

const subscriptions = new Map<string, Subscription>()
const state = ref<Connection>('connecting')
let socket: WebSocket | null = null
let attempts = 0
let lastId = 0
let heardAt = 0
let pinger: ReturnType<typeof setInterval> | undefined
let reconnect: ReturnType<typeof setTimeout> | undefined

/** Whether the live stream is up; shown in the header. */
export const connection: Readonly<Ref<Connection>> = readonly(state)

/**
 * Hear of changes while the component lives.
 *
 * `refetch` is the page's own loading over HTTP: it is called once at the start, after every reconnect,
 * after a gap in the sequence and when the centre says that something was lost; pages need not load
 * themselves. `onItems` gets the items of one message in order. A changed filter subscribes anew.
 */
export function useLive<T>(
  topic: Topic,
  filter: MaybeRefOrGetter<Filter | undefined>,
  onItems: (items: T[]) => void,
  refetch: () => unknown,
): Readonly<Ref<Connection>> {
  let stop = listen<T>(topic, toValue(filter) ?? {}, onItems, refetch)
  watch(
    () => JSON.stringify(toValue(filter) ?? {}),
    (next) => {
      stop()
      stop = listen<T>(topic, JSON.parse(next) as Filter, onItems, refetch)
    },
  )
  onScopeDispose(() => stop())
  return connection
}

/** As `useLive`, outside components: gives the function that ends it. */
export function listen<T>(
  topic: Topic,
  filter: Filter,
  onItems: (items: T[]) => void,
  refetch: () => unknown,
): () => void {
  const id = `v${++lastId}`
  const wanted: Subscription = { topic, filter, onItems: onItems as (items: never[]) => void, refetch, seq: -1 }
  subscriptions.set(id, wanted)
  if (socket?.readyState === WebSocket.OPEN) {
    subscribe(id, wanted)
    // The snapshot is taken after the stream has begun, so that nothing falls between the two.
    setTimeout(() => wanted.seq < 0 && subscriptions.has(id) && refetch(), SUBSCRIBE_WAIT_MS)
  } else {
    void refetch()
    connect()
  }
  return () => {
    subscriptions.delete(id)
    send({ do: 'unsubscribe', id })
  }
}

/** Close the stream, as when the operator signs out. */
export function disconnect(): void {
  clearTimeout(reconnect)
  clearInterval(pinger)
  const old = socket
  socket = null
  attempts = 0
  state.value = 'connecting'
  old?.close()
}

function connect(): void {
  if (socket) return
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
  const opened = new WebSocket(`${scheme}//${location.host}/live`)
  socket = opened
  opened.onopen = () => {
    attempts = 0
    heardAt = Date.now()
    state.value = 'open'
    for (const [id, wanted] of subscriptions) subscribe(id, wanted)
    clearInterval(pinger)
    pinger = setInterval(beat, PING_MS)
  }
  opened.onmessage = (event: MessageEvent<string>) => {
    heardAt = Date.now()
    hear(JSON.parse(event.data) as ServerMessage)
  }
  opened.onclose = (event) => {
    if (socket === opened) dropped(event.code)
  }
}

function dropped(code: number): void {
  socket = null
  clearInterval(pinger)
  state.value = 'lost'
  if (code === SESSION_ENDED) return endSession()
  if (subscriptions.size === 0) return
  clearTimeout(reconnect)
  reconnect = setTimeout(connect, retryDelayMs(attempts++, Math.random()))
}

/** How long to wait before the next attempt; doubles, with jitter so that desks do not return all at once. */
export function retryDelayMs(attempt: number, random: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt) * (0.5 + random / 2)
}

function beat(): void {
  if (Date.now() - heardAt > SILENCE_MS) socket?.close()
  else send({ do: 'ping' })
}

function subscribe(id: string, wanted: Subscription): void {
  wanted.seq = -1
  send({ do: 'subscribe', id, topic: wanted.topic, filter: wanted.filter })
}

function send(message: object): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
}

function hear(message: ServerMessage): void {
  const wanted = message.id ? subscriptions.get(message.id) : undefined
  if (!wanted) return
  if (message.do === 'subscribed') {
    wanted.seq = Math.max(0, wanted.seq)
    void wanted.refetch()
  } else if (message.do === 'lost') {
    void wanted.refetch()
  } else if (message.items) {
    const seq = message.seq ?? 0
    const gap = wanted.seq >= 0 && seq !== wanted.seq + 1
    wanted.seq = seq
    wanted.onItems(message.items as never[])
    if (gap) void wanted.refetch()
  }
}
