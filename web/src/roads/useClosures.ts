/** Which roads are closed now? Planned closures and those in force, loaded over HTTP and kept live. */
import { computed, watch, type Ref } from 'vue'
import { get } from '@/kit/api'
import { useLive } from '@/kit/live'
import { useLoad } from '@/kit/load'
import { useSession } from '@/shell/session'
import type { Closures } from './wire'

/** The standing closures; of one incident when its id is given. Without the right to read them: none. */
export function useClosures(incident?: Ref<string | null>) {
  const session = useSession()
  const allowed = computed(() => session.can('roads.read'))
  const query = (): Record<string, string> => (incident?.value ? { incident_id: incident.value } : {})
  const found = useLoad(() => get<Closures>('/api/roads/closures', query()))
  if (allowed.value) useLive('changes', { nouns: ['roads'] }, () => void found.load(), found.load)
  if (incident) watch(incident, () => void (allowed.value && found.load()))
  const items = computed(() => found.data.value?.items ?? [])
  const asOf = computed(() => found.data.value?.as_of ?? null)
  return { items, asOf, allowed, error: found.error, loading: found.loading, load: found.load }
}
