/** Which words of the contract does the desk use of tasks beyond the task itself? */
import type { components } from '@/kit/api.gen'

export type Panic = components['schemas']['PanicOut']
export type Panics = components['schemas']['PanicsOut']
export type TaskDetail = components['schemas']['TaskDetailOut']
export type Stamp = components['schemas']['StampOut']
export type OfferPolicies = components['schemas']['PoliciesOut']
export type OfferPolicy = components['schemas']['PolicyOut']

type Unit = components['schemas']['mudan__api__units__UnitOut']
type Aged = 'status_since' | 'status_warn_s' | 'status_alert_s'
/** What a line about a unit needs; the desk's own type of units leaves the ages out. */
export type UnitNow = Pick<Unit, 'status' | 'online' | 'position_at' | 'vehicle_urn'> &
  Partial<Pick<Unit, Aged>> & { tasks: { id: string; incident_number: string; state: string; starts_at?: string | null }[] }
