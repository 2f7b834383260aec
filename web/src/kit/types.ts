/** Which words does the centre's HTTP and live contract use? Snake case as on the wire; times are ISO 8601 UTC. */

export interface Text {
  zh: string
  en: string
}

export type Locale = 'zh' | 'en'
export type Level = 1 | 2 | 3 | 4

export type Role =
  | 'leader'
  | 'duty_officer'
  | 'dispatcher'
  | 'department_liaison'
  | 'field_worker'
  | 'integrator'
  | 'administrator'
  | 'auditor'

export type Permission =
  | 'alarms.read'
  | 'alarms.acknowledge'
  | 'alarms.shelve'
  | 'alarms.reset'
  | 'incidents.read'
  | 'incidents.write'
  | 'incidents.close'
  | 'tasks.read'
  | 'tasks.assign'
  | 'tasks.own'
  | 'units.read'
  | 'units.write'
  | 'entities.read'
  | 'entities.write'
  | 'observations.read'
  | 'platforms.read'
  | 'platforms.command'
  | 'frames.read'
  | 'kpis.read'
  | 'people.read'
  | 'people.write'
  | 'audit.read'
  | 'alarms.maintain'
  | 'settings.write'
  | 'households.purpose'
  | 'households.read'
  | 'households.review'
  | 'households.write'
  | 'visits.own'
  | 'visits.read'
  | 'visits.write'
  | 'cases.correct'
  | 'cases.own'
  | 'cases.read'
  | 'cases.write'
  | 'directives.own'
  | 'directives.read'
  | 'directives.write'
  | 'drills.join'
  | 'drills.read'
  | 'drills.write'
  | 'duty.read'
  | 'duty.write'
  | 'incidents.command'
  | 'records.read'
  | 'records.write'
  | 'incidents.note'
  | 'notices.own'
  | 'plans.approve'
  | 'plans.read'
  | 'plans.write'
  | 'reports.read'
  | 'reports.sign'
  | 'reports.write'
  | 'responses.approve'
  | 'responses.read'
  | 'responses.write'
  | 'reviews.read'
  | 'reviews.sign'
  | 'reviews.write'
  | 'roads.close'
  | 'roads.read'
  | 'roads.write'
  | 'stage.write'
  | 'supplies.read'
  | 'supplies.write'
  | 'warnings.approve'
  | 'warnings.read'
  | 'warnings.write'

export interface User {
  id: string
  login: string
  name: string
  role: Role
  department: string | null
  area_code: string
  area_name: Text | null
  locale: Locale
  permissions: Permission[]
  units: { id: string; code: string; name: Text }[]
}

export interface Session {
  user: User
  csrf_token: string
  expires_at: string
  demo: boolean
  server_time: string
  space: { id: number; name: string }
}

export interface Listing<T> {
  items: T[]
  as_of: string
}

export interface Page<T> extends Listing<T> {
  total: number
  next: string | null
}

export interface EntityRef {
  urn: string
  type: string
  name: Text
  lon: number | null
  lat: number | null
  area_code: string
  area_name: Text
}

export type Suppression = 'none' | 'shelved_timed' | 'shelved_oneshot' | 'by_design' | 'out_of_service'

export interface Alarm {
  id: string
  rule: string
  platform: string
  level: Level
  active: boolean
  acknowledged: boolean
  latched: boolean
  suppression: Suppression
  suppressed_until: string | null
  suppressed_reason: string | null
  title: Text
  sentence: Text
  cause: Text
  consequence: Text
  response: Text
  time_available_min: number | null
  /** The value and its limit are a change within a time, not a level. */
  change: boolean
  entity: EntityRef
  quantity: string
  value: number | null
  limit: number | null
  unit: string
  raised_at: string
  last_at: string
  cleared_at: string | null
  acknowledged_at: string | null
  acknowledged_by: string | null
  owner: string | null
  count: number
  incident: { id: string; number: string } | null
  life_safety: boolean
  example: boolean
  version: number
}

export interface AlarmEvent {
  at: string
  kind: string
  actor: string | null
  detail: unknown
}

/** A case that an alarm has opened, or that has become an incident. */
export interface LinkedCase {
  id: string
  number: string
  state_title: Text
  ended: boolean
}

export interface AlarmDetail extends Alarm {
  events: AlarmEvent[]
  cases: LinkedCase[]
}

export interface AlarmCounts {
  unacknowledged: number
  standing: number
  shelved: number
  by_level: Record<string, number>
}

export interface AlarmPage extends Page<Alarm> {
  counts: AlarmCounts
}

export interface AlarmOutcome {
  items: Alarm[]
  refused: { id: string; reason: Text }[]
}

