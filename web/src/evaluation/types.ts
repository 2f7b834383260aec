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
export type Course = Schemas['CaseCourseOut']
export type Compared = Schemas['ComparedOut']
export type AreaFacts = Schemas['AreaFactsOut']
export type AreaFact = Schemas['AreaFact']
export type Kept = Schemas['EvaluationOut']
export type KeptDetail = Schemas['EvaluationDetailOut']
export type KeptToday = Schemas['EvaluationTodayOut']
export type Composite = 'score' | 'online'

export const WINDOWS = ['month', 'month_from', 'day_from', 'week', 'range'] as const
export const GROUPS = ['area', 'department', 'class', 'type', 'post', 'collectors'] as const
export type WindowKind = (typeof WINDOWS)[number]
export type Grouping = (typeof GROUPS)[number]

/** What the page shows: the figures, how cases came in, or what was kept. */
export const VIEWS = ['figures', 'course', 'kept'] as const
export type View = (typeof VIEWS)[number]

/** What is asked of the centre: of which window, by which group, of which type. */
export interface Asked {
  window: WindowKind
  day: string
  last?: string
  group: Grouping
  type?: string
}

/** A list of cases behind something: where it is asked for, and what it is called. */
export interface Listed {
  path: string
  query: Record<string, string | number | undefined>
  title: string
  metric: Metric | null
}

/** What is corrected: a case that is not to count, a group that gets points, or a correction that holds no more. */
export type Target = { kind: 'case'; id: string; number: string; metric: string } | { kind: 'group'; key: string; title: string; composite: Composite } | { kind: 'withdrawal'; id: string }
