/** What held at a second of a past period? All times are seconds since its start. */
import type { FeatureCollection, Feature, Geometry, Position } from 'geojson'
import { SHAPES } from '@/kit/mapIcons'
import type { Text } from '@/kit/types'
import type { MapThing } from '@/map/scene'
import { manner } from '@/roads/scene'
import { ringOf } from '@/warnings/shapes'
import type { Line, Replay, Track } from './wire'

/** How many of the ascending `times` are at or before a second. */
export function countUntil(times: readonly number[], second: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) <= second) low = middle + 1
    else high = middle
  }
  return low
}

/** The value that held at a second; undefined before the first. */
export function valueAt<T>(steps: readonly (readonly [number, T])[], second: number): T | undefined {
  return steps[countUntil(steps.map(([at]) => at), second) - 1]?.[1]
}

export interface Place {
  lon: number
  lat: number
  ageS: number
}

/** The last place that a thing had told until then, and how old it was. No place is made up between two. */
export function placeAt(track: Track, second: number, degrees: number): Place | null {
  const at = countUntil(track.at_s, second) - 1
  const [told, lon, lat] = [track.at_s[at], track.lon[at], track.lat[at]]
  if (told === undefined || lon === undefined || lat === undefined) return null
  return { lon: lon / degrees, lat: lat / degrees, ageS: second - told }
}

/** Whether something was under way. */
export function held(one: { from_s: number; until_s: number | null }, second: number): boolean {
  return one.from_s <= second && (one.until_s === null || second < one.until_s)
}

/** How many things happened in each of so many equal parts of the period. */
export function density(lines: readonly Line[], length: number, parts: number): number[] {
  const counts = new Array<number>(parts).fill(0)
  for (const line of lines) {
    const part = Math.min(parts - 1, Math.max(0, Math.floor((line.at_s / length) * parts)))
    counts[part] = (counts[part] ?? 0) + 1
  }
  return counts
}

const STALE_S = 300

function unitThing(id: string, named: { name: Text; kind: string }, at: { lon: number; lat: number }, stale: boolean): MapThing {
  return { group: 'units', id, name: named.name, lon: at.lon, lat: at.lat, level: null, icon: named.kind in SHAPES ? named.kind : 'vehicle', stale }
}

/** Units, alarms and incidents as they were, in the map's own words. */
export function thingsThen(past: Replay, second: number): MapThing[] {
  const staleS = Math.max(STALE_S, 3 * past.step_s)
  const alarms = past.alarms.flatMap((one): MapThing[] => {
    const state = valueAt(one.steps, second)
    if (state === undefined || state === 'cleared') return []
    return [{ group: 'alarms', id: one.id, name: one.name, lon: one.lon, lat: one.lat, level: one.level, icon: `level-${one.level}`, stale: false }]
  })
  const incidents = past.incidents.filter((one) => held(one, second)).map((one): MapThing => {
    const level = valueAt(one.levels, second) ?? 4
    return { group: 'incidents', id: one.id, name: { zh: one.title, en: one.title }, lon: one.lon, lat: one.lat, level, icon: `incident-${level}`, stale: false }
  })
  const units = past.tracks.flatMap((one): MapThing[] => {
    const place = placeAt(one, second, past.degrees)
    if (!place) return []
    return [unitThing(one.unit || one.id, one, place, place.ageS > staleS)]
  })
  const placed = new Set(units.map((one) => one.id))
  const homes = past.homes.filter((one) => !placed.has(one.id)).map((one) => unitThing(one.id, one, one, true))
  return [...alarms.sort((a, b) => (a.level ?? 9) - (b.level ?? 9)), ...incidents, ...units, ...homes]
}

function collection(features: Feature[]): FeatureCollection {
  return { type: 'FeatureCollection', features }
}

/** The closures of then as they were drawn. */
export function closuresThen(past: Replay, second: number): FeatureCollection {
  return collection(
    past.closures.filter((one) => held(one, second)).map((one): Feature => {
      const geometry = one.geometry as unknown as Geometry
      const point = geometry.type === 'Point' ? { mark: true } : {}
      const area = geometry.type === 'Polygon' || geometry.type === 'MultiPolygon' ? { area: true } : {}
      return { type: 'Feature', geometry, properties: { id: one.id, label: one.reason, manner: manner(one), planned: false, ...point, ...area } }
    }),
  )
}

/** The ground of the warnings that were in force. */
export function warnedThen(past: Replay, second: number): FeatureCollection {
  const rings = past.warnings.filter((one) => held(one, second)).flatMap((one) => [...one.polygons, ...one.circles.map(ringOf)])
  return collection(rings.map((ring): Feature => ({ type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring as Position[]] }, properties: {} })))
}
