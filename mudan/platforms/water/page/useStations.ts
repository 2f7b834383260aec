/** Which stations are there, and what do they read now? */
import { computed, onScopeDispose, shallowRef } from 'vue'
import { get } from '@/kit/api'
import { useLive } from '@/kit/live'
import { useLoad } from '@/kit/load'
import type { Entity, Listing, LiveObservation, SeriesPoint } from '@/kit/types'
import { updated } from '@/platforms/latest'

const TYPE = 'HydrometricStation'
const REFRESH_MS = 30_000 // alarm levels and registrations are not in the stream of observations

type Heard = (items: LiveObservation[]) => void

/** All stations, live. `onNews` is told of the same observations, for the open hydrograph. */
export function useStations(onNews: Heard) {
  const stations = shallowRef<Entity[]>([])
  const { data, error, loading, load } = useLoad(() =>
    get<Listing<Entity>>('/api/entities', { type: TYPE, platform: 'water', limit: 1000 }),
  )
  async function refetch(): Promise<void> {
    await load()
    if (data.value) stations.value = data.value.items
  }
  const connection = useLive<LiveObservation>(
    'observations',
    { types: [TYPE] },
    (items) => {
      stations.value = updated(stations.value, items)
      onNews(items)
    },
    refetch,
  )
  const timer = setInterval(() => void refetch(), REFRESH_MS)
  onScopeDispose(() => clearInterval(timer))
  const hasData = computed(() => data.value !== null)
  return { stations, error, loading, hasData, refetch, connection }
}

const TREND_MS = 6 * 3_600_000
const AT_ONCE = 3

/** Six hours of the main quantity for small trends; asked for once a station, a few at a time. */
export function useTrends() {
  const trends = shallowRef<Record<string, SeriesPoint[]>>({})
  const asked = new Set<string>()

  async function want(urns: readonly string[], quantity: string): Promise<void> {
    const fresh = urns.filter((urn) => !asked.has(urn))
    fresh.forEach((urn) => asked.add(urn))
    const one = async (): Promise<void> => {
      for (let urn = fresh.shift(); urn !== undefined; urn = fresh.shift()) await fetchTrend(urn, quantity)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, one))
  }

  async function fetchTrend(urn: string, quantity: string): Promise<void> {
    try {
      const path = `/api/entities/${encodeURIComponent(urn)}/observations`
      const from = new Date(Date.now() - TREND_MS).toISOString()
      const answer = await get<{ series: { points: SeriesPoint[] }[] }>(path, { quantity, from, points: 60 })
      trends.value = { ...trends.value, [urn]: answer.series[0]?.points ?? [] }
    } catch {
      // A missing small trend hides nothing: the row's value and limit stand on their own.
      asked.delete(urn)
    }
  }
  return { trends, want }
}
