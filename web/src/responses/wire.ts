/** Which of the API's types do the response screens speak? */
import type { components } from '@/kit/api.gen'

export type Response = components['schemas']['ResponseOut']
export type ResponseDetail = components['schemas']['ResponseDetailOut']
export type Issue = components['schemas']['ResponseIssueOut']
export type LevelState = components['schemas']['ResponseLevelOut']
export type ConditionState = components['schemas']['ResponseConditionOut']
export type Preview = components['schemas']['ResponsePreviewOut']
export type ClosureAhead = components['schemas']['ClosureAheadOut']
export type Ground = components['schemas']['GroundOut']
export type WindStated = components['schemas']['WindIn']
export type PreviewItem = components['schemas']['PreviewItemOut']

export type Plans = components['schemas']['PlansOut']

export const END = '@end'
export const KINDS = ['post', 'task', 'notice', 'call', 'warning', 'report', 'closure', 'unit', 'par'] as const

/** A stated wind as a question carries it. */
export function windAsked(wind: WindStated | null): Record<string, number> {
  return wind === null ? {} : { wind_from_deg: wind.from_deg, wind_ms: wind.speed_ms }
}
