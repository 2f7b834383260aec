/** What is being drawn on the map to be closed? Stretches of road that were clicked, or the corners of an area. */
import type { Feature, FeatureCollection } from 'geojson'
import { computed, ref, shallowRef } from 'vue'
import { get, post } from '@/kit/api'
import type { MapPick } from '@/kit/MapView.vue'
import type { Match, NetworkLines } from './wire'

export type DrawMode = 'edges' | 'area'

const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] }

/** The drawing's state; nothing is drawn until `begin`. */
export function useDrawing() {
  const active = ref(false)
  const mode = ref<DrawMode>('edges')
  const network = shallowRef<NetworkLines | null>(null)
  const edges = ref<number[]>([])
  const corners = ref<[number, number][]>([])
  const match = shallowRef<Match | null>(null)
  const error = shallowRef<unknown>(null)

  /** Begin anew, with the network to click on. */
  async function begin(): Promise<void> {
    active.value = true
    clear()
    try {
      network.value = await get<NetworkLines>('/api/roads/network')
    } catch (cause) {
      error.value = cause
    }
  }

  function clear(): void {
    edges.value = []
    corners.value = []
    match.value = null
    error.value = null
  }

  function stop(): void {
    active.value = false
    clear()
  }

  function choose(next: DrawMode): void {
    mode.value = next
    clear()
  }

  /** A click on a stretch takes it in or leaves it out again. */
  function pick(found: MapPick | null): void {
    const id = found?.source === 'network' ? Number(found.properties['id']) : Number.NaN
    if (mode.value !== 'edges' || !Number.isInteger(id)) return
    edges.value = edges.value.includes(id) ? edges.value.filter((one) => one !== id) : [...edges.value, id]
  }

  /** A click beside everything is the area's next corner; from the third on the centre says which roads lie in it. */
  async function place(at: { lon: number; lat: number }): Promise<void> {
    if (mode.value !== 'area') return
    corners.value = [...corners.value, [Number(at.lon.toFixed(6)), Number(at.lat.toFixed(6))]]
    await matched()
  }

  async function undo(): Promise<void> {
    corners.value = corners.value.slice(0, -1)
    edges.value = edges.value.slice(0, -1)
    await matched()
  }

  const ring = computed(() => (corners.value.length >= 3 ? [...corners.value, corners.value[0] as [number, number]] : null))
  const geometry = computed(() => (ring.value ? { type: 'Polygon', coordinates: [ring.value] } : null))

  async function matched(): Promise<void> {
    match.value = null
    if (!geometry.value) return
    const asked = geometry.value
    try {
      const found = await post<Match>('/api/roads/match', { geometry: asked })
      if (geometry.value === asked) match.value = found
      error.value = null
    } catch (cause) {
      error.value = cause
    }
  }

  const chosen = computed(() => new Set(mode.value === 'edges' ? edges.value : (match.value?.edges ?? [])))
  const stretches = computed(() => (network.value?.features ?? []).filter((feature) => chosen.value.has(Number(feature.id))))
  const ready = computed(() => chosen.value.size > 0)

  /** What goes to the centre: the stretches themselves, or the drawn area. */
  const shape = computed(() =>
    mode.value === 'edges'
      ? { edges: edges.value, graph_version: network.value?.graph_version ?? '' }
      : { geometry: geometry.value },
  )

  const sources = computed<Record<string, FeatureCollection>>(() => {
    if (!active.value) return { network: EMPTY, drawing: EMPTY }
    const outline: Feature[] = ring.value ? [{ type: 'Feature', geometry: { type: 'LineString', coordinates: ring.value }, properties: { outline: true } }] : []
    const points: Feature[] = corners.value.map((at) => ({ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: {} }))
    return {
      network: mode.value === 'edges' && network.value ? network.value : EMPTY,
      drawing: { type: 'FeatureCollection', features: [...stretches.value, ...outline, ...points] },
    }
  })

  return { active, mode, network, corners, edges, stretches, ready, shape, sources, error, begin, stop, choose, pick, place, undo }
}

export type Drawing = ReturnType<typeof useDrawing>
