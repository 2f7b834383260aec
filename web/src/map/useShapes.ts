/** Which cells and components lie in what is seen of the map? Asked anew when it moves, only while they are shown. */
import type { Map as MapLibreMap } from 'maplibre-gl'
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { get } from '@/kit/api'
import { COUNTY_BOUNDS } from '@/kit/basemap'
import { tx } from '@/kit/i18n'
import { CASE_TYPES, DRAWN, featuresOf, type Bounds, type Drawn, type Shapes } from './shapes'

const SETTLE_MS = 250
const REFRESH_MS = 30_000
const NAMES = Object.keys(DRAWN) as Drawn[]

/** The shapes of those layers that are not hidden; `chosen` is the name of the one that was clicked. */
export function useShapes(hidden: Ref<string[]>, chosen: Ref<string>) {
  const [west, south, east, north] = COUNTY_BOUNDS
  const bounds = ref<Bounds>({ west, south, east, north })
  const found = shallowRef<Partial<Record<Drawn, Shapes>>>({})
  const error = shallowRef<unknown>(null)
  const shown = computed(() => NAMES.filter((name) => !hidden.value.includes(name)))
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0

  async function load(): Promise<void> {
    const mine = ++turn
    try {
      const answers = await Promise.all(shown.value.map((name) => get<Shapes>('/api/shapes', { type: DRAWN[name], case_type: CASE_TYPES, ...bounds.value })))
      if (mine !== turn) return
      found.value = Object.fromEntries(shown.value.map((name, n) => [name, answers[n]]))
      error.value = null
    } catch (cause) {
      if (mine === turn) error.value = cause
    }
  }

  function settle(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void (shown.value.length ? load() : undefined), SETTLE_MS)
  }

  /** Follow a map as it is moved. */
  function follow(map: MapLibreMap): void {
    const look = (): void => {
      const box = map.getBounds()
      const wide = { west: Math.max(-180, box.getWest()), south: Math.max(-90, box.getSouth()), east: Math.min(180, box.getEast()), north: Math.min(90, box.getNorth()) }
      bounds.value = wide.east - wide.west > 9 || wide.north - wide.south > 9 ? { west, south, east, north } : wide
      settle()
    }
    map.on('moveend', look)
    look()
  }

  watch(shown, settle, { immediate: true })
  const again = setInterval(settle, REFRESH_MS)
  onScopeDispose(() => {
    clearTimeout(timer)
    clearInterval(again)
  })

  const sources = computed(() => Object.fromEntries(NAMES.map((name) => [name, featuresOf(shown.value.includes(name) ? found.value[name] ?? null : null, tx, chosen.value)])))
  const counts = computed(() => Object.fromEntries(NAMES.map((name) => {
    const one = found.value[name]
    return [name, one && shown.value.includes(name) ? one.items.length + one.clusters.reduce((sum, each) => sum + each.count, 0) : null]
  })) as Record<Drawn, number | null>)
  return { sources, counts, error, follow, load }
}
