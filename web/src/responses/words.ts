/** How long until something must be decided or done, in words? */
import { locale, t } from '@/kit/i18n'
import { span, toMs } from '@/kit/time'

/** `剩 5 分钟`, `已逾时 2 分钟`; nothing when there is no time. */
export function remaining(due: string | null, now: number): string {
  if (due === null) return ''
  const s = (toMs(due) - now) / 1000
  return s < 0 ? t('responses.overdue', { time: span(-s, locale.value) }) : t('responses.left', { time: span(s, locale.value) })
}
