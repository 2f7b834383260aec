/** How does one waiting step or photo reach the centre, and what does its answer mean for the queue? */
import { ApiError, get, post, setCsrfToken } from '../kit/api'
import type { Session, Task } from '../kit/types'
import type { Outcome, Outgoing } from './queue'

/** POSTs one item under its client id; a repeat after a lost answer is harmless. `got` is given the task as it is now. */
export async function sendToCentre(item: Outgoing, got: (task: Task) => void): Promise<Outcome> {
  try {
    got(await (item.kind === 'photo' ? sendPhoto(item) : sendEvent(item)))
    return { kind: 'sent' }
  } catch (error) {
    if (error instanceof ApiError && error.status === 403 && error.code.includes('csrf')) {
      return renewed()
    }
    return outcomeOf(error)
  }
}

function sendEvent(item: Outgoing): Promise<Task> {
  return post<Task>(`/api/tasks/${item.task_id}/events`, {
    event: item.event,
    client_id: item.client_id,
    device_at: item.created_at,
    ...(item.reason ? { reason: item.reason } : {}),
    ...(item.note ? { note: item.note } : {}),
  })
}

function sendPhoto(item: Outgoing): Promise<Task> {
  const form = new FormData()
  form.set('client_id', item.client_id)
  form.set('taken_at', item.created_at)
  form.set('file', new Blob([item.image ?? new ArrayBuffer(0)], { type: 'image/jpeg' }), `${item.client_id}.jpg`)
  return post<Task>(`/api/tasks/${item.task_id}/photos`, form)
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
