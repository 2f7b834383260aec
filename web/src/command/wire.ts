/** Which words of the contract does the command bar use beyond the kit's own? */
import type { components } from '@/kit/api.gen'

export type Plans = components['schemas']['PlansOut']
export type PlanItem = components['schemas']['PlanOut']
export type DutyNow = components['schemas']['DutyNowOut']
export type OnDuty = components['schemas']['OnDutyOut']
export type Closure = components['schemas']['ClosureOut']
export type NewClosure = components['schemas']['ClosureIn']
export type Heard = components['schemas']['HeardOut']
