/** Which shapes do roads, closures and routes have on the wire? */
import type { components } from '../kit/api.gen'

export type Roads = components['schemas']['RoadsOut']
export type Closure = components['schemas']['ClosureOut']
export type Closures = components['schemas']['ClosuresOut']
export type NewClosure = components['schemas']['ClosureIn']
export type Match = components['schemas']['MatchOut']
export type Route = components['schemas']['RouteOut']
export type TravelClass = NewClosure['classes'][number]

export const CLASSES: TravelClass[] = ['car', 'truck', 'foot', 'boat']
export const VEHICLES: TravelClass[] = ['car', 'truck', 'boat']

/** The network as GeoJSON lines, with its own members. */
export interface NetworkLines extends GeoJSON.FeatureCollection<GeoJSON.LineString> {
  graph_version: string
  schematic: boolean
  credit: string
  left_out: number
}
