/** How does one waiting step or photo reach the centre, and what does its answer mean for the queue? */
import type { CaseDetail } from '../cases/types'
import type { DirectiveDetail } from '../directives/types'
import { ApiError, get, isGivenUp, post, setCsrfToken, upload } from '../kit/api'
import type { Progress } from '../kit/api'
import { t, tx } from '../kit/i18n'
import type { Session, Task, Text } from '../kit/types'
import type { Visit } from '../visits/types'
import type { Outcome, Outgoing, OutgoingKind } from './queue'

/** A task as the centre answers a report: `why_not` when the report was kept and does not count. */
type Heard = Task & { why_not?: Text | null }

/** Who is given what the centre answers: the task, the directive or the case as it is now. */
export interface Got {
  task: (task: Task) => void
  directive: (directive: DirectiveDetail) => void
  case: (one: CaseDetail) => void
  visit?: (visit: Visit) => void
}

/** Says how much of a picture has left, and can be told to stop. */
export interface Way {
  progress: Progress
  signal: AbortSignal
}

/** POSTs one item under its client id; a repeat after a lost answer is harmless. */
export async function sendToCentre(item: Outgoing, got: Got, way: Way): Promise<Outcome> {
  try {
    const answer = item.image === undefined ? await post<unknown>(path(item), body(item)) : await upload<unknown>(path(item), picture(item, item.image), way.progress, way.signal)
    if (OF_NO_TASK.has(item.kind)) return { kind: 'sent' }
    if (OF_DIRECTIVES.has(item.kind)) {
      got.directive(answer as DirectiveDetail)
      return { kind: 'sent' }
    }
    if (OF_CASES.has(item.kind)) {
      got.case(answer as CaseDetail)
      return { kind: 'sent' }
    }
    if (OF_VISITS.has(item.kind)) {
      got.visit?.(answer as Visit)
      return { kind: 'sent' }
    }
    const task = answer as Heard
    got.task(task)
    return task.why_not ? { kind: 'refused', why: tx(task.why_not) } : { kind: 'sent' }
  } catch (error) {
    if (error instanceof ApiError && error.status === 403 && error.code.includes('csrf')) {
      return renewed()
    }
    if (isGivenUp(error)) return { kind: 'refused', why: t('field.stopped') }
    return outcomeOf(error)
  }
}

const OF_NO_TASK: ReadonlySet<OutgoingKind> = new Set(['panic', 'calm', 'notice'])
const OF_VISITS: ReadonlySet<OutgoingKind> = new Set(['visit', 'visit_photo'])
const OF_DIRECTIVES: ReadonlySet<OutgoingKind> = new Set(['duty', 'proof', 'extension'])
const OF_CASES: ReadonlySet<OutgoingKind> = new Set(['case', 'way', 'picture'])

function path(item: Outgoing): string {
  switch (item.kind) {
    case 'help':
      return `/api/tasks/${item.task_id}/help`
    case 'safe':
      return `/api/tasks/${item.task_id}/par/safe`
    case 'panic':
      return '/api/panics'
    case 'calm':
      return `/api/panics/${item.task_id}/end`
    case 'notice':
      return `/api/notices/${item.task_id}/acknowledge`
    case 'photo':
      return `/api/tasks/${item.task_id}/photos`
    case 'duty':
      return `/api/directives/${item.task_id}/steps`
    case 'proof':
      return `/api/directives/${item.task_id}/${item.image === undefined ? 'evidence' : 'photos'}`
    case 'extension':
      return `/api/directives/${item.task_id}/extension`
    case 'case':
      return '/api/cases'
    case 'way':
      return `/api/cases/${item.task_id}/steps`
    case 'picture':
      return `/api/cases/${item.task_id}/pictures`
    case 'visit':
      return '/api/visits'
    case 'visit_photo':
      return `/api/visits/${item.task_id}/photos`
    case 'event':
      return `/api/tasks/${item.task_id}/events`
  }
}

/** What is said, with the phone's own times: a wrong clock still measures how long ago a thing was. */
function body(item: Outgoing): Record<string, unknown> {
  if (item.kind === 'calm') return { reason: item.reason }
  if (item.kind === 'visit') return { ...item.visit, client_id: item.client_id, device_at: item.created_at }
  if (item.kind === 'notice') return { device_at: item.created_at }
  if (OF_DIRECTIVES.has(item.kind)) return bodyOfDirective(item)
  if (item.kind === 'case') return { ...item.reported, id: item.task_id, source: item.note }
  if (item.kind === 'way') return { client_id: item.client_id, event: item.way, reason: item.reason ?? '', note: item.note ?? '', more: item.more ?? null }
  const at = { client_id: item.client_id, device_at: item.created_at, sent_at: new Date().toISOString() }
  const accuracy = item.accuracy_m === undefined || item.kind === 'safe' ? {} : { accuracy_m: item.accuracy_m }
  const place = item.lon === undefined ? {} : { lon: item.lon, lat: item.lat, ...accuracy }
  const words = item.note ? { note: item.note } : {}
  if (item.kind === 'safe') return { ...at, ...place, ...words, headcount: item.headcount ?? null }
  if (item.kind === 'help') return { ...at, ...place, ...words, kinds: item.kinds ?? [], count: item.count ?? 1 }
  if (item.kind === 'panic') return { ...at, ...place, ...words, task_id: item.task_id || null }
  return { ...at, ...place, ...words, event: item.event, ...(item.reason ? { reason: item.reason } : {}) }
}

/** No version is said: what was done without network cannot know it, and the chart alone decides. */
function bodyOfDirective(item: Outgoing): Record<string, unknown> {
  if (item.kind === 'extension') return { client_id: item.client_id, until: item.until, reason: item.reason }
  if (item.kind === 'proof') return { id: item.client_id, kind: item.proof ?? 'text', at: item.created_at, text: item.note ?? '', form: item.form ?? {} }
  return { client_id: item.client_id, device_at: item.created_at, event: item.duty, note: item.note ?? '' }
}

function picture(item: Outgoing, image: ArrayBuffer): FormData {
  const form = new FormData()
  form.set('client_id', item.client_id)
  form.set('taken_at', item.created_at)
  if (item.role !== undefined) form.set('role', item.role)
  if (item.kind === 'picture' && item.lon !== undefined && item.lat !== undefined) {
    form.set('lon', String(item.lon))
    form.set('lat', String(item.lat))
  }
  form.set('file', new Blob([image], { type: 'image/jpeg' }), `${item.client_id}.jpg`)
  return form
}

/** A session renewed while the phone was offline has a new token; the item keeps its turn. */
async function renewed(): Promise<Outcome> {
  try {
    setCsrfToken((await get<Session>('/api/session')).csrf_token)
    return { kind: 'later' }
  } catch (error) {
    return outcomeOf(error)
  }
}

/** Only an answer that cannot change by waiting is a refusal. */
export function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof ApiError)) throw error
  if (error.status === 401) return { kind: 'signed_out' }
  if (error.status === 412) return { kind: 'other_space' }
  const passing = error.status === 0 || error.status === 408 || error.status === 429 || error.status >= 500
  return passing ? { kind: 'later' } : { kind: 'refused', why: error.detail }
}
