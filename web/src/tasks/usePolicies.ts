/** How are offers of each level dealt with: how long do they wait, and is the next unit asked unasked? */
import { shallowRef, type ShallowRef } from 'vue'
import { get } from '@/kit/api'
import type { OfferPolicies, OfferPolicy } from './wire'

/** Null until known, and for those who may not see them. */
export function usePolicies(): ShallowRef<OfferPolicy[] | null> {
  const policies = shallowRef<OfferPolicy[] | null>(null)
  get<OfferPolicies>('/api/offer-policies').then((found) => (policies.value = found.items), () => undefined)
  return policies
}
