/** Which alarms are asked for? The filters, and how they live in the address. */
import type { LocationQuery } from 'vue-router'
import type { Query } from '@/kit/api'
import type { Level } from '@/kit/types'

export const TABS = ['standing', 'unacknowledged', 'shelved', 'suppressed', 'cleared', 'all'] as const
export type Tab = (typeof TABS)[number]

export interface Filters {
  state: Tab
  levels: Level[]
  platform: string
  area: string
  mine: boolean
  q: string
  /** Only the alarms of this group. */
  group: string
}

const one = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The filters that an address says; unknown words mean the default. */
export function fromQuery(query: LocationQuery): Filters {
  const state = TABS.find((tab) => tab === query['state']) ?? 'standing'
  const levels = one(query['level'])
    .split(',')
    .map(Number)
    .filter((level): level is Level => [1, 2, 3, 4].includes(level))
  return {
    state,
    levels,
    platform: one(query['platform']),
    area: one(query['area']),
    mine: query['mine'] === '1',
    q: one(query['q']),
    group: one(query['group']),
  }
}

/** The address of some filters, keeping what else it holds; defaults are left out. */
export function toQuery(filters: Filters, rest: LocationQuery = {}): LocationQuery {
  const said: Record<string, string> = {
    state: filters.state === 'standing' ? '' : filters.state,
    level: filters.levels.join(','),
    platform: filters.platform,
    area: filters.area,
    mine: filters.mine ? '1' : '',
    q: filters.q,
    group: filters.group,
  }
  const merged = { ...rest, ...said }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== '' && value !== undefined))
}

/** The filters as the query of `GET /api/alarms`. */
export function toRequest(filters: Filters, limit: number): Query {
  const { state, platform, area, q } = filters
  const group = filters.group || undefined
  const level = filters.levels.length ? filters.levels.join(',') : undefined
  return { state, level, platform, area, mine: filters.mine ? 1 : undefined, q, group, limit }
}
