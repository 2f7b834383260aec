/** Which week is on the screen, and which shift falls on which day? Always Asia/Shanghai, Monday first. */
import { fullTime, toMs } from '@/kit/time'
import type { Shift } from './types'

const DAY_MS = 86_400_000
const OFFSET = '+08:00'
const RELIEF = '08:30'

/** Midnight in Shanghai of the Monday of the week that holds a moment. */
export function monday(ms: number): number {
  const midnight = Date.parse(`${fullTime(ms).slice(0, 10)}T00:00:00${OFFSET}`)
  const weekday = new Date(midnight + 8 * 3_600_000).getUTCDay()
  return midnight - ((weekday + 6) % 7) * DAY_MS
}

/** The seven midnights of a week. */
export function daysOf(start: number): number[] {
  return Array.from({ length: 7 }, (_, day) => start + day * DAY_MS)
}

/** The shifts of a position that begin on a day. */
export function onDay(shifts: Shift[], position: string, day: number): Shift[] {
  return shifts.filter((one) => one.position === position && toMs(one.starts_at) >= day && toMs(one.starts_at) < day + DAY_MS)
}

/** `2026-11-23T08:30` of a day, for a field of date and time (kit/time's `instant` reads it). */
export function relief(day: number): string {
  return `${fullTime(day).slice(0, 10)}T${RELIEF}`
}

/** `11-23`. */
export function dayLabel(day: number): string {
  return fullTime(day).slice(5, 10)
}
