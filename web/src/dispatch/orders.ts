/** What is a unit told when it is sent from here? The usual words of its incident. */
import { get } from '@/kit/api'
import type { IncidentDetail } from '@/kit/types'
import { orderText } from '@/incidents/order'

/** The order for an incident, read afresh. */
export async function orderFor(incident: string): Promise<string> {
  return orderText(await get<IncidentDetail>(`/api/incidents/${incident}`))
}
