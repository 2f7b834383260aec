/** What is out there now? Stations, units and incidents, loaded over HTTP and kept live. */
import { computed, onScopeDispose, shallowRef } from 'vue'
import { get } from '@/kit/api'
import { useLive } from '@/kit/live'
import { useLoad } from '@/kit/load'
import type { Entity, Incident, Listing, LiveObservation, Page, Unit } from '@/kit/types'

const STATION = 'HydrometricStation'
const SETTLE_MS = 1500
/** Quality bits that mean a value is not of now: future, past, replayed or test. */
const NOT_LIVE = 2 | 4 | 8 | 16

/** An entity with a live observation put into its latest values; the same entity when it is not of now. */
export function withObservation(entity: Entity, [, quantity, value, observedMs, receivedMs, quality]: LiveObservation): Entity {
  if (quality & NOT_LIVE) return entity
  const held = entity.latest[quantity]
  const next = {
    value,
    unit: held?.unit ?? '',
    observed_at: new Date(observedMs).toISOString(),
    received_at: new Date(receivedMs).toISOString(),
    quality: quality & 1 ? ['doubtful'] : [],
    stale: false,
  }
  return { ...entity, latest: { ...entity.latest, [quantity]: next } }
}

/** The scene and how well it is known. */
export function useScene() {
  const entities = shallowRef<Entity[]>([])
  const units = shallowRef<Unit[]>([])
  const incidents = shallowRef<Incident[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined

  const stations = useLoad(async () => {
    const found = await get<Listing<Entity>>('/api/entities', { type: STATION, limit: 1000 })
    entities.value = found.items
    return found
  })

  async function loadUnits(): Promise<void> {
    // A person without the right to see units or incidents gets a map without them.
    await get<Listing<Unit>>('/api/units').then((found) => (units.value = found.items), () => undefined)
  }

  async function loadIncidents(): Promise<void> {
    await get<Page<Incident>>('/api/incidents', { phase: 'open', limit: 200 }).then((found) => (incidents.value = found.items), () => undefined)
  }

  function hearUnits(items: Unit[]): void {
    const newer = new Map(items.map((unit) => [unit.id, unit]))
    units.value = [...units.value.map((unit) => newer.get(unit.id) ?? unit), ...items.filter((unit) => !units.value.some((one) => one.id === unit.id))]
  }

  function hearObservations(items: LiveObservation[]): void {
    const byUrn = new Map<string, LiveObservation[]>()
    for (const item of items) byUrn.set(item[0], [...(byUrn.get(item[0]) ?? []), item])
    entities.value = entities.value.map((entity) => (byUrn.get(entity.urn) ?? []).reduce(withObservation, entity))
  }

  function settle(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void stations.load(), SETTLE_MS)
  }

  const connection = useLive<LiveObservation>('observations', { types: [STATION] }, hearObservations, stations.load)
  useLive<Unit>('units', undefined, hearUnits, loadUnits)
  useLive<Incident>('incidents', undefined, () => void loadIncidents(), loadIncidents)
  useLive('alarms', undefined, settle, () => undefined)
  onScopeDispose(() => clearTimeout(timer))

  const asOf = computed(() => stations.data.value?.as_of ?? null)
  return { entities, units, incidents, asOf, error: stations.error, loading: stations.loading, load: stations.load, connection }
}
