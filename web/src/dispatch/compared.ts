/** What does serving all calls together change, call by call? */
import type { Joint, Pair } from './wire'

export interface Row {
  first: Pair
  joint: Pair
  /** Seconds that the joint assignment is sooner (negative: later); null where one of them has nobody. */
  saved: number | null
  moves: boolean
}

/** One row an incident, in the centre's order. */
export function compared(found: Joint): Row[] {
  return found.joint.flatMap((joint, at) => {
    const first = found.greedy[at]
    if (!first) return []
    const saved = first.eta_s === null || joint.eta_s === null ? null : first.eta_s - joint.eta_s
    return [{ first, joint, saved, moves: first.unit_id !== joint.unit_id }]
  })
}
