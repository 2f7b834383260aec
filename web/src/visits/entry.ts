/** How does what is tapped and typed at a door become one entry, and what is still missing of it? */
import type { Call, Entry, Stop } from './types'

export interface Draft {
  outcome: Entry['outcome'] | null
  note: string
  checks: Record<string, 'ok' | 'bad'>
  told: string[]
  mediation: string
  problem: { class_code: string; title: string; solved: boolean }
  answeredBy: string
}

export function emptyDraft(stop: Stop | null): Draft {
  return { outcome: null, note: '', checks: {}, told: [...(stop?.tell ?? [])], mediation: '', problem: { class_code: '', title: '', solved: false }, answeredBy: '' }
}

/** Which field keeps the draft from being sent, if any. Nothing but the outcome is compulsory. */
export function missing(draft: Draft, call: Call | null): 'outcome' | 'problem' | 'answeredBy' | null {
  if (draft.outcome === null) return 'outcome'
  if ((draft.problem.class_code === '') !== (draft.problem.title.trim() === '')) return 'problem'
  if (call !== null && draft.outcome !== 'not_home' && draft.answeredBy.trim() === '') return 'answeredBy'
  return null
}

/** One entry for all records. Who was not at home was told nothing and answered nothing. */
export function entryOf(draft: Draft, stop: Stop | null, call: Call | null): Entry {
  const met = draft.outcome !== 'not_home'
  const problem = draft.problem.title.trim()
  return {
    kind: stop?.kind ?? 'notice',
    outcome: draft.outcome ?? 'met',
    visit_id: stop?.id ?? null,
    household_id: null,
    place: stop ? '' : (call?.name ?? ''),
    lon: null,
    lat: null,
    note: draft.note.trim(),
    checks: { ...draft.checks },
    mediation: met ? draft.mediation.trim() : '',
    problems: problem ? [{ class_code: draft.problem.class_code, title: problem, text: '', solved: draft.problem.solved }] : [],
    receipts: met && stop ? [...draft.told] : [],
    answer: met && call ? { run_id: call.run_id, step_id: call.step_id, name: draft.answeredBy.trim() } : null,
  }
}
