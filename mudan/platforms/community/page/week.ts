/** How is a day of a plan said, and which Monday is so many weeks away? */
import { locale } from '@/kit/i18n'

const DAY_MS = 86_400_000
const NAMES = { zh: ['日', '一', '二', '三', '四', '五', '六'], en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] }

/** `2026-11-23` as 11-23 周一, or Mon 11-23. */
export function dayName(day: string): string {
  const name = NAMES[locale.value][new Date(`${day}T00:00:00Z`).getUTCDay()]!
  return locale.value === 'zh' ? `${day.slice(5)} 周${name}` : `${name} ${day.slice(5)}`
}

/** The Monday that many weeks from a Monday. */
export function shiftedWeek(monday: string, weeks: number): string {
  return new Date(Date.parse(`${monday}T00:00:00Z`) + weeks * 7 * DAY_MS).toISOString().slice(0, 10)
}
