/** Which steps may a crew member take now, counting those that still wait on the phone? */

import type { FieldEvent, Outgoing } from './queue'

const AFTER: Record<FieldEvent, string> = {
  accept: 'accepted',
  decline: 'declined',
  depart: 'en_route',
  arrive: 'on_scene',
  work: 'working',
  complete: 'completed',
  fail: 'failed',
}

/** The crew's part of the chart of tasks (mudan/core/tasks/model.py). */
const STEPS: Record<string, readonly FieldEvent[]> = {
  offered: ['accept', 'decline'],
  accepted: ['depart', 'arrive', 'decline'],
  en_route: ['arrive', 'fail'],
  on_scene: ['work', 'complete', 'fail'],
  working: ['complete', 'fail'],
}

/** The main way through a task, for the progress line. */
export const WAY = ['offered', 'accepted', 'en_route', 'on_scene', 'working', 'completed'] as const

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
