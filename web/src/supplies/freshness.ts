/** How old may a count be before it is doubted? */
import type { Store } from './wire'

export const COUNT_OLD_S = 90 * 86_400 // 示例: a count of goods is believed for a quarter of a year
export const OCCUPANCY_OLD_S = 6 * 3600 // 示例: as the centre's own bound (mudan/core/supplies/model/stock.py)

/** The oldest count among what a store keeps; null when something was never counted. */
export function countedAt(store: Store): string | null {
  const counts = store.stock.map((one) => one.counted_at)
  return counts.some((at) => at === null) ? null : (counts.sort()[0] ?? null)
}

/** How many of its stocks somebody should look at. */
export function concerned(store: Store): number {
  return store.stock.filter((one) => one.concerns.length).length
}
