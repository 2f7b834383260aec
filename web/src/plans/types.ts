/** What do plans look like on the wire? The generated types by short names, and the plan's own document. */
import type { components } from '@/kit/api.gen'
import type { Text } from '@/kit/types'

type Schemas = components['schemas']
export type PlanRow = Schemas['PlanOut']
export type Plans = Schemas['PlansOut']
export type PlanDetail = Schemas['PlanDetailOut']
export type Version = PlanDetail['versions'][number]
export type VersionDetail = Schemas['VersionDetailOut']
export type Lint = Schemas['LintOut']
export type Finding = Lint['findings'][number]
export type Diff = Schemas['DiffOut']
export type WhatIf = Schemas['WhatIfOut']
export type Advice = Schemas['AdviceOut']
export type Saved = Schemas['SavedOut']

export type Logic = string | { all: Logic[] } | { any: Logic[] } | { k_of_n: { k: number; of: Logic[] } } | { not: Logic }

export interface Who {
  role?: string | null
  department?: string
  towns?: boolean
}

export interface PlanTask {
  id: string
  who: Who
  text: Text
  deadline: string
  counted_from: 'trigger' | 'receipt'
  every: string | null
  evidence: string
  after: string[]
  only_if: Logic | null
  mandatory: boolean
}

export interface LevelPlan {
  key: string
  level: 'I' | 'II' | 'III' | 'IV'
  title: Text
  when: Logic
  start: 'advise' | 'auto'
  commander: string
  deputies: string[]
  approver: string
  end_by: string
  decide_within: string
  min_hold: string
  hand_up: string
  groups: Text[]
  units: { capability: string; kind: string; count: number; by: string | null; place: { says: Text } | null }[]
  tasks: PlanTask[]
  notify: { id: string; who: Who; text: Text; channels: string[]; need_receipt: boolean; within: string | null; fallback: string | null }[]
  warnings: { id: string; event: Text; colour: string; headline: Text; instruction: Text; approver: string }[]
  reports: { to: string; kind: string; phone_within: string | null; written_within: string | null; every: string | null; example: boolean }[]
  closures: { id: string; says: Text; example: boolean }[]
  safety: { par: string | null; entry_limit: string | null; stop_when: Text[]; stop_if: Logic | null } | null
}

export interface Condition {
  says: Text
  hold: string
  source: string
  example: boolean
  manual?: true
  when?: Logic
  forecast?: boolean
}

/** A plan's document, as its file writes it. */
export interface PlanDocument {
  plan: string
  title: Text
  summary: Text
  scope: 'county' | 'incident'
  example: boolean
  raise_only: boolean
  edition: string
  issued_by: Text
  legal_basis: Text[]
  valid_from: string
  review_by: string
  roles: Record<string, { title: Text; filled_by: { role: string; department: string; position: string } }>
  call_trees: Record<string, { who: Who; wait: string; channels: string[] }[]>
  conditions: Record<string, Condition>
  levels: LevelPlan[]
  deescalate: { when: Logic; hold: string; decided_by: string } | null
  closeout: { when: Logic; hold: string; tasks: PlanTask[]; review: Text[] }
  zones: { un: string; name: Text; small: Distances; large: Distances; example: boolean }[]
}

interface Distances {
  isolate_m: number
  day_km: number
  night_km: number
}

/** One condition as it is now. */
export interface Outcome {
  name: string
  says: Text
  holds: boolean | null
  since: string | null
  due_at: string | null
  stale: boolean
  evidence: { name: Text; at: string; source: string; value: number | null; limit: number | null; unit: string }[]
  looked_at: number
  silent: number
  example: boolean
  forecast: boolean
}

/** What a plan says now. */
export interface Said {
  at: string
  advised: string | null
  levels: { key: string; holds: boolean | null; since: string | null; conditions: string[] }[]
  lower: { holds: boolean | null; since: string | null } | null
  end: { holds: boolean | null; since: string | null }
  conditions: Record<string, Outcome>
  stops: string[]
}
