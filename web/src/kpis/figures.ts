/** How is an indicator said: its value, the two counts behind it, and the time it covers? */
import type { Kpi } from '../kit/types'

export interface Figure {
  /** Null where nothing can be said: no value, or a share of nothing. */
  value: string | null
  unit: string
}

/** The value as people read it; shares arrive in per cent and are said with one digit. */
export function figure(kpi: Pick<Kpi, 'value' | 'unit' | 'denominator'>): Figure {
  if (kpi.value === null || !Number.isFinite(kpi.value) || kpi.denominator === 0) return { value: null, unit: '' }
  if (kpi.unit === '%') return { value: trimmed(kpi.value, 1), unit: '%' }
  return { value: trimmed(kpi.value, 2), unit: kpi.unit === '1' ? '' : kpi.unit }
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)))
}

/** Cards under their platform, in the order in which platforms and indicators came. */
export function byPlatform(kpis: readonly Kpi[]): [string, Kpi[]][] {
  const groups = new Map<string, Kpi[]>()
  for (const kpi of kpis) groups.set(kpi.platform, [...(groups.get(kpi.platform) ?? []), kpi])
  return [...groups]
}
