/** How are closures, roads to choose from, and routes drawn? By line pattern, never by alarm colours. */
import type { Feature, FeatureCollection, Geometry } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import type { Closure, Route } from './wire'

export interface Ink {
  text: string
  halo: string
}

const FONT = ['Noto Sans CJK SC', 'sans-serif']
const ROUTE_COLOR = '#6ea8d8'

function collection(features: Feature[]): FeatureCollection {
  return { type: 'FeatureCollection', features }
}

/** How a closure is drawn: shut, avoided (a penalty) or passable for some (water). */
export function manner(closure: Pick<Closure, 'penalty' | 'depth_m'>): 'shut' | 'avoid' | 'water' {
  if (closure.penalty !== null) return 'avoid'
  return closure.depth_m !== null ? 'water' : 'shut'
}

/** The closures on their roads, and the areas that were drawn. */
export function closureFeatures(closures: Closure[], label: (closure: Closure) => string): FeatureCollection {
  return collection(
    closures.flatMap((closure) => {
      const properties = { id: closure.id, label: label(closure), manner: manner(closure), planned: closure.state === 'planned' }
      const lines: Feature = { type: 'Feature', geometry: closure.lines as unknown as Geometry, properties }
      const drawn = closure.geometry as unknown as Geometry
      const area: Feature[] = drawn.type === 'Polygon' ? [{ type: 'Feature', geometry: drawn, properties: { ...properties, area: true } }] : []
      return [lines, ...area, ...markOf(closure, properties)]
    }),
  )
}

/** A point in the middle of the longest stretch: what is seen from afar. */
function markOf(closure: Closure, properties: Record<string, unknown>): Feature[] {
  const lines = (closure.lines as { coordinates: [number, number][][] }).coordinates
  const longest = [...lines].sort((a, b) => b.length - a.length)[0]
  const at = longest?.length === 2 ? middle(longest[0], longest[1]) : longest?.[Math.floor(longest.length / 2)]
  return at ? [{ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: { ...properties, mark: true } }] : []
}

function middle(a: [number, number] | undefined, b: [number, number] | undefined): [number, number] | undefined {
  return a && b ? [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] : undefined
}

/** A route's line; nothing when there is no way. */
export function routeFeatures(routes: { route: Route; label: string }[]): FeatureCollection {
  return collection(
    routes
      .filter(({ route }) => route.reachable)
      .map(({ route, label }) => ({ type: 'Feature', geometry: route.line as unknown as Geometry, properties: { label } })),
  )
}

/** Layers over the source `closures`. */
export function closureLayers(ink: Ink): LayerSpecification[] {
  const line = (id: string, filter: unknown[], paint: Record<string, unknown>): LayerSpecification =>
    ({ id, type: 'line', source: 'closures', filter: ['all', ['!', ['has', 'area']], ...filter], paint }) as LayerSpecification
  return [
    { id: 'closures-area', type: 'line', source: 'closures', filter: ['has', 'area'], paint: { 'line-color': ink.text, 'line-width': 1, 'line-dasharray': [2, 3] } } as LayerSpecification,
    line('closures-halo', [['!', ['get', 'planned']]], { 'line-color': ink.halo, 'line-width': 8 }),
    line('closures-shut', [['==', ['get', 'manner'], 'shut'], ['!', ['get', 'planned']]], { 'line-color': ink.text, 'line-width': 5, 'line-dasharray': [0.6, 0.5] }),
    line('closures-water', [['==', ['get', 'manner'], 'water'], ['!', ['get', 'planned']]], { 'line-color': ink.text, 'line-width': 5, 'line-dasharray': [2, 0.6] }),
    line('closures-avoid', [['==', ['get', 'manner'], 'avoid'], ['!', ['get', 'planned']]], { 'line-color': ink.text, 'line-width': 2, 'line-dasharray': [1, 2] }),
    line('closures-planned', [['get', 'planned']], { 'line-color': ink.text, 'line-width': 1.5, 'line-dasharray': [4, 3] }),
    {
      id: 'closures-label',
      type: 'symbol',
      source: 'closures',
      filter: ['has', 'mark'],
      // A mark that is seen from afar; near by it says what the closure does.
      layout: {
        'text-field': ['step', ['zoom'], '✕', 11, ['concat', '✕ ', ['get', 'label']]],
        'text-font': FONT,
        'text-size': ['step', ['zoom'], 18, 11, 13],
        'text-allow-overlap': true,
      },
      paint: { 'text-color': ink.text, 'text-halo-color': ink.halo, 'text-halo-width': 1.6 },
    } as LayerSpecification,
  ]
}

/** Layers over the sources `network` (to choose from) and `drawing` (what is chosen). */
export function drawingLayers(ink: Ink): LayerSpecification[] {
  return [
    { id: 'network-hit', type: 'line', source: 'network', paint: { 'line-color': ink.text, 'line-width': 2, 'line-opacity': 0.45 } },
    { id: 'drawing-line', type: 'line', source: 'drawing', filter: ['!', ['has', 'outline']], paint: { 'line-color': ink.text, 'line-width': 6 } },
    { id: 'drawing-outline', type: 'line', source: 'drawing', filter: ['has', 'outline'], paint: { 'line-color': ink.text, 'line-width': 1.5, 'line-dasharray': [3, 2] } },
    { id: 'drawing-corner', type: 'circle', source: 'drawing', filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-color': ink.text, 'circle-radius': 4 } },
  ] as LayerSpecification[]
}

/** Layers over the source `routes`: the way that is driven, with its minutes. */
export function routeLayers(ink: Ink): LayerSpecification[] {
  return [
    { id: 'routes-halo', type: 'line', source: 'routes', paint: { 'line-color': ink.halo, 'line-width': 7 } },
    { id: 'routes-line', type: 'line', source: 'routes', paint: { 'line-color': ROUTE_COLOR, 'line-width': 4 } },
    {
      id: 'routes-label',
      type: 'symbol',
      source: 'routes',
      layout: { 'text-field': ['get', 'label'], 'text-font': FONT, 'text-size': 12, 'symbol-placement': 'line-center' },
      paint: { 'text-color': ink.text, 'text-halo-color': ink.halo, 'text-halo-width': 1.6 },
    },
  ] as LayerSpecification[]
}
