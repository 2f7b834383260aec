/** Which devices, warning areas and places are there, and how are they now? */
import { computed, onScopeDispose, shallowRef } from 'vue'
import { get } from '@/kit/api'
import { useLive } from '@/kit/live'
import { useLoad } from '@/kit/load'
import type { Entity, Listing, LiveObservation } from '@/kit/types'
import { updated } from '@/platforms/latest'

const TYPES = ['FireTransmitter', 'FireComponent', 'WarningArea']
const REFRESH_MS = 30_000 // alarm levels and registrations are not in the stream of observations

/** All entities of the platform, live. */
export function useItems() {
  const items = shallowRef<Entity[]>([])
  const { data, error, loading, load } = useLoad(() =>
    get<Listing<Entity>>('/api/entities', { platform: 'emergency', limit: 1000 }),
  )
  async function refetch(): Promise<void> {
    await load()
    if (data.value) items.value = data.value.items
  }
  const connection = useLive<LiveObservation>(
    'observations',
    { types: TYPES },
    (news) => {
      items.value = updated(items.value, news)
    },
    refetch,
  )
  const timer = setInterval(() => void refetch(), REFRESH_MS)
  onScopeDispose(() => clearInterval(timer))
  const hasData = computed(() => data.value !== null)
  return { items, error, loading, hasData, refetch, connection }
}
