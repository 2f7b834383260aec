/** How is a clock said: what is owed to whom, and how long is left? */
import { locale, t, tx } from '@/kit/i18n'
import { span, toMs } from '@/kit/time'
import type { Clock } from './wire'

const SOON_MS = 10 * 60_000

export type Urgency = 'met' | 'later' | 'soon' | 'late'

/** How pressing a clock is now. */
export function urgency(clock: Clock, now: number): Urgency {
  if (clock.met_at) return 'met'
  const left = toMs(clock.due_at) - now
  if (left < 0) return 'late'
  return left < SOON_MS ? 'soon' : 'later'
}

/** `首报（电话） → 市应急指挥中心`. */
export function owed(clock: Clock): string {
  return t('reports.owed', { kind: t(`reports.kind.${clock.kind}`), mode: t(`reports.mode.${clock.mode}`), body: tx(clock.body) })
}

/** `剩 12 分钟`, `超时 3 分钟`. */
export function left(clock: Clock, now: number): string {
  const seconds = (toMs(clock.due_at) - now) / 1000
  return t(seconds < 0 ? 'reports.overdue' : 'reports.left', { time: span(Math.abs(seconds), locale.value) })
}
