/** What lies under the live things on a map? The county's own layers, fetched once, in quiet greys. */
import type { FeatureCollection } from 'geojson'
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import { get } from './api'
import type { Listing, MapLayerInfo } from './types'

export type Bounds = [number, number, number, number]
export type BaseName = 'neighbours' | 'outline' | 'town_cells' | 'rivers' | 'reservoirs' | 'roads' | 'towns'

export interface Basemap {
  infos: MapLayerInfo[]
  data: Partial<Record<BaseName, FeatureCollection>>
}

/** County bounding box, WGS-84 degrees: west, south, east, north. */
export const COUNTY_BOUNDS: Bounds = [107.21, 29.96, 107.68, 30.53]
/** How far the map may be dragged: Chongqing's middle, never the national extent. */
export const FURTHEST_BOUNDS: Bounds = [105.2, 28.1, 110.3, 32.3]
const BASE_ORDER: BaseName[] = ['neighbours', 'outline', 'town_cells', 'rivers', 'reservoirs', 'roads', 'towns']

let fetched: Promise<Basemap> | null = null

/** The base layers; fetched once for the whole console, again after a failure. */
export function basemap(): Promise<Basemap> {
  fetched ??= fetchBasemap().catch((cause: unknown) => {
    fetched = null
    throw cause
  })
  return fetched
}

async function fetchBasemap(): Promise<Basemap> {
  const { items } = await get<Listing<MapLayerInfo>>('/api/map/layers')
  const infos = items.filter((info) => (BASE_ORDER as string[]).includes(info.name))
  const parts = await Promise.all(
    infos.map(async (info) => [info.name, await get<FeatureCollection>(`/api/map/layers/${info.name}`)] as const),
  )
  return { infos, data: Object.fromEntries(parts) }
}

interface Palette {
  page: string
  neighbour: string
  neighbourLine: string
  county: string
  countyLine: string
  cell: string
  river: string
  water: string
  road: string
  town: string
  label: string
}

const DARK: Palette = {
  page: '#1b1e21',
  neighbour: '#212529',
  neighbourLine: '#3a4047',
  county: '#2a2f35',
  countyLine: '#9aa3ad',
  cell: '#4a525b',
  river: '#3f5f78',
  water: '#34495a',
  road: '#4b535c',
  town: '#8f969e',
  label: '#c3c9d0',
}
const LIGHT: Palette = {
  page: '#e9ecef',
  neighbour: '#e2e5e9',
  neighbourLine: '#c3c9d0',
  county: '#f8f9fa',
  countyLine: '#6b747e',
  cell: '#b6bdc5',
  river: '#8aa5bb',
  water: '#b5c8d8',
  road: '#c3c9d0',
  town: '#6b747e',
  label: '#343a41',
}

/** A MapLibre style of the base layers. It has no `glyphs`: every label is drawn from the machine's own fonts. */
export function baseStyle(base: Basemap, theme: 'dark' | 'light', locale: 'zh' | 'en'): StyleSpecification {
  const palette = theme === 'light' ? LIGHT : DARK
  const sources: StyleSpecification['sources'] = {}
  const layers: LayerSpecification[] = [
    { id: 'page', type: 'background', paint: { 'background-color': palette.page } },
  ]
  for (const name of BASE_ORDER) {
    const data = base.data[name]
    if (!data) continue
    sources[`base-${name}`] = { type: 'geojson', data }
    layers.push(...baseLayers(name, palette, locale))
  }
  return { version: 8, sources, layers }
}

function line(name: BaseName, suffix: string, paint: Record<string, unknown>): LayerSpecification {
  const id = `base-${name}${suffix}`
  return { id, type: 'line', source: `base-${name}`, paint } as LayerSpecification
}

function fill(name: BaseName, paint: Record<string, unknown>): LayerSpecification {
  return { id: `base-${name}`, type: 'fill', source: `base-${name}`, paint } as LayerSpecification
}

function baseLayers(name: BaseName, p: Palette, locale: 'zh' | 'en'): LayerSpecification[] {
  switch (name) {
    case 'neighbours':
      return [
        fill(name, { 'fill-color': p.neighbour }),
        line(name, '-line', { 'line-color': p.neighbourLine, 'line-width': 1 }),
        label(name, p.neighbourLine, locale, { size: 12 }),
      ]
    case 'outline':
      return [
        fill(name, { 'fill-color': p.county }),
        line(name, '-line', { 'line-color': p.countyLine, 'line-width': 2 }),
      ]
    case 'town_cells':
      return [line(name, '', { 'line-color': p.cell, 'line-width': 1, 'line-dasharray': [2, 2] })]
    case 'rivers':
      return [
        line(name, '', { 'line-color': p.river, 'line-width': 2 }),
        label(name, p.town, locale, { size: 12, along: true, halo: p.page }),
      ]
    case 'reservoirs':
      return [
        { ...fill(name, { 'fill-color': p.water }), filter: ['==', ['geometry-type'], 'Polygon'] } as LayerSpecification,
      ]
    case 'roads':
      return [line(name, '', { 'line-color': p.road, 'line-width': 1 })]
    case 'towns':
      return [
        {
          id: 'base-towns-dot',
          type: 'circle',
          source: 'base-towns',
          paint: { 'circle-color': p.town, 'circle-radius': 2.5 },
        },
        label(name, p.label, locale, { size: 12, offset: 0.4, halo: p.page }),
      ]
  }
}

interface LabelLook {
  size: number
  offset?: number
  along?: boolean
  halo?: string
}

function label(name: BaseName, color: string, locale: 'zh' | 'en', look: LabelLook): LayerSpecification {
  const own = locale === 'zh' ? 'name_zh' : 'name_en'
  const field: ExpressionSpecification = ['coalesce', ['get', own], ['get', 'name_zh'], '']
  return {
    id: `base-${name}-label`,
    type: 'symbol',
    source: `base-${name}`,
    layout: {
      'text-field': field,
      'text-font': ['Noto Sans CJK SC', 'sans-serif'],
      'text-size': look.size,
      'symbol-placement': look.along ? 'line' : 'point',
      ...(look.offset === undefined ? {} : { 'text-anchor': 'top', 'text-offset': [0, look.offset] }),
    },
    paint: { 'text-color': color, 'text-halo-color': look.halo ?? 'rgba(0,0,0,0)', 'text-halo-width': 1.2 },
  } as LayerSpecification
}

/** The ids of the style layers that belong to one base layer. */
export function baseLayerIds(name: string, ids: readonly string[]): string[] {
  return ids.filter((id) => id === `base-${name}` || id.startsWith(`base-${name}-`))
}
