/** Which of the API's types do the exercise screens speak? */
import type { components } from '@/kit/api.gen'

type Schemas = components['schemas']
export type Drill = Schemas['DrillOut']
export type Drills = Schemas['DrillListOut']
export type DrillDetail = Schemas['DrillDetailOut']
export type Inject = Schemas['InjectOut']
export type Script = Schemas['ScriptOut']
export type Check = Schemas['CheckOut']

export const SCALES = [1, 2, 5, 10, 20, 30, 60] as const
export const ADDED_KINDS = ['message', 'note', 'observation', 'unit'] as const
