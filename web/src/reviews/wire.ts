/** Which of the API's types do the reviews speak? */
import type { components } from '@/kit/api.gen'

type Schemas = components['schemas']
export type Review = Schemas['ReviewOut']
export type ReviewList = Schemas['ReviewListOut']
export type Version = Schemas['ReviewVersionOut']
export type Changes = Schemas['ReviewChangesOut']
export type Objective = Schemas['ObjectiveOut']
export type Kind = Review['kind']

export const KINDS = ['incident', 'response', 'drill'] as const
export const STATES = ['none', 'open', 'signed'] as const
export const SIGNERS = ['leader', 'duty_officer'] as const
export const VERDICTS = ['met', 'partly', 'not_met', 'not_tried'] as const
