/** Is the map honest: gravest first, old things hollow, nothing without a place, the same as a list? */
import { afterEach, describe, expect, it } from 'vitest'
import { disconnect } from '@/kit/live'
import { answer } from '@/kit/testing/http'
import { hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleIncident, sampleUnit } from '@/kit/testing/samples'
import type { Entity } from '@/kit/types'
import type { Shelter, Store } from '@/supplies/wire'
import MapPage from './MapPage.vue'
import { sourcesOf, thingsOf } from './scene'
import { withObservation } from './useScene'

const NOW = Date.parse('2026-11-23T01:00:00Z')

function station(part: Partial<Entity> = {}): Entity {
  const latest = { value: 319, unit: 'm', observed_at: '2026-11-23T00:59:00Z', received_at: '2026-11-23T00:59:00Z', quality: [], stale: false }
  return {
    urn: 'urn:s1', type: 'HydrometricStation', name: { zh: '示例站', en: 'Station' }, platform: 'water', area_code: '500231001', area_name: { zh: '桂溪街道', en: 'Guixi' },
    department: null, lon: 107.35, lat: 30.33, properties: { kind: 'river', warning_level_m: 319.5 }, online: true, latest: { water_level: latest }, worst_level: null,
    ...part,
  }
}

describe('the scene', () => {
  it('puts the gravest alarm first', () => {
    const things = thingsOf([station({ urn: 'a', worst_level: 3 }), station({ urn: 'b', worst_level: 1 })], [], [], NOW)
    expect(things.filter((thing) => thing.group === 'alarms').map((thing) => thing.id)).toEqual(['b', 'a'])
  })

  it('draws things hollow that have not been heard of lately', () => {
    const offline = station({ online: false })
    const late = sampleUnit({ position_at: '2026-11-23T00:50:00Z' })
    const things = thingsOf([offline], [late, sampleUnit({ id: 'u2', position_at: '2026-11-23T00:59:30Z' })], [], NOW)
    expect(things.map((thing) => thing.stale)).toEqual([true, false, true])
    expect(sourcesOf(things, (text) => text.zh).stations.features[0]?.properties?.['icon']).toBe('river-stale')
  })

  it('says free places and what runs short, and draws old counts and closed shelters hollow', () => {
    const place = { code: 'c', name: { zh: '示例', en: 'x' }, area_code: '1', area_name: { zh: '', en: '' }, department: null, address: '', lon: 107.3, lat: 30.3, contact: '', phone: '', example: true, version: 1 }
    const shelter: Shelter = { ...place, id: 's1', capacity: 100, services: [], service_codes: [], state: 'open', occupancy: 42, occupancy_at: '2026-11-23T00:50:00Z', occupancy_by: '', free: 58, doubtful: false }
    const stock = { material: 'tent', name: place.name, unit: place.name, category: '', quantity: 1, minimum: 20, lots: [], counted_at: '2026-11-20T00:00:00Z', concerns: ['below_minimum'] }
    const shelters = [shelter, { ...shelter, id: 's2', state: 'closed' as const }, { ...shelter, id: 's3', doubtful: true, occupancy: 130 }]
    const stores: Store[] = [{ ...place, id: 'w1', stock: [stock] }, { ...place, id: 'w2', stock: [{ ...stock, counted_at: null, concerns: [] }] }]
    const things = thingsOf([], [], [], NOW, { stores, shelters })
    expect(things.map((thing) => [thing.id, thing.note, thing.stale])).toEqual([
      ['s1', '余 58', false], ['s2', '未开放', true], ['s3', '超 30 人', true], ['w1', '1 项需关注', false], ['w2', undefined, true],
    ])
    expect(sourcesOf(things, (text) => text.zh).shelters.features[0]?.properties).toMatchObject({ label: '示例 余 58', icon: 'shelter' })
  })

  it('leaves things without a place off the map but on the list', () => {
    const things = thingsOf([station({ lon: null, lat: null })], [], [sampleIncident()], NOW)
    expect(things).toHaveLength(2)
    expect(sourcesOf(things, (text) => text.zh).stations.features).toHaveLength(0)
  })

  it('never takes a replayed value for the state of now', () => {
    const ms = NOW
    expect(withObservation(station(), ['urn:s1', 'water_level', 320, ms, ms, 0]).latest['water_level']?.value).toBe(320)
    expect(withObservation(station(), ['urn:s1', 'water_level', 999, ms, ms, 8]).latest['water_level']?.value).toBe(319)
  })
})

describe('the map page', () => {
  let shown: Stage | null = null
  afterEach(() => {
    shown?.wrapper.unmount()
    disconnect()
    document.body.innerHTML = ''
  })

  it('draws a sketch without WebGL, has a list, and shows what was chosen with its age', async () => {
    answer({
      'GET /api/entities': { items: [station({ worst_level: 2 })], as_of: new Date().toISOString() },
      'GET /api/units': { items: [], as_of: '' },
      'GET /api/incidents': { items: [], total: 0, next: null, as_of: '' },
      'GET /api/map/layers': { items: [], as_of: '' },
    })
    shown = await stage(MapPage, '/map?entity=urn:s1', '/map')
    expect(document.querySelector('svg.sketch')).not.toBeNull()
    expect(hook('map-detail')?.textContent).toContain('319')
    hook('map-as-list')?.click()
    await settled()
    expect(hook('map-list')?.textContent).toContain('示例站')
  })
})
