/** What has this phone still to send, in which order, and what became of it? */
import type { Entry as VisitEntry } from '../visits/types'

export type FieldEvent =
  'accept' | 'decline' | 'depart' | 'stage' | 'arrive' | 'work' | 'transport' | 'deliver' | 'complete' | 'hand_over' | 'fail'

/**
 * `safe`: the answer to a safety check; `panic`, `calm`: a cry for rescue and its end; `notice`: a receipt;
 * `visit`, `visit_photo`: what was entered at a door, and a picture of it (`task_id` is the entry's `client_id`);
 * `duty`, `proof`, `extension`: a step of a directive, proof for it (a photo, words, a form, a reading), more time asked for;
 * `case`, `way`, `picture`: a case reported from the street, a step of a case, a picture of it.
 */
export type OutgoingKind = 'visit' | 'visit_photo' | 'event' | 'photo' | 'help' | 'safe' | 'panic' | 'calm' | 'notice' | 'duty' | 'proof' | 'extension' | 'case' | 'way' | 'picture'
export type PictureRole = 'report' | 'before' | 'near' | 'far' | 'reference' | 'after' | 'verify' | 'check'
/** A case as the street reports it; its id is the one it is queued under. */
export interface Reported {
  type: string
  class_code: string
  title: string
  text: string
  address: string
  form: Record<string, string>
  area_code: string | null
  lon: number | null
  lat: number | null
}
export type DutyEvent = 'receive' | 'start' | 'submit'

/** Under whose name, and in which data space (0: reality), things are shown and sent. */
export interface Owner {
  user_id: string
  space: number
}

/** One thing to send. `client_id` is made on the phone once, so that sending twice counts once. */
export interface Outgoing extends Owner {
  seq: number
  client_id: string
  /** The task it is about; for a directive, a case, a notice or the end of a cry, the id of that. */
  task_id: string
  created_at: string
  kind: OutgoingKind
  event?: FieldEvent
  duty?: DutyEvent
  until?: string
  /** What kind of proof it is, and the form or the instrument (urn, quantity); a picture is its own kind. */
  proof?: 'text' | 'form' | 'telemetry'
  form?: Record<string, string>
  reason?: string
  note?: string
  image?: ArrayBuffer
  kinds?: string[]
  count?: number
  headcount?: number
  /** What is reported of a case, the step of one with the time asked for, and which role a picture of it plays. */
  reported?: Reported
  way?: string
  more?: number
  role?: PictureRole
  lon?: number
  lat?: number
  accuracy_m?: number
  visit?: VisitEntry
  refused?: string
}

export type NewOutgoing = Omit<Outgoing, 'seq'>

/** Where the queue lives: IndexedDB on a phone, an array in tests. `all` answers in the order of adding. */
export interface QueueStore {
  add(item: NewOutgoing): Promise<void>
  all(): Promise<Outgoing[]>
  replace(item: Outgoing): Promise<void>
  remove(seq: number): Promise<void>
}

/**
 * What a sender found out: `sent` (the centre has it), `refused` (it never will take it, with its words),
 * `later` (no network, or the centre is busy), `signed_out` (the session has ended), `other_space` (another
 * window of this browser has entered or left an exercise).
 */
export type Halt = 'later' | 'signed_out' | 'other_space'
export type Outcome = { kind: 'sent' } | { kind: 'refused'; why: string } | { kind: Halt }

export type Send = (item: Outgoing) => Promise<Outcome>

export interface Flushed {
  sent: number
  stopped: 'empty' | Halt
}

/**
 * Sends everything that waits, oldest first, one at a time, and stops at the first that must wait: a later
 * step never overtakes an earlier one; only a cry for rescue, then a call for help, go before everything. Runs
 * that overlap join the one under way.
 */
export class Queue {
  private running: Promise<Flushed> | null = null

  constructor(
    private readonly store: QueueStore,
    private readonly send: Send,
  ) {}

  add(item: NewOutgoing): Promise<void> {
    return this.store.add(item)
  }

  all(): Promise<Outgoing[]> {
    return this.store.all()
  }

  dismiss(seq: number): Promise<void> {
    return this.store.remove(seq)
  }

  /** Only what this person queued in this data space is sent: an exercise never speaks into reality, nor back. */
  flush(owner: Owner): Promise<Flushed> {
    this.running ??= alone(() => this.drain(owner)).finally(() => {
      this.running = null
    })
    return this.running
  }

  private async drain(owner: Owner): Promise<Flushed> {
    let sent = 0
    for (;;) {
      const item = first(await this.store.all(), owner)
      if (item === undefined) return { sent, stopped: 'empty' }
      const outcome = await this.send(item)
      if (outcome.kind === 'refused') {
        await this.store.replace({ ...item, refused: outcome.why })
      } else if (outcome.kind === 'sent') {
        await this.store.remove(item.seq)
        sent += 1
      } else {
        return { sent, stopped: outcome.kind }
      }
    }
  }
}

/** Whether a thing on this phone is this person's, of the data space that is looked at. */
export function owned(item: Owner, owner: Owner | null): boolean {
  return owner !== null && item.user_id === owner.user_id && item.space === owner.space
}

function first(items: readonly Outgoing[], owner: Owner): Outgoing | undefined {
  const mine = items.filter((each) => owned(each, owner) && each.refused === undefined)
  return mine.find((each) => each.kind === 'panic') ?? mine.find((each) => each.kind === 'help') ?? mine[0]
}

/** Two open tabs must not interleave one task's steps; browsers without locks rely on the centre's idempotence. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks
  return locks ? (locks.request('mudan-field-queue', work) as Promise<T>) : work()
}

/** The queue in memory, for tests and for browsers that forbid IndexedDB. */
export function memoryStore(): QueueStore {
  let items: Outgoing[] = []
  let last = 0
  return {
    add: async (item) => void items.push({ ...item, seq: ++last }),
    all: async () => items.map((item) => ({ ...item })),
    replace: async (item) => {
      items = items.map((each) => (each.seq === item.seq ? { ...item } : each))
    },
    remove: async (seq) => {
      items = items.filter((each) => each.seq !== seq)
    },
  }
}

/** A random UUID (RFC 9562, version 4), also where the page is not served over HTTPS and the browser has none. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
