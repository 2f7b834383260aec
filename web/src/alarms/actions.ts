/** What can be done to alarms, and how is the outcome said? */
import { post } from '@/kit/api'
import { sentences, t, tx } from '@/kit/i18n'
import { noteDone, noteFailed } from '@/kit/notice'
import type { Alarm, Finding, Outcome } from './types'

export type AlarmAction = 'acknowledge' | 'unacknowledge' | 'shelve' | 'unshelve' | 'reset' | 'note' | 'finding'

export interface ActionDetails {
  note?: string
  minutes?: number
  reason?: string
  one_shot?: boolean
  finding?: Finding | ''
}

/** Do it to these alarms; says what came of it and gives the changed alarms (none when it failed). */
export async function act(action: AlarmAction, ids: string[], details: ActionDetails = {}): Promise<Alarm[]> {
  if (!ids.length) return []
  try {
    const outcome = await post<Outcome>(`/api/alarms/${action}`, { ids, ...details })
    if (outcome.items.length) noteDone(t(`alarms.done.${action}`, { n: outcome.items.length }))
    if (outcome.refused.length) noteFailed(refusals(outcome))
    return outcome.items
  } catch (cause) {
    noteFailed(cause)
    return []
  }
}

function refusals(outcome: Outcome): string {
  const reasons = sentences([...new Set(outcome.refused.map((one) => tx(one.reason)))])
  return t('alarms.refused', { n: outcome.refused.length, reasons })
}

/** The state of an alarm as one word of ISA-18.2. */
export function stateOf(alarm: Alarm): string {
  if (alarm.suppression !== 'none') return alarm.suppression
  if (alarm.active) return alarm.acknowledged ? 'active_acknowledged' : 'active_unacknowledged'
  if (alarm.latched) return 'latched'
  return alarm.acknowledged ? 'normal' : 'cleared_unacknowledged'
}
