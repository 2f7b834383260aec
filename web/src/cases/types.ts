/** Which words does the contract use for cases? The generated types by their short names. */
import type { components } from '@/kit/api.gen'

type Schemas = components['schemas']
export type Case = Schemas['CaseOut']
export type CaseDetail = Schemas['CaseDetailOut']
export type CaseMap = Schemas['CaseMapOut']
export type CaseReferrals = Schemas['CaseReferralsOut']
export type CaseReferral = Schemas['CaseReferralOut']
export type CaseList = Schemas['CasesOut']
export type CaseGroups = Schemas['CaseGroupsOut']
export type Clusters = Schemas['CaseClustersOut']
export type Cluster = Schemas['CaseClusterOut']
export type Ties = Schemas['CaseTiesOut']
export type Entries = Schemas['CaseEntriesOut']
export type CaseTypes = Schemas['CaseTypesOut']
export type CaseType = Schemas['CaseTypeOut']
export type Way = Schemas['CaseWayOut']
export type Choice = Schemas['CaseChoiceOut']
export type NewCase = Schemas['CaseIn']
export type StepBody = Schemas['CaseStepIn']
export type Picture = Schemas['CasePictureOut']
export type PictureRole = Picture['role']
export type Spot = Schemas['SpotOut']
export type Caller = Schemas['CaseCallerOut']
export type Burdens = Schemas['CaseBurdensOut']

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

const CLOSING = ['pass', 'force_close']

/** The step by which the reader may close a case now, if there is one. */
export function closingStep(item: Case): string | null {
  return CLOSING.find((one) => item.can.includes(one)) ?? null
}

/** Whether a step would close what is in doubt, and so must say why it counts. */
export function doubted(way: Way, item: CaseDetail): boolean {
  return CLOSING.includes(way.name) && item.recheck !== null && !item.recheck.done
}

/** `08:30–10:30` of the county's day around a moment. */
export function clockSpan(at: string, withinMin: number): string {
  const time = (ms: number): string => new Date(ms).toLocaleTimeString('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hour12: false })
  const middle = Date.parse(at)
  return `${time(middle - withinMin * 60_000)}–${time(middle + withinMin * 60_000)}`
}
