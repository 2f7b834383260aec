/** What is drawn on the map, and how? Stations, units, incidents and alarms as GeoJSON, with their layers. */
import type { Feature, FeatureCollection } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import { toMs } from '@/kit/time'
import { t } from '@/kit/i18n'
import type { Entity, Incident, Text, Unit } from '@/kit/types'
import { concerned, COUNT_OLD_S, countedAt } from '@/supplies/freshness'
import type { Places } from '@/supplies/usePlaces'
import type { Shelter, Store } from '@/supplies/wire'

export const GROUPS = ['alarms', 'incidents', 'units', 'shelters', 'stores', 'stations'] as const
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
  /** What matters most about it, said beside its name. */
  note?: string
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

/** A store, hollow when something in it was never counted or long ago; it says what runs short. */
function storeThing(store: Store, nowMs: number): MapThing {
  const { id, name, lon, lat } = store
  const low = concerned(store)
  const stale = !(nowMs - toMs(countedAt(store)) < COUNT_OLD_S * 1000)
  return { group: 'stores', id, name, lon, lat, level: null, icon: 'store', stale, ...(low ? { note: t('supplies.look', { n: low }) } : {}) }
}

/** A shelter with its free places; hollow while it is closed or its count is old. */
function shelterThing(shelter: Shelter): MapThing {
  const { id, name, lon, lat, state, free, capacity, occupancy } = shelter
  const over = occupancy - capacity
  const note = state === 'closed' ? t('supplies.shelter.closed') : over > 0 ? t('supplies.over', { n: over }) : t('supplies.free', { n: free })
  return { group: 'shelters', id, name, lon, lat, level: null, icon: 'shelter', stale: state === 'closed' || shelter.doubtful, note }
}

const NO_PLACES: Places = { stores: [], shelters: [] }

/** Everything that could be on the map, gravest first. */
export function thingsOf(entities: Entity[], units: Unit[], incidents: Incident[], nowMs: number, places = NO_PLACES): MapThing[] {
  return [
    ...entities.flatMap(alarmThings).sort((a, b) => (a.level ?? 9) - (b.level ?? 9)),
    ...incidents.map(incidentThing),
    ...units.map((unit) => unitThing(unit, nowMs)),
    ...places.shelters.map(shelterThing),
    ...places.stores.map((store) => storeThing(store, nowMs)),
    ...entities.map(stationThing),
  ]
}

/** The things as one GeoJSON source a group; things without a place are left out. */
export function sourcesOf(things: MapThing[], say: (text: Text) => string): Record<Group, FeatureCollection> {
  const features = Object.fromEntries(GROUPS.map((group) => [group, [] as Feature[]])) as Record<Group, Feature[]>
  for (const thing of things) {
    if (thing.lon === null || thing.lat === null) continue
    const icon = thing.stale ? `${thing.icon}-stale` : thing.icon
    features[thing.group].push({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [thing.lon, thing.lat] },
      // Alarms carry a grave-first key so that the gravest is drawn last, on top.
      properties: { id: thing.id, icon, label: thing.note ? `${say(thing.name)} ${thing.note}` : say(thing.name), level: thing.group === 'alarms' ? thing.level : null, order: 9 - (thing.level ?? 9) },
    })
  }
  const collection = (group: Group): FeatureCollection => ({ type: 'FeatureCollection', features: features[group] })
  return Object.fromEntries(GROUPS.map((group) => [group, collection(group)])) as Record<Group, FeatureCollection>
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
      'icon-ignore-placement': group !== 'alarms' && group !== 'incidents',
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
    icons('stores', 0.75, 11, colors),
    icons('shelters', 0.75, 11, colors),
    icons('units', 0.8, 11, colors),
    icons('incidents', 1.3, 9.5, colors),
    icons('alarms', 0.8, 9.5, colors),
  ]
}
