/** How does a case stand once everything on this phone has arrived, and what may its holder do next? */
import type { Case, CaseType, Way } from '../cases/types'
import type { Outgoing, PictureRole } from './queue'

/** What is done in the street; the rest is done at a desk. */
const IN_THE_STREET: ReadonlySet<string> = new Set([
  'confirm', 'disprove', 'pass', 'fail', 'sign', 'answer', 'return', 'ask_extension', 'ask_account', 'resume', 'reply',
])

/** Which picture belongs to a step. */
const SHOWS: Record<string, PictureRole> = { confirm: 'verify', disprove: 'verify', pass: 'check', fail: 'check', answer: 'after' }

export interface CaseStanding {
  state: string
  waiting: boolean
  ways: readonly Way[]
}

export interface ShownCase {
  case: Case
  type: CaseType | null
  standing: CaseStanding
  /** Pictures of it that wait on the phone. */
  pictures: number
}

export function pictureOf(way: string): PictureRole | null {
  return SHOWS[way] ?? null
}

/** Without waiting steps the centre's own list rules; with them, the type's ways from where they lead. */
export function caseStanding(one: Case, type: CaseType | null, role: string, mine: readonly Outgoing[]): CaseStanding {
  const waiting = mine.filter((item) => item.kind === 'way' && item.task_id === one.id && item.refused === undefined)
  const known = (type?.ways ?? []).filter((way) => IN_THE_STREET.has(way.name))
  if (waiting.length === 0) {
    return { state: one.state, waiting: false, ways: known.filter((way) => one.can.includes(way.name) && way.origins.includes(one.state)) }
  }
  const taken = new Set(waiting.map((item) => item.way))
  const state = waiting.reduce((now, item) => known.find((way) => way.name === item.way && way.origins.includes(now))?.to || now, one.state)
  // The person who was sent there is sent anew by the desk, and a question is asked once.
  const ways = known.filter((way) => way.origins.includes(state) && way.roles.includes(role) && !taken.has(way.name) && !OF_THE_SENT.has(way.name))
  return { state, waiting: true, ways: OUT_OF_HAND.has(state) ? [] : ways.filter((way) => way.name !== 'reply' || one.asked.includes('supervision')) }
}

const OF_THE_SENT: ReadonlySet<string> = new Set(['confirm', 'disprove', 'pass', 'fail'])
/** What has left this phone's hands: somebody else goes on. */
const OUT_OF_HAND: ReadonlySet<string> = new Set(['dispatching', 'filing', 'refused', 'evaluating', 'answered'])

export function shownCase(one: Case, types: readonly CaseType[], role: string, mine: readonly Outgoing[]): ShownCase {
  const type = types.find((each) => each.name === one.type) ?? null
  const pictures = mine.filter((item) => item.kind === 'picture' && item.task_id === one.id && item.refused === undefined).length
  return { case: one, type, standing: caseStanding(one, type, role, mine), pictures }
}
