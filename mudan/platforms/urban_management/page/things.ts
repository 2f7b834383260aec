/** How do grid cells and components stand: how many cases are open there, what is wrong with them? */
import { ranked } from '@/kit/tabbed'
import type { components } from '@/kit/api.gen'
import type { Entity } from '@/kit/types'

export type CaseArea = components['schemas']['CaseAreaOut']
export const TABS = ['cells', 'components', 'groups'] as const
export type Tab = (typeof TABS)[number]
export const TYPES = { GridCell: 'cells', Component: 'components', ResponsibilityGrid: 'groups' } as const satisfies Record<string, Tab>
export const CASE_TYPES = ['urban_event', 'urban_component']

/** A thing with the cases open in it; null where this person may not read cases. */
export interface Thing extends Entity {
  open: number | null
  overdue: number | null
}

export function tabOf(thing: Pick<Entity, 'type'>): Tab {
  return TYPES[thing.type as keyof typeof TYPES] ?? 'components'
}

/** Cases of a cell are those reported in its code or below it; those of a responsibility grid are its cells'. */
export function counted(entities: readonly Entity[], areas: readonly CaseArea[] | null): Thing[] {
  const cells = entities.filter((one) => one.type === 'GridCell')
  const inCell = new Map(cells.map((cell) => [cell.area_code, sum(areas ?? [], (area) => area.area_code.startsWith(cell.area_code))]))
  return entities.map((one) => {
    if (areas === null || one.type === 'Component') return { ...one, open: null, overdue: null }
    if (one.type === 'GridCell') return { ...one, ...(inCell.get(one.area_code) ?? { open: 0, overdue: 0 }) }
    const mine = cells.filter((cell) => cell.properties['responsibility_grid'] === numberOf(one))
    const sums = mine.map((cell) => inCell.get(cell.area_code) ?? { open: 0, overdue: 0 })
    return { ...one, open: sums.reduce((n, each) => n + each.open, 0), overdue: sums.reduce((n, each) => n + each.overdue, 0) }
  })
}

/** Open cases that lie in no known cell: nobody walks there, or the grid was not given. */
export function outside(entities: readonly Entity[], areas: readonly CaseArea[]): number {
  const cells = entities.filter((one) => one.type === 'GridCell').map((one) => one.area_code)
  return sum(areas, (area) => !cells.some((cell) => area.area_code.startsWith(cell))).open
}

function sum(areas: readonly CaseArea[], wanted: (area: CaseArea) => boolean): { open: number; overdue: number } {
  const found = areas.filter(wanted)
  return { open: found.reduce((n, area) => n + area.open, 0), overdue: found.reduce((n, area) => n + area.overdue, 0) }
}

export function numberOf(one: Pick<Entity, 'urn'>): string {
  return one.urn.split(':').slice(3).join(':')
}

const SEEN = ['intact', 'damaged', 'missing', 'abandoned', 'removed'] as const
export type State = (typeof SEEN)[number]

/** What was last seen of a component, else what the census said. */
export function stateOf(one: Pick<Entity, 'latest' | 'properties'>): State {
  const seen = one.latest['component_state']?.value
  const said = SEEN.find((each) => each === one.properties['state'])
  return (seen === undefined ? said : SEEN[seen]) ?? 'intact'
}

export function isGone(one: Pick<Entity, 'properties'>): boolean {
  return one.properties['gone_on'] !== undefined
}

/** Alarms first, then what is overdue, then what is open, then what is gone at the end. */
export function worstFirst(things: readonly Thing[]): Thing[] {
  return ranked(things, (one) => [isGone(one) ? 1 : 0, one.worst_level ?? 9, -(one.overdue ?? 0), -(one.open ?? 0), -SEEN.indexOf(stateOf(one))])
}
