/** How are grid cells and components drawn: each by its shape, or many as one mark with their number? */
import type { Feature, FeatureCollection, Geometry } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import type { components } from '@/kit/api.gen'
import type { Text } from '@/kit/types'
import type { SceneColors } from './scene'

export type Shape = components['schemas']['ShapeOut']
export type Shapes = components['schemas']['ShapesOut']

/** What is drawn, by the name of its source; the types behind it. */
export const DRAWN = { cells: 'GridCell', parts: 'Component' } as const
export type Drawn = keyof typeof DRAWN
export const CASE_TYPES = 'urban_event,urban_component'
const FONT = ['Noto Sans CJK SC', 'sans-serif']
const GREY = '#8d99a6'

export interface Bounds { west: number; south: number; east: number; north: number }

/** The number that a thing bears on the wire, the end of its name. */
export function codeOf(urn: string): string {
  return urn.split(':').slice(3).join(':')
}

/** A square around a place, so many metres to each side. */
export function around(lon: number, lat: number, metres: number): Bounds {
  const north = metres / 111_195
  const east = north / Math.max(0.01, Math.cos((lat * Math.PI) / 180))
  return { west: lon - east, south: lat - north, east: lon + east, north: lat + north }
}

/** Things and clusters as one source; a cell with open cases says how many. */
export function featuresOf(found: Shapes | null, say: (text: Text) => string, chosen = ''): FeatureCollection {
  const things = (found?.items ?? []).filter((one) => one.place['type'] !== undefined).map((one): Feature => ({
    type: 'Feature',
    geometry: one.place as unknown as Geometry,
    properties: { id: one.urn, label: `${say(one.name)} ${codeOf(one.urn)}`, open: one.open ?? 0, overdue: one.overdue ?? 0, chosen: one.urn === chosen },
  }))
  const clusters = (found?.clusters ?? []).map((one): Feature => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [one.lon, one.lat] },
    properties: { count: one.count, label: String(one.count), lon: one.lon, lat: one.lat },
  }))
  return { type: 'FeatureCollection', features: [...things, ...clusters] }
}

/** Grey outlines; colour only where a case of the cell is overdue. */
export function shapeLayers(colors: SceneColors): LayerSpecification[] {
  const words = { 'text-color': colors.text, 'text-halo-color': colors.halo, 'text-halo-width': 1.4 }
  const overdue = ['>', ['get', 'overdue'], 0]
  const one = ['!', ['has', 'count']]
  return [
    { id: 'cells-fill', source: 'cells', type: 'fill', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': GREY, 'fill-opacity': ['case', ['get', 'chosen'], 0.4, ['>', ['get', 'open'], 0], 0.22, 0.08] } },
    { id: 'cells-line', source: 'cells', type: 'line', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'line-color': ['case', overdue, '#d6453d', GREY], 'line-width': ['case', ['get', 'chosen'], 3, overdue, 2, 1] } },
    { id: 'cells-open', source: 'cells', type: 'symbol', minzoom: 13, filter: ['all', ['==', ['geometry-type'], 'Polygon'], ['>', ['get', 'open'], 0]], layout: { 'text-field': ['to-string', ['get', 'open']], 'text-font': FONT, 'text-size': 13 }, paint: words },
    { id: 'parts-point', source: 'parts', type: 'circle', filter: one, paint: { 'circle-radius': ['case', ['get', 'chosen'], 7, 3.5], 'circle-color': colors.halo, 'circle-stroke-width': ['case', ['get', 'chosen'], 3, 1.5], 'circle-stroke-color': GREY } },
    ...(['cells', 'parts'] as const).flatMap((source): LayerSpecification[] => [
      { id: `${source}-cluster`, source, type: 'circle', filter: ['has', 'count'], paint: { 'circle-radius': 14, 'circle-color': GREY, 'circle-opacity': 0.25, 'circle-stroke-width': 1, 'circle-stroke-color': GREY } },
      { id: `${source}-count`, source, type: 'symbol', filter: ['has', 'count'], layout: { 'text-field': ['get', 'label'], 'text-font': FONT, 'text-size': 11 }, paint: words },
    ]),
  ] as LayerSpecification[]
}
