/** How does one waiting step or photo reach the centre, and what does its answer mean for the queue? */
import { ApiError, get, post, setCsrfToken } from '../kit/api'
import { tx } from '../kit/i18n'
import type { Session, Task, Text } from '../kit/types'
import type { Outcome, Outgoing, OutgoingKind } from './queue'

/** A task as the centre answers a report: `why_not` when the report was kept and does not count. */
type Heard = Task & { why_not?: Text | null }

/** POSTs one item under its client id; a repeat after a lost answer is harmless. `got` is given the task as it is now. */
export async function sendToCentre(item: Outgoing, got: (task: Task) => void): Promise<Outcome> {
  try {
    if (OF_NO_TASK.has(item.kind)) {
      await post(path(item), body(item))
      return { kind: 'sent' }
    }
    const task = item.kind === 'photo' ? await sendPhoto(item) : await post<Heard>(path(item), body(item))
    got(task)
    return task.why_not ? { kind: 'refused', why: tx(task.why_not) } : { kind: 'sent' }
  } catch (error) {
    if (error instanceof ApiError && error.status === 403 && error.code.includes('csrf')) {
      return renewed()
    }
    return outcomeOf(error)
  }
}

const OF_NO_TASK: ReadonlySet<OutgoingKind> = new Set(['panic', 'calm', 'notice'])

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
    default:
      return `/api/tasks/${item.task_id}/events`
  }
}

/** What is said, with the phone's own times: a wrong clock still measures how long ago a thing was. */
function body(item: Outgoing): Record<string, unknown> {
  if (item.kind === 'calm') return { reason: item.reason }
  if (item.kind === 'notice') return { device_at: item.created_at }
  const at = { client_id: item.client_id, device_at: item.created_at, sent_at: new Date().toISOString() }
  const accuracy = item.accuracy_m === undefined || item.kind === 'safe' ? {} : { accuracy_m: item.accuracy_m }
  const place = item.lon === undefined ? {} : { lon: item.lon, lat: item.lat, ...accuracy }
  const words = item.note ? { note: item.note } : {}
  if (item.kind === 'safe') return { ...at, ...place, ...words, headcount: item.headcount ?? null }
  if (item.kind === 'help') return { ...at, ...place, ...words, kinds: item.kinds ?? [], count: item.count ?? 1 }
  if (item.kind === 'panic') return { ...at, ...place, ...words, task_id: item.task_id || null }
  return { ...at, ...place, ...words, event: item.event, ...(item.reason ? { reason: item.reason } : {}) }
}

function sendPhoto(item: Outgoing): Promise<Heard> {
  const form = new FormData()
  form.set('client_id', item.client_id)
  form.set('taken_at', item.created_at)
  form.set('file', new Blob([item.image ?? new ArrayBuffer(0)], { type: 'image/jpeg' }), `${item.client_id}.jpg`)
  return post<Heard>(`/api/tasks/${item.task_id}/photos`, form)
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
  const passing = error.status === 0 || error.status === 408 || error.status === 429 || error.status >= 500
  return passing ? { kind: 'later' } : { kind: 'refused', why: error.detail }
}
