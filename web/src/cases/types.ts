/** Which words does the contract use for cases? The generated types by their short names. */
import type { components } from '@/kit/api.gen'

type Schemas = components['schemas']
export type Case = Schemas['CaseOut']
export type CaseDetail = Schemas['CaseDetailOut']
export type CaseList = Schemas['CasesOut']
export type CaseGroups = Schemas['CaseGroupsOut']
export type CaseTypes = Schemas['CaseTypesOut']
export type CaseType = Schemas['CaseTypeOut']
export type Way = Schemas['CaseWayOut']
export type Choice = Schemas['CaseChoiceOut']
export type NewCase = Schemas['CaseIn']
export type StepBody = Schemas['CaseStepIn']
export type Spot = Schemas['SpotOut']

/** What a step asks for besides words. */
export type Asked = 'owner' | 'partners' | 'main' | 'answer' | 'more'

const ASKS: Record<string, Asked> = {
  dispatch: 'owner', redirect: 'owner', join: 'partners', merge: 'main', call_back: 'answer', ask_extension: 'more',
}

export function askedBy(event: string): Asked | null {
  return ASKS[event] ?? null
}

/** Whether the desk would say it for a department, and so must say who told it. */
export function onBehalf(way: Way, department: string | null | undefined): boolean {
  return !department && way.roles.includes('department_liaison') && way.roles.includes('dispatcher')
}
