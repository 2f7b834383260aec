/** Which vehicles are there, where are they now, and where has the chosen one been? */
import { computed, onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { get } from '@/kit/api'
import { useLive } from '@/kit/live'
import { useLoad } from '@/kit/load'
import { nowMs } from '@/kit/time'
import type { Entity, Listing, LiveObservation, SeriesList, SeriesPoint, Unit } from '@/kit/types'
import { updated } from '@/platforms/latest'
import { listed, track, worstFirst } from './vehicles'

const TYPE = 'Vehicle'
const REFRESH_MS = 30_000 // alarm levels and registrations are not in the stream of observations

type Heard = (items: LiveObservation[]) => void

/** All vehicles with their crews, live. Who may not read units sees vehicles by their own property. */
export function useVehicles(onNews: Heard) {
  const vehicles = shallowRef<Entity[]>([])
  const crews = shallowRef<Unit[]>([])
  const { data, error, loading, load } = useLoad(() =>
    get<Listing<Entity>>('/api/entities', { type: TYPE, platform: 'transport', limit: 1000 }),
  )

  async function refetch(): Promise<void> {
    await Promise.all([load(), readCrews()])
    if (data.value) vehicles.value = data.value.items
  }

  async function readCrews(): Promise<void> {
    try {
      crews.value = (await get<Listing<Unit>>('/api/units')).items
    } catch {
      crews.value = []
    }
  }

  const connection = useLive<LiveObservation>(
    'observations',
    { types: [TYPE] },
    (items) => {
      vehicles.value = updated(vehicles.value, items)
      onNews(items)
    },
    refetch,
  )
  const timer = setInterval(() => void refetch(), REFRESH_MS)
  onScopeDispose(() => clearInterval(timer))
  const all = computed(() => worstFirst(listed(vehicles.value, crews.value)))
  return { all, error, loading, hasData: computed(() => data.value !== null), refetch, connection }
}

const HOUR_MS = 3_600_000
const POINTS = 1000

/** The last hour's track of one vehicle, growing as it moves. */
export function useTrack(urn: MaybeRefOrGetter<string | null>) {
  const longitudes = shallowRef<SeriesPoint[]>([])
  const latitudes = shallowRef<SeriesPoint[]>([])
  const failed = shallowRef<unknown>(null)

  async function load(): Promise<void> {
    const of = toValue(urn)
    longitudes.value = latitudes.value = []
    failed.value = null
    if (of === null) return
    const from = new Date(nowMs() - HOUR_MS).toISOString()
    try {
      const path = `/api/entities/${encodeURIComponent(of)}/observations`
      const answer = await get<SeriesList>(path, { quantity: ['longitude', 'latitude'], from, points: POINTS })
      if (of !== toValue(urn)) return
      longitudes.value = answer.series.find((series) => series.quantity === 'longitude')?.points ?? []
      latitudes.value = answer.series.find((series) => series.quantity === 'latitude')?.points ?? []
    } catch (cause) {
      failed.value = cause
    }
  }

  function hear(news: readonly LiveObservation[]): void {
    const of = toValue(urn)
    for (const [entity, quantity, value, observedMs, , quality] of news) {
      if (entity !== of || quality & 1) continue
      const kept = quantity === 'longitude' ? longitudes : quantity === 'latitude' ? latitudes : null
      if (kept && observedMs > (kept.value.at(-1)?.[0] ?? 0)) {
        kept.value = [...kept.value.filter((point) => point[0] > observedMs - HOUR_MS), [observedMs, value, quality]]
      }
    }
  }

  watch(() => toValue(urn), load, { immediate: true })
  return { features: computed(() => track(longitudes.value, latitudes.value)), failed, hear }
}
