/** How are records of government services read, counted and named on their page? */
import { get, withQuery, type Query } from '@/kit/api'
import type { components } from '@/kit/api.gen'
import { t } from '@/kit/i18n'

type Schemas = components['schemas']
export type Item = Schemas['RecordItemOut']
export type Items = Schemas['RecordItemsOut']
export type Count = Schemas['RecordCountOut']
export type Counts = Schemas['RecordCountsOut']
export type Feed = Schemas['RecordFeedOut']
export type Feeds = Schemas['RecordFeedsOut']
export type Cases = Schemas['CasesOut']

export const PLATFORM = 'government_services'
export const PHASES = ['overdue', 'due_soon', 'running', 'undated', 'late', 'done'] as const
export const GRADES = ['very_good', 'good', 'fair', 'bad', 'very_bad'] as const
export const BAD = ['bad', 'very_bad'] as const
export const REVIEWS = ['reviews', 'reviews_standard'] as const

/** The path of a feed's records; `tail` is what is asked of them. */
export function path(feed: string, tail: 'items' | 'items.csv' | 'counts', query: Query = {}): string {
  return withQuery(`/api/records/${PLATFORM}/${feed}/${tail}`, query)
}

export const items = (feed: string, query: Query = {}): Promise<Items> => get<Items>(path(feed, 'items', query))
export const counts = (feed: string, query: Query = {}): Promise<Counts> => get<Counts>(path(feed, 'counts', query))

/** The units of a limit as the code tables word them, by the names of ours. */
const UNITS: Record<string, string> = { 工作日: 'working_days', 自然日: 'calendar_days', 小时: 'hours', 分钟: 'minutes', 月: 'months' }

/** The unit of a limit in the language in use; the source's own word where it is none of these. */
export function unitOf(item: Item, kind: 'statutory' | 'promised'): string {
  const value = item.content[`${kind}_unit`]
  if (value === undefined) return ''
  const known = UNITS[String(value)]
  return known ? t(`government_services.unit.${known}`) : said(item, `${kind}_unit`)
}

/** A field's value in words; an em dash where the source said nothing. */
export function said(item: Item, field: string): string {
  const value = item.content[field]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '—'
}

/** A time field; null where there is none. */
export function moment(item: Item, field: string): string | null {
  const value = item.content[field]
  return typeof value === 'string' ? value : null
}

/** The digit by which a source says a grade: the same one means opposite things in two of them. */
export function digitOf(feed: Feed | undefined, grade: string): string {
  const codes = feed?.fields.find((one) => one.target === 'grade')?.codes ?? {}
  return Object.keys(codes).find((code) => /^\d+$/.test(code) && codes[code] === grade) ?? '—'
}

/** How many records have a value, in a list of counts. */
export function countOf(list: Counts | null | undefined, value: string): number {
  return list?.items.find((one) => one.value === value)?.total ?? 0
}
