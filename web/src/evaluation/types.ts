/** Which words does the contract use for evaluation? The generated types by their short names. */
import type { components } from '@/kit/api.gen'

type Schemas = components['schemas']
export type Figures = Schemas['CaseFiguresOut']
export type Group = Schemas['CaseFigureGroupOut']
export type Figure = Schemas['CaseFigureOut']
export type Metric = Schemas['MetricOut']
export type Score = Schemas['ScoreOut']
export type Behinds = Schemas['BehindsOut']
export type Behind = Schemas['BehindOut']
export type Correction = Schemas['CaseCorrectionOut']
export type Exclusion = Schemas['ExclusionIn']
export type Points = Schemas['PointsIn']

export const WINDOWS = ['month', 'month_from', 'day_from', 'week', 'range'] as const
export const GROUPS = ['area', 'department', 'class', 'type', 'post', 'collectors'] as const
export type WindowKind = (typeof WINDOWS)[number]
export type Grouping = (typeof GROUPS)[number]

/** What is asked of the centre: of which window, by which group, of which type. */
export interface Asked {
  window: WindowKind
  day: string
  last?: string
  group: Grouping
  type?: string
}

/** What is corrected: a case that is not to count, a group that gets points, or a correction that holds no more. */
export type Target = { kind: 'case'; id: string; number: string; metric: string } | { kind: 'group'; key: string; title: string } | { kind: 'withdrawal'; id: string }
