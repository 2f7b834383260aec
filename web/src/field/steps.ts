/** Which steps may a crew member take now, counting those that still wait on the phone? */

import type { DutyEvent, FieldEvent, Outgoing } from './queue'

const AFTER: Record<FieldEvent, string> = {
  accept: 'accepted',
  decline: 'declined',
  depart: 'en_route',
  stage: 'staging',
  arrive: 'on_scene',
  work: 'working',
  transport: 'transporting',
  deliver: 'at_destination',
  complete: 'completed',
  hand_over: 'handed_over',
  fail: 'failed',
}

/** The crew's part of the chart of tasks (mudan/core/tasks/model.py). */
const STEPS: Record<string, readonly FieldEvent[]> = {
  planned: ['decline'],
  offered: ['accept', 'decline'],
  accepted: ['depart', 'arrive', 'decline', 'hand_over'],
  en_route: ['arrive', 'stage', 'fail', 'hand_over'],
  staging: ['arrive', 'fail', 'hand_over'],
  on_scene: ['work', 'transport', 'complete', 'fail', 'hand_over'],
  working: ['transport', 'complete', 'fail', 'hand_over'],
  transporting: ['deliver', 'complete', 'fail', 'hand_over'],
  at_destination: ['complete', 'fail', 'hand_over'],
}

/** Ways out of a task before it is done; shown, and quiet. */
export const GIVING_UP: ReadonlySet<FieldEvent> = new Set(['fail', 'hand_over'])

/** Whether the crew is under way or at work: help can be asked for, and danger be checked. */
export function underWay(state: string): boolean {
  return open(state) && state !== 'planned' && state !== 'offered'
}

/** The main way through a task, for the progress line. */
export const WAY = ['offered', 'accepted', 'en_route', 'on_scene', 'working', 'completed'] as const

/** Where on that line a state stands: side steps count as the step they follow. */
export function reachedOn(state: string): number {
  const side: Record<string, string> = { staging: 'en_route', transporting: 'working', at_destination: 'working' }
  return WAY.findIndex((each) => each === (side[state] ?? state))
}

export interface Standing {
  /** The state once everything that waits has arrived; equals the centre's state when nothing waits. */
  state: string
  /** Whether that state is only this phone's word so far. */
  waiting: boolean
  steps: FieldEvent[]
}

interface HasState {
  id: string
  state: string
  next: readonly string[]
}

/** Without waiting steps the centre's own list of next events rules; with them, the chart above. */
export function standing(task: HasState, queued: readonly Outgoing[]): Standing {
  const waiting = queued.filter(
    (item) => item.task_id === task.id && item.kind === 'event' && item.refused === undefined,
  )
  const last = waiting.at(-1)?.event
  if (last === undefined) {
    const known = STEPS[task.state] ?? []
    return { state: task.state, waiting: false, steps: known.filter((event) => task.next.includes(event)) }
  }
  const state = AFTER[last]
  return { state, waiting: true, steps: [...(STEPS[state] ?? [])] }
}

/** Whether the crew has still something to do in that state. */
export function open(state: string): boolean {
  return state in STEPS
}

const DUTY_AFTER: Record<DutyEvent, string> = { receive: 'received', start: 'in_progress', submit: 'submitted' }

/** The doer's part of the chart of directives (mudan/core/directives/model/chart.py). */
const DUTY_STEPS: Record<string, readonly DutyEvent[]> = {
  issued: ['receive'],
  received: ['start', 'submit'],
  in_progress: ['submit'],
  returned: ['start', 'submit'],
}

export interface DutyStanding {
  /** The state once everything that waits has arrived. */
  state: string
  waiting: boolean
  steps: readonly DutyEvent[]
  /** Proof and a wish for more time can be given: it was received and is not done. */
  going: boolean
  /** Kinds of proof without which it is not done, as far as this phone can tell. */
  missing: string[]
}

interface HasDuty {
  state: string
  evidence: readonly string[]
  evidence_given: readonly string[]
}

/** `waiting`: what of this directive is still on the phone. */
export function dutyStanding(directive: HasDuty, waiting: readonly Outgoing[]): DutyStanding {
  const last = waiting.filter((item) => item.kind === 'duty').at(-1)?.duty
  const state = last === undefined ? directive.state : DUTY_AFTER[last]
  const queued = waiting.filter((item) => item.kind === 'proof').map((item) => (item.image === undefined ? (item.proof ?? 'text') : 'photo'))
  const given = new Set([...directive.evidence_given, ...queued])
  return {
    state,
    waiting: last !== undefined,
    steps: DUTY_STEPS[state] ?? [],
    going: state !== 'issued' && state in DUTY_STEPS,
    missing: directive.evidence.filter((kind) => !given.has(kind)),
  }
}
