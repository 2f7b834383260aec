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
export type WorkingCalendar = Api['CaseCalendarOut']
export type WorkingHours = Api['CaseHours']
export type Version = Api['CaseVersionOut']
export type Matrix = Api['CaseMatrixOut']
export type MatrixRule = Api['CaseRule']
export type RuleRecord = Api['CaseRuleRecordOut']
export type CaseTypes = Api['CaseTypesOut']