export type IncidentKind =
  | 'flood'
  | 'waterlogging'
  | 'landslide'
  | 'earthquake'
  | 'road_accident'
  | 'fire'
  | 'forest_fire'
  | 'hazmat'
  | 'medical'
  | 'public_health'
  | 'elder_help'
  | 'crowd'
  | 'construction'
  | 'utility'
  | 'other'

export type Phase =
  | 'new'
  | 'triage'
  | 'accepted'
  | 'dispatching'
  | 'responding'
  | 'on_scene'
  | 'controlled'
  | 'recovery'
  | 'closing'
  | 'closed'
  | 'reopened'
  | 'suspended'
  | 'transferred'
  | 'rejected'
  | 'duplicate'
  | 'void'

export type Disposition =
  | 'resolved'
  | 'false_alarm'
  | 'transferred'
  | 'duplicate'
  | 'exercise'
  | 'no_action'

export interface Incident {
  id: string
  number: string
  title: string
  kind: IncidentKind
  level: Level
  phase: Phase
  next_phases: Phase[]
  lon: number | null
  lat: number | null
  address: string | null
  area_code: string
  area_name: Text
  commander: string | null
  opened_at: string
  opened_by: string | null
  closed_at: string | null
  disposition: Disposition | null
  summary: string | null
  version: number
  merged_into?: string | null
  void_reason?: string
  authority?: string
  command_area?: string
  alarm_count: number
  open_tasks: number
  tasks: number
}

export type EventSource = 'system' | 'operator' | 'field' | 'device'

export interface TimelineEvent {
  seq: number
  at: string
  recorded_at: string
  source: EventSource
  actor: string | null
  kind: string
  text: Text
  incident_number?: string
  detail: unknown
}

export interface IncidentDetail extends Incident {
  alarms: Alarm[]
  cases: LinkedCase[]
  task_list: Task[]
  timeline: TimelineEvent[]
}

export type TaskState =
  | 'planned'
  | 'offered'
  | 'accepted'
  | 'declined'
  | 'expired'
  | 'en_route'
  | 'staging'
  | 'on_scene'
  | 'working'
  | 'transporting'
  | 'at_destination'
  | 'completed'
  | 'cancelled'
  | 'handed_over'
  | 'failed'

/** What people report of a task; it expires by the clock alone. */
export type TaskEventName =
  | 'accept'
  | 'decline'
  | 'depart'
  | 'stage'
  | 'arrive'
  | 'work'
  | 'transport'
  | 'deliver'
  | 'complete'
  | 'hand_over'
  | 'cancel'
  | 'fail'

/** A crew's call for more. */
export interface HelpCall {
  id: string
  kinds: string[]
  count: number
  note: string
  at: string
  state: 'open' | 'answered' | 'withdrawn'
  answer: string
  answered_by: string
  answered_at: string | null
}

/** The safety check that runs for a crew in danger; `due_at` is set while an answer is awaited. */
export interface Par {
  id: string
  every_s: number
  grace_s: number
  reason: string
  next_at: string
  asked_at: string | null
  due_at: string | null
  missed: number
  alarm_id: string | null
}

/** Who could come instead; `task_id` when policy has asked already. */
export interface Successor {
  unit_id: string
  unit_code: string
  unit_name: Text
  reasons: Text[]
  at: string
  task_id: string | null
}

export type ReceiptState = 'none' | 'queued' | 'sent' | 'delivered' | 'failed' | 'expired'

export interface Task {
  id: string
  incident: {
    id: string
    number: string
    title: string
    level: Level
    lon: number | null
    lat: number | null
    address: string | null
  }
  unit: { id: string; code: string; name: Text; kind: UnitKind }
  state: TaskState
  /** Besides what people report, `offer`: a reserved order may be sent now. */
  next: (TaskEventName | 'offer')[]
  order: string
  offered_at: string
  starts_at: string | null
  expires_at: string | null
  stamps: Partial<Record<TaskState, string>>
  decline_reason: string | null
  receipt: {
    state: ReceiptState
    sent_at: string | null
    delivered_at: string | null
    reason: string | null
  }
  proposal: { event: TaskEventName; at: string; reason: Text } | null
  successor: Successor | null
  help: HelpCall[]
  par: Par | null
  photos: { id: string; taken_at: string; url: string }[]
  version: number
}

export interface TaskEventBody {
  event: TaskEventName
  client_id: string
  device_at: string
  lon?: number
  lat?: number
  accuracy_m?: number
  note?: string
  reason?: string
}

export type UnitKind = 'patrol' | 'ambulance' | 'fire' | 'flood_rescue'
export type Administrative = 'on_duty' | 'off_duty' | 'out_of_service'
export type UnitStatus =
  | 'available'
  | 'offered'
  | 'committed'
  | 'en_route'
  | 'staging'
  | 'on_scene'
  | 'transporting'
  | 'off_duty'
  | 'out_of_service'

