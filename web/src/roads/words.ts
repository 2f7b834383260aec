/** How is a closure said in one line? */
import { listed, t, tx } from '@/kit/i18n'
import { dayTime } from '@/kit/time'
import { manner } from './scene'
import { CLASSES } from './wire'
import type { Closure } from './wire'

/** `机动车、行人`; everybody in one word. */
export function classText(classes: readonly string[]): string {
  if (CLASSES.every((one) => classes.includes(one))) return t('roads.everybody')
  return listed(CLASSES.filter((one) => classes.includes(one)).map((one) => t(`roads.class.${one}`)))
}

/** What it does: closed, water of a depth, avoided. */
export function mannerText(closure: Closure): string {
  const how = manner(closure)
  if (how === 'water') return t('roads.water', { m: closure.depth_m?.toFixed(2) ?? '' })
  return how === 'avoid' ? t('roads.avoid', { n: closure.penalty ?? '' }) : t('roads.shut')
}

/** The names of its roads, or how long a nameless stretch is. */
export function roadsText(closure: Pick<Closure, 'names' | 'length_m'>): string {
  const names = closure.names.slice(0, 3).map(tx)
  return names.length ? listed(names) : t('roads.nameless', { m: Math.round(closure.length_m) })
}

/** From when to when it counts. */
export function timeText(closure: Closure): string {
  const until = closure.ends_at ? t('roads.until', { at: dayTime(closure.ends_at) }) : t('roads.untilLifted')
  return closure.state === 'planned' ? t('roads.from', { at: dayTime(closure.starts_at) }) + ' · ' + until : until
}
