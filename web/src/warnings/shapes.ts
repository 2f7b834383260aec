/** Which ground does a warning name, as map features? Points are lon, lat; only CAP itself turns them around. */
import type { Feature, FeatureCollection, Position } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import type { Content } from './wire'

type Shapes = Pick<Content, 'polygons' | 'circles'>
type Spot = { lon: number; lat: number }

const CORNERS = 48
const KM_PER_DEGREE = 111.2

/** A circle as a closed ring. */
export function ringOf(circle: { lon: number; lat: number; radius_km: number }): Position[] {
  const up = circle.radius_km / KM_PER_DEGREE
  const across = up / Math.max(0.01, Math.cos((circle.lat * Math.PI) / 180))
  return Array.from({ length: CORNERS + 1 }, (_, n) => {
    const turn = (2 * Math.PI * (n % CORNERS)) / CORNERS
    return [circle.lon + across * Math.sin(turn), circle.lat + up * Math.cos(turn)]
  })
}

function polygon(ring: Position[]): Feature {
  return { type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] }, properties: {} }
}

/** The shapes, and the corners of one that is being drawn. */
export function sourcesOf(shapes: Shapes, corners: Spot[] = []): Record<string, FeatureCollection> {
  const drawn = corners.map(({ lon, lat }): Position => [lon, lat])
  const line: Feature[] = drawn.length > 1 ? [{ type: 'Feature', geometry: { type: 'LineString', coordinates: drawn }, properties: {} }] : []
  const points = drawn.map((at): Feature => ({ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: {} }))
  return {
    area: { type: 'FeatureCollection', features: [...shapes.polygons.map((ring) => polygon(ring)), ...shapes.circles.map((one) => polygon(ringOf(one)))] },
    drawing: { type: 'FeatureCollection', features: [...line, ...points] },
  }
}

/** How shapes are drawn: outlined in the text colour, so that the four level colours keep their meaning. */
export const LAYERS = [
  { id: 'area-fill', type: 'fill', source: 'area', paint: { 'fill-color': '#9fb3c8', 'fill-opacity': 0.22 } },
  { id: 'area-line', type: 'line', source: 'area', paint: { 'line-color': '#9fb3c8', 'line-width': 2.5 } },
  { id: 'drawing-line', type: 'line', source: 'drawing', paint: { 'line-color': '#d7dade', 'line-width': 2, 'line-dasharray': [2, 2] } },
  { id: 'drawing-points', type: 'circle', source: 'drawing', filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-color': '#d7dade', 'circle-radius': 4 } },
] as LayerSpecification[]

/** The corners that bring all shapes into view. */
export function fitOf(shapes: Shapes): [number, number][] {
  return [...shapes.polygons, ...shapes.circles.map(ringOf)].flat().map(([lon = 0, lat = 0]): [number, number] => [lon, lat])
}
