/** Which stations need a look first, and how far is each from its limits? */
import { ranked } from '@/kit/tabbed'
import type { Entity, Latest } from '@/kit/types'

export type Tab = 'river' | 'reservoir' | 'rain'

export const TABS: readonly [Tab, ...Tab[]] = ['river', 'reservoir', 'rain']

/** The part of an entity this page reads; structural, so that tests need no whole entity. */
export type Station = Pick<
  Entity,
  'urn' | 'name' | 'area_name' | 'lon' | 'lat' | 'properties' | 'latest' | 'online' | 'worst_level'
>

export interface Limit {
  name: 'dead' | 'flood_limit' | 'warning' | 'guarantee' | 'crest' | 'rain_limit'
  value: number
}

const LEVELS: ReadonlyArray<[Limit['name'], string]> = [
  ['dead', 'dead_level_m'],
  ['flood_limit', 'flood_limit_level_m'],
  ['warning', 'warning_level_m'],
  ['guarantee', 'guarantee_level_m'],
  ['crest', 'crest_level_m'],
]

export function tabOf(station: Station): Tab {
  const kind = station.properties['kind']
  return kind === 'reservoir' || kind === 'rain' ? kind : 'river'
}

/** The quantity a station of the tab is watched by. */
export function mainQuantity(tab: Tab): 'water_level' | 'rain_1h' {
  return tab === 'rain' ? 'rain_1h' : 'water_level'
}

/** Limits the station has, lowest first; metres above datum, or mm an hour for a rain gauge. */
export function limits(station: Station): Limit[] {
  if (tabOf(station) === 'rain') {
    const value = station.properties['rain_limit_mm_h']
    return typeof value === 'number' ? [{ name: 'rain_limit', value }] : []
  }
  return LEVELS.flatMap(([name, property]) => {
    const value = station.properties[property]
    return typeof value === 'number' ? [{ name, value }] : []
  }).sort((a, b) => a.value - b.value)
}

/** The limit that matters first: 警戒 for a river, 汛限 for a reservoir, the hourly limit for rain. */
export function firstLimit(station: Station): Limit | null {
  const wanted = { river: 'warning', reservoir: 'flood_limit', rain: 'rain_limit' }[tabOf(station)]
  return limits(station).find((limit) => limit.name === wanted) ?? null
}

export interface Margin {
  limit: Limit
  /** Distance below the limit in the limit's unit; negative: over it by so much. */
  below: number
}

/** Distance to the highest limit passed, or else to the first one ahead; null without value or limits. */
export function margin(station: Station): Margin | null {
  const latest = station.latest[mainQuantity(tabOf(station))]
  if (latest === undefined) return null
  const rising = limits(station).filter((limit) => limit.name !== 'dead')
  const passed = rising.filter((limit) => latest.value >= limit.value).at(-1)
  const limit = passed ?? rising[0]
  return limit === undefined ? null : { limit, below: limit.value - latest.value }
}

/** Worst first: by alarm level, then by nearness to the first limit; silent stations before quiet ones. */
export function worstFirst<S extends Station>(stations: readonly S[]): S[] {
  const order = (station: S): number[] => [
    station.worst_level ?? 9,
    station.online === false || main(station)?.stale !== false ? 0 : 1,
    margin(station)?.below ?? Number.POSITIVE_INFINITY,
  ]
  return ranked(stations, order)
}

export function main(station: Station): Latest | undefined {
  return station.latest[mainQuantity(tabOf(station))]
}

/** Seconds after which the station's values are too old to act on; its own property, or 15 minutes. */
export function staleAfterS(station: Station): number {
  const value = station.properties['stale_after_s']
  return typeof value === 'number' ? value : 900
}

/** Whether the station's main value is too old at that moment (ms since 1970 UTC). */
export function isStale(station: Station, nowMs: number): boolean {
  const latest = main(station)
  return latest === undefined || latest.stale || nowMs - Date.parse(latest.observed_at) > staleAfterS(station) * 1000
}
