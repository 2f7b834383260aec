/** Which devices, warnings and places of emergency management need a look first? */
import { ranked } from '@/kit/tabbed'
import type { Entity, Latest, Level } from '@/kit/types'

export type Tab = 'fire' | 'warnings' | 'places'

export const TABS: readonly [Tab, ...Tab[]] = ['fire', 'warnings', 'places']

/** The part of an entity this page reads; structural, so that tests need no whole entity. */
export type Item = Pick<
  Entity,
  'urn' | 'type' | 'name' | 'area_code' | 'area_name' | 'properties' | 'latest' | 'online' | 'worst_level'
>

const PLACE_TYPES: readonly string[] = ['RiskPoint', 'HazardousSite', 'RescueTeam', 'MaterialStore', 'Shelter']

export function tabOf(item: Item): Tab {
  if (item.type === 'WarningArea') return 'warnings'
  return PLACE_TYPES.includes(item.type) ? 'places' : 'fire'
}

/** What stands on a fire device or component, gravest first. */
export const FLAGS = [
  'fire_alarm',
  'power_fault',
  'bus_fault',
  'channel_fault',
  'standby_power_fault',
  'device_fault',
  'post_check_missed',
  'supervised',
  'shielded',
  'manual_mode',
] as const

export const VALUES = ['gas_lel', 'liquid_level', 'pipe_pressure', 'temperature', 'voltage', 'current', 'water_supply'] as const

/** The flags that are set, with how many components they stand for. */
export function standing(item: Item): { flag: (typeof FLAGS)[number]; count: number }[] {
  return FLAGS.flatMap((flag) => {
    const value = item.latest[flag]?.value ?? 0
    return value > 0 ? [{ flag, count: value }] : []
  })
}

/** The measured values there are, in a fixed order, so that nothing moves under the pointer. */
export function measured(item: Item): { quantity: (typeof VALUES)[number]; latest: Latest }[] {
  return VALUES.flatMap((quantity) => {
    const latest = item.latest[quantity]
    return latest ? [{ quantity, latest }] : []
  })
}

/** Rank of a warning (1 blue to 4 red) as the statutory level (4 to 1). */
export function levelOfRank(rank: number): Level | null {
  const level = 5 - Math.round(rank)
  return level === 1 || level === 2 || level === 3 || level === 4 ? level : null
}

/** The warnings in force in an area, gravest first. */
export function warnings(item: Item): { hazard: string; level: Level; at: string }[] {
  return Object.entries(item.latest)
    .flatMap(([quantity, latest]) => {
      const level = levelOfRank(latest.value)
      const hazard = quantity.startsWith('warning_') ? quantity.slice('warning_'.length) : ''
      return hazard && hazard !== 'any' && hazard !== 'named' && level ? [{ hazard, level, at: latest.observed_at }] : []
    })
    .sort((a, b) => a.level - b.level || (a.hazard < b.hazard ? -1 : 1))
}

/** When the newest of an item's values was observed; null when there is none. */
export function heardAt(item: Item): string | null {
  const times = Object.values(item.latest).map((latest) => latest.observed_at)
  return times.length ? times.reduce((a, b) => (Date.parse(a) > Date.parse(b) ? a : b)) : null
}

/** Worst first: by alarm level, fires, silence, then warnings; the rest by name. */
export function worstFirst<I extends Item>(items: readonly I[]): I[] {
  const order = (item: I): number[] => [
    item.worst_level ?? 9,
    (item.latest['fire_alarm']?.value ?? 0) > 0 ? 0 : 1,
    item.online === false ? 0 : 1,
    -(item.latest['warning_any']?.value ?? 0),
    item.type === 'FireTransmitter' ? 0 : 1,
  ]
  return ranked(items, order)
}
