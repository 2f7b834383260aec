/** Which metrics are looked at together, how is a figure written, and which day is it in the county? */
import { numberText } from '@/kit/numbers'
import type { Figure, Figures, Group, Metric } from './types'

const SETS: Record<string, string[]> = {
  posts: ['operations', 'accuracy', 'errors', 'step_mean', 'step_median', 'step_p90'],
  collectors: ['coverage', 'missed_reports', 'self_handled', 'collectors_verified', 'collectors_checked'],
  handling: ['handled', 'handled_in_time', 'waiting_overdue', 'extended', 'handle_median', 'handle_p90', 'rectified_in_time'],
  closing: ['checked_in_time', 'passed', 'closed', 'closed_in_time', 'closed_late', 'reworked', 'reopened', 'close_median', 'close_p90'],
  opening: ['valid', 'outside', 'missed', 'unclosed', 'repeated', 'verified_in_time', 'opened_in_time', 'opened_right'],
  sending: ['dispatched_right', 'dispatched_in_time', 'returned', 'appeals_upheld'],
  answers: ['responded', 'solved', 'satisfied', 'called_back'],
}
const OF_CELLS = ['coverage', 'missed_reports']
const COUNTY_MS = 8 * 3_600_000

/** The sets that have metrics here, each with them; what a platform brings stands under `other`. */
export function setsOf(metrics: readonly Metric[]): Record<string, Metric[]> {
  const placed = new Set(Object.values(SETS).flat())
  const found = Object.entries(SETS).map(([name, names]) => [name, metrics.filter((one) => names.includes(one.name))] as const)
  return Object.fromEntries([...found, ['other', metrics.filter((one) => !placed.has(one.name))] as const].filter(([, some]) => some.length))
}

/** A value with one digit and its unit; null when nothing was to be done. */
export function written(value: number | null | undefined, unit: string): string | null {
  if (value === null || value === undefined) return null
  if (unit === 'n') return numberText(value)
  return `${value.toFixed(1)}${unit === '%' ? '%' : ' h'}`
}

/** What is said where nothing was to be done: of cells, that there are none. */
export function nothingOf(metric: Metric): string {
  return OF_CELLS.includes(metric.name) ? 'evaluation.noCells' : 'evaluation.nothing'
}

/** By how much a value differs from another, with its sign: points of a per cent, or hours; null when one is unknown. */
export function changed(now: number | null | undefined, then: number | null | undefined, unit: string): string | null {
  if (now === null || now === undefined || then === null || then === undefined) return null
  const by = now - then
  const size = unit === 'n' ? numberText(Math.abs(by)) : Math.abs(by).toFixed(1)
  return `${by > 0 ? '+' : by < 0 ? '−' : '±'}${size}${unit === '%' ? ' pp' : unit === 'h' ? ' h' : ''}`
}

/** Both counts: `3 / 4`; of a time, of how many cases it is. */
export function counts(one: { numerator: number | null; denominator: number }): string {
  return one.numerator === null ? `n = ${numberText(one.denominator)}` : `${numberText(one.numerator)} / ${numberText(one.denominator)}`
}

export function figureOf(group: Group, metric: string): Figure | undefined {
  return group.figures.find((one) => one.metric === metric)
}

/** How long a bar is: the share of a rate, a time's share of the longest. */
export function barOf(figure: Figure, metric: Metric, found: Figures): number {
  if (figure.value === null) return 0
  if (metric.unit === '%') return Math.min(100, Math.max(0, figure.value))
  const all = found.groups.map((group) => figureOf(group, metric.name)?.value ?? 0)
  return (100 * figure.value) / Math.max(figure.value, ...all, 1e-9)
}

/** The day in the county, `2026-11-23`. */
export function countyDay(ms: number): string {
  return new Date(ms + COUNTY_MS).toISOString().slice(0, 10)
}
