/** What is drawn on the map, and how? Stations, units, incidents and alarms as GeoJSON, with their layers. */
import type { Feature, FeatureCollection } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import { toMs } from '@/kit/time'
import type { Entity, Incident, Text, Unit } from '@/kit/types'

export const GROUPS = ['alarms', 'incidents', 'units', 'stations'] as const
export type Group = (typeof GROUPS)[number]

/** Positions older than this are drawn hollow. */
export const UNIT_STALE_MS = 5 * 60_000
const FONT = ['Noto Sans CJK SC', 'sans-serif']

export interface MapThing {
  group: Group
  id: string
  name: Text
  lon: number | null
  lat: number | null
  level: number | null
  icon: string
  stale: boolean
}

/** The station's icon by what it measures; hollow when its link is down or all it said is old. */
function stationThing(entity: Entity): MapThing {
  const kind = String(entity.properties['kind'] ?? '')
  const icon = ['river', 'reservoir', 'rain'].includes(kind) ? kind : 'station'
  const latest = Object.values(entity.latest)
  const stale = entity.online === false || latest.length === 0 || latest.every((one) => one.stale)
  const { urn: id, name, lon, lat } = entity
  return { group: 'stations', id, name, lon, lat, level: null, icon, stale }
}

/** The mark of a station's worst alarm, drawn over the station. */
function alarmThings(entity: Entity): MapThing[] {
  if (entity.worst_level === null) return []
  return [{ ...stationThing(entity), group: 'alarms', level: entity.worst_level, icon: `level-${entity.worst_level}`, stale: false }]
}

function unitThing(unit: Unit, nowMs: number): MapThing {
  const stale = unit.online === false || !(nowMs - toMs(unit.position_at) < UNIT_STALE_MS)
  const { id, name, lon, lat } = unit
  return { group: 'units', id, name, lon, lat, level: null, icon: unit.kind, stale }
}

function incidentThing(incident: Incident): MapThing {
  const { id, lon, lat, level } = incident
  const name = { zh: incident.title, en: incident.title }
  return { group: 'incidents', id, name, lon, lat, level, icon: `incident-${level}`, stale: false }
}

/** Everything that could be on the map, gravest first. */
export function thingsOf(entities: Entity[], units: Unit[], incidents: Incident[], nowMs: number): MapThing[] {
  return [
    ...entities.flatMap(alarmThings).sort((a, b) => (a.level ?? 9) - (b.level ?? 9)),
    ...incidents.map(incidentThing),
    ...units.map((unit) => unitThing(unit, nowMs)),
    ...entities.map(stationThing),
  ]
}

/** The things as one GeoJSON source a group; things without a place are left out. */
export function sourcesOf(things: MapThing[], say: (text: Text) => string): Record<Group, FeatureCollection> {
  const features: Record<Group, Feature[]> = { alarms: [], incidents: [], units: [], stations: [] }
  for (const thing of things) {
    if (thing.lon === null || thing.lat === null) continue
    const icon = thing.stale ? `${thing.icon}-stale` : thing.icon
    features[thing.group].push({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [thing.lon, thing.lat] },
      // Alarms carry a grave-first key so that the gravest is drawn last, on top.
      properties: { id: thing.id, icon, label: say(thing.name), level: thing.group === 'alarms' ? thing.level : null, order: 9 - (thing.level ?? 9) },
    })
  }
  const collection = (group: Group): FeatureCollection => ({ type: 'FeatureCollection', features: features[group] })
  return { alarms: collection('alarms'), incidents: collection('incidents'), units: collection('units'), stations: collection('stations') }
}

function icons(group: Group, size: number, labelFrom: number, colors: SceneColors): LayerSpecification {
  return {
    id: group,
    type: 'symbol',
    source: group,
    layout: {
      'icon-image': ['get', 'icon'],
      'icon-size': size,
      'icon-allow-overlap': true,
      // Town names of the base map stay readable between the many small symbols.
      'icon-ignore-placement': group === 'stations' || group === 'units',
      'symbol-sort-key': ['get', 'order'],
      'text-field': ['step', ['zoom'], '', labelFrom, ['get', 'label']],
      'text-font': FONT,
      'text-size': 12,
      'text-anchor': 'left',
      'text-offset': [size + 0.2, 0],
      'text-max-width': 14,
      'text-justify': 'left',
      'text-optional': true,
    },
    paint: { 'text-color': colors.text, 'text-halo-color': colors.halo, 'text-halo-width': 1.4 },
  } as LayerSpecification
}

export interface SceneColors {
  text: string
  halo: string
}

/** The layers over the base map, quiet things below, alarms on top. */
export function sceneLayers(colors: SceneColors): LayerSpecification[] {
  return [
    icons('stations', 0.7, 11.5, colors),
    icons('units', 0.8, 11, colors),
    icons('incidents', 1.3, 9.5, colors),
    icons('alarms', 0.8, 9.5, colors),
  ]
}
