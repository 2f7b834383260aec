/** Which vehicles need a look first, where do they head, and where were they in the last hour? */
import type { Feature, FeatureCollection } from 'geojson'
import type { Entity, Unit } from '@/kit/types'

/** The part of an entity this page reads. */
export type Vehicle = Pick<
  Entity,
  'urn' | 'name' | 'area_name' | 'lon' | 'lat' | 'properties' | 'latest' | 'online' | 'worst_level'
>

export const KINDS = ['patrol', 'ambulance', 'fire', 'flood_rescue'] as const
export type Kind = (typeof KINDS)[number] | 'other'

/** The part of a unit that tells what its vehicle is for and doing. */
export type Crew = Pick<Unit, 'vehicle_urn' | 'kind' | 'status' | 'code'>

export interface Listed<V extends Vehicle = Vehicle> {
  vehicle: V
  kind: Kind
  status: Crew['status'] | null
  code: string | null
}

/** Joins vehicles with their crews; without a unit the vehicle's own property tells the kind. */
export function listed<V extends Vehicle>(vehicles: readonly V[], crews: readonly Crew[]): Array<Listed<V>> {
  const byVehicle = new Map(crews.flatMap((crew) => (crew.vehicle_urn ? [[crew.vehicle_urn, crew] as const] : [])))
  return vehicles.map((vehicle) => {
    const crew = byVehicle.get(vehicle.urn)
    return {
      vehicle,
      kind: kindOf(crew?.kind ?? vehicle.properties['kind']),
      status: crew?.status ?? null,
      code: crew?.code ?? null,
    }
  })
}

function kindOf(value: unknown): Kind {
  return KINDS.find((kind) => kind === value) ?? 'other'
}

/** Worst first; then vehicles out of contact, then those moving, then by name. */
export function worstFirst<V extends Vehicle>(all: ReadonlyArray<Listed<V>>): Array<Listed<V>> {
  const rank = ({ vehicle }: Listed<V>): number =>
    (vehicle.worst_level ?? 9) * 10 + (vehicle.online === false ? 0 : moving(vehicle) ? 1 : 2)
  return [...all].sort((a, b) => rank(a) - rank(b) || (a.vehicle.urn < b.vehicle.urn ? -1 : 1))
}

export function moving(vehicle: Vehicle): boolean {
  return (vehicle.latest['speed']?.value ?? 0) > 2
}

/** Where the vehicle was last heard; WGS-84 degrees, or null when it never was. */
export function place(vehicle: Vehicle): [number, number] | null {
  const lon = vehicle.latest['longitude']?.value ?? vehicle.lon
  const lat = vehicle.latest['latitude']?.value ?? vehicle.lat
  return lon === null || lat === null ? null : [lon, lat]
}

/** Points with heading for the map; a vehicle that is not moving has no direction worth drawing. */
export function markers(
  all: readonly Listed[],
  chosen: string | null,
  name: (text: Vehicle['name']) => string,
): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: all.flatMap(({ vehicle, kind }): Feature[] => {
      const at = place(vehicle)
      if (at === null) return []
      const properties = {
        urn: vehicle.urn,
        label: name(vehicle.name),
        kind,
        icon: iconOf(vehicle, kind),
        heading: moving(vehicle) ? (vehicle.latest['heading']?.value ?? 0) : 0,
        level: vehicle.worst_level ?? 0,
        chosen: vehicle.urn === chosen,
      }
      return [{ type: 'Feature', properties, geometry: { type: 'Point', coordinates: at } }]
    }),
  }
}

/** Moving vehicles are arrows that turn with their heading; standing ones show what they are for. */
function iconOf(vehicle: Vehicle, kind: Kind): string {
  const shape = moving(vehicle) || kind === 'other' ? 'vehicle' : kind
  const alive = vehicle.online !== false && vehicle.latest['latitude']?.stale === false
  return alive ? shape : `${shape}-stale`
}

type Point = readonly [number, number, number]

/** Longest silence that is still drawn as a way travelled; beyond it the track is broken. */
const BREAK_MS = 120_000

/** Pairs longitudes with latitudes of the same moment and cuts the track where the vehicle was silent. */
export function track(longitudes: readonly Point[], latitudes: readonly Point[]): FeatureCollection {
  const byTime = new Map(latitudes.map((point) => [point[0], point[1]]))
  const fixes = longitudes.flatMap((point): Array<[number, number, number]> => {
    const lat = byTime.get(point[0])
    return lat === undefined ? [] : [[point[0], point[1], lat]]
  })
  const pieces: Array<Array<[number, number]>> = []
  fixes.forEach((fix, index) => {
    const before = fixes[index - 1]
    if (before === undefined || fix[0] - before[0] > BREAK_MS) pieces.push([])
    pieces.at(-1)?.push([fix[1], fix[2]])
  })
  return {
    type: 'FeatureCollection',
    features: pieces
      .filter((piece) => piece.length > 1)
      .map((coordinates) => ({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates } })),
  }
}