export interface Unit {
  id: string
  code: string
  name: Text
  kind: UnitKind
  capabilities: string[]
  crew_count: number
  administrative: Administrative
  out_reason: string | null
  status: UnitStatus
  tasks: { id: string; incident_id: string; incident_number: string; state: TaskState }[]
  lon: number | null
  lat: number | null
  position_at: string | null
  speed_kmh: number | null
  home: { lon: number; lat: number } | null
  vehicle_urn: string | null
  online: boolean | null
  area_code: string
  area_name: Text
  department: string | null
}

export interface Candidate {
  unit: Unit
  rank: number
  suitable: boolean
  /** False: every way is closed or no road leads there. */
  reachable: boolean
  /** Whether `eta_s` is routed; else it is guessed from the straight line. */
  by_road: boolean
  reasons: Text[]
  codes: string[]
  availability: string
  /** Share of the county's demand (0 to 1) no longer covered when it goes. */
  coverage_lost: number
  distance_m: number | null
  eta_s: number | null
  position_age_s: number | null
}

export interface CandidateList extends Listing<Candidate> {
  required: string[]
  by_road: boolean
  schematic: boolean
  cannot_arrive: Candidate[]
  total: number
  shortfalls: Text[]
  wanted: { capability: string; title: Text; count: number; assigned: number; on_scene: number; missing: number; due_at: string | null }[]
}

export interface Latest {
  value: number
  unit: string
  observed_at: string
  received_at: string
  quality: string[]
  stale: boolean
}

export interface Entity {
  urn: string
  type: string
  name: Text
  platform: string
  area_code: string
  area_name: Text
  department: string | null
  lon: number | null
  lat: number | null
  properties: Record<string, unknown>
  online: boolean | null
  latest: Record<string, Latest>
  worst_level: Level | null
}

/** Milliseconds since 1970 UTC, value, quality bits (0 is good). */
export type SeriesPoint = [number, number, number]

export interface Series {
  quantity: string
  unit: string
  title: Text
  points: SeriesPoint[]
  aggregated: boolean
}

export interface SeriesList {
  series: Series[]
  as_of: string
}

/** One live observation: urn, quantity, value, observed_ms, received_ms, quality bits. */
export type LiveObservation = [string, string, number, number, number, number]

export interface PlatformCommand {
  name: string
  title: Text
  fields: Record<string, Text>
  receipt: Text | null
}

export interface PlatformRule {
  name: string
  level: Level
  title: Text
  sentence: Text
  cause: Text
  consequence: Text
  response: Text
  source: string
  example_only: boolean
}

export interface PlatformQuantity {
  name: string
  unit: string
  title: Text
  decimals: number
}

export interface Platform {
  name: string
  title: Text
  summary: Text
  protocol: string
  state: 'online' | 'degraded' | 'offline'
  counters: Record<string, number | string>
  devices: { known: number; online: number }
  frames: { good_1h: number; bad_1h: number; unknown_1h: number; refused_1h: number }
  last_frame_at: string | null
  commands: PlatformCommand[]
  rules: PlatformRule[]
  quantities: PlatformQuantity[]
}

export type Verdict = 'good' | 'bad' | 'unknown_device' | 'refused'

export interface Frame {
  id: string
  received_at: string
  peer: string
  device: string
  verdict: Verdict
  reason: string
  offset: number
  clause: string
  hex: string
  length: number
}

export interface FramePage {
  items: Frame[]
  next: string | null
}

export interface Command {
  id: string
  kind: string
  state: 'queued' | 'sent' | 'delivered' | 'failed' | 'expired'
  created_at: string
  sent_at: string | null
  delivered_at: string | null
  reason: string | null
  detail: unknown
  attempts: number
}

export interface Kpi {
  name: string
  platform: string
  title: Text
  meaning: Text
  unit: string
  version: number
  value: number | null
  numerator: number | null
  denominator: number | null
  window_s: number
  as_of: string
  higher_is_better: boolean
}

export interface MapLayerInfo {
  name: string
  title: Text
  schematic: boolean
  credit: string | null
}

export interface Area {
  code: string
  name: Text
  level: 'county' | 'town' | 'village' | 'grid'
}

export interface Person {
  id: string
  login: string
  name: string
  role: Role
  department: string | null
  area_code: string
  disabled: boolean
  locked_until: string | null
  last_seen_at: string | null
}

export interface AuditEntry {
  seq: number
  at: string
  actor: string | null
  action: string
  object: string | null
  detail: unknown
  hash: string
}

export interface AuditPage {
  items: AuditEntry[]
  next: string | null
}

export interface AuditVerification {
  ok: boolean
  checked: number
  first_bad: number | null
}
