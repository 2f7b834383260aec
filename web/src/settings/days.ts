/** Is a day worked, a holiday, or worked instead of another (调休)? Days as YYYY-MM-DD; the weekday 0 is Monday. */
export type DayKind = 'worked' | 'free' | 'holiday' | 'shifted'

export interface Marks {
  weekdays: number[]
  holidays: string[]
  shifted: string[]
}

const DAY_MS = 86_400_000
export const named = (year: number, month: number, day: number): string => new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10)
const weekday = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7

export function kindOf(day: string, marks: Marks): DayKind {
  if (marks.shifted.includes(day)) return 'shifted'
  if (marks.holidays.includes(day)) return 'holiday'
  return marks.weekdays.includes(weekday(day)) ? 'worked' : 'free'
}

/** An office day becomes a holiday and back; a free day becomes worked and back. */
export function turned(day: string, marks: Marks): Marks {
  const without = (days: string[]): string[] => days.filter((one) => one !== day)
  const office = marks.weekdays.includes(weekday(day))
  const kind = kindOf(day, marks)
  const holidays = kind === 'worked' && office ? [...marks.holidays, day].sort() : without(marks.holidays)
  const shifted = kind === 'free' ? [...marks.shifted, day].sort() : without(marks.shifted)
  return { weekdays: marks.weekdays, holidays, shifted }
}

/** The weeks of a month, Monday first; null where a week begins or ends outside it. */
export function weeksOf(year: number, month: number): (string | null)[][] {
  const first = Date.UTC(year, month, 1)
  const count = (Date.UTC(year, month + 1, 1) - first) / DAY_MS
  const cells: (string | null)[] = Array.from({ length: weekday(named(year, month, 1)) }, () => null)
  for (let day = 1; day <= count; day += 1) cells.push(named(year, month, day))
  while (cells.length % 7) cells.push(null)
  return Array.from({ length: cells.length / 7 }, (_, at) => cells.slice(at * 7, at * 7 + 7))
}

/** How many days of a year are worked, counted as the clocks count them. */
export function workedIn(year: number, marks: Marks): number {
  let count = 0
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += DAY_MS) {
    const kind = kindOf(new Date(at).toISOString().slice(0, 10), marks)
    if (kind === 'worked' || kind === 'shifted') count += 1
  }
  return count
}

export const minutes = (field: string): number => Number(field.slice(0, 2)) * 60 + Number(field.slice(3, 5))
export const timeField = (at: number): string => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`
