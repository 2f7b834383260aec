/** Which of the API's types do the settings speak? */
import type { components } from '@/kit/api.gen'

type Api = components['schemas']
export type Chain = Api['ChainOut']
export type ChainStep = Api['ChainStepOut']
export type Inhibition = Api['InhibitionOut']
export type Tuning = Api['TuningOut']
export type Wake = Api['WakeOut']
export type Position = Api['DutyPositionOut']
export type StageKind = Api['StageKindOut']
export type Choice = Api['ChoiceOut']
export type ApiKey = Api['ApiKeyOut']
export type ApiKeyIssued = Api['ApiKeyIssuedOut']
