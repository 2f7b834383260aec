/** Can a road be closed by clicking on the map, and is what is closed told without colours of alarm? */
import { afterEach, describe, expect, it } from 'vitest'
import { ref } from 'vue'
import { disconnect } from '@/kit/live'
import { answer, Refusal } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import type { Permission } from '@/kit/types'
import MapPage from '@/map/MapPage.vue'
import RouteSummary from './RouteSummary.vue'
import { closureFeatures, manner, routeFeatures } from './scene'
import { useRoutes } from './useRoute'
import type { Trip } from './useRoute'
import { useDrawing } from './useDrawing'
import type { Closure, Route } from './wire'

const AT = '2026-11-23T01:00:00.000Z'
const LINE = [[107.3, 30.2], [107.4, 30.3]]

function sampleClosure(part: Partial<Closure> = {}): Closure {
  return {
    id: 'c1', source: 'hand', source_ref: '', incident_id: null, area_code: '500231', area_name: { zh: '垫江县', en: 'Dianjiang' }, state: 'in_force',
    reason: '塌方', confidence: 'confirmed', classes: ['boat', 'car', 'foot', 'truck'], depth_m: null, penalty: null, direction: 'both', example: false,
    geometry: { type: 'Point', coordinates: LINE[0] }, lines: { type: 'MultiLineString', coordinates: [LINE] }, edges: [4], length_m: 820,
    names: [{ zh: '示例路·甲—乙', en: 'Example road' }], starts_at: AT, ends_at: null, created_at: AT, created_by: '陈晓岚', ended_at: null, ended_by: '', ended_reason: '', version: 3,
    ...part,
  }
}

function sampleRoute(part: Partial<Route> = {}): Route {
  return {
    reachable: true, seconds: 780, free_seconds: 420, metres: 9100, line: { type: 'LineString', coordinates: LINE }, steps: [],
    closures: [{ id: 'c1', reason: '塌方', depth_m: null, penalty: null }], others: 1, start_off_road_m: 10, end_off_road_m: 20, profile: 'car',
    schematic: true, graph_version: 'g', closure_version: 4, as_of: AT, ...part,
  }
}

const NETWORK = {
  type: 'FeatureCollection', graph_version: 'g'.repeat(64), schematic: true, credit: '', left_out: 0,
  features: [4, 5].map((id) => ({
    type: 'Feature', id, geometry: { type: 'LineString', coordinates: LINE },
    properties: { id, name_zh: `路${id}`, name_en: `Road ${id}`, length_m: 400 },
  })),
}

function routes(more: Record<string, Answer> = {}): Record<string, Answer> {
  return {
    'GET /api/entities': { items: [], as_of: new Date().toISOString() },
    'GET /api/units': { items: [], as_of: '' },
    'GET /api/incidents': { items: [], total: 0, next: null, as_of: '' },
    'GET /api/map/layers': { items: [], as_of: '' },
    'GET /api/roads/closures': { items: [sampleClosure()], graph_version: 'g', closure_version: 1, as_of: new Date().toISOString() },
    'GET /api/roads/network': NETWORK,
    ...more,
  }
}

function person(...more: Permission[]) {
  const session = sampleSession()
  return { ...session, user: { ...session.user, permissions: [...session.user.permissions, ...more] } }
}

let shown: Stage | null = null
afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

async function open(permissions: Permission[], more: Record<string, Answer> = {}): Promise<Asked[]> {
  const asked = answer(routes(more))
  shown = await stage(MapPage, '/map', '/map', person(...permissions))
  hook('map-closures')?.click()
  await settled()
  return asked
}

function sent(asked: Asked[], method: string, path: string): unknown {
  return asked.find((one) => one.method === method && one.path === path)?.body
}

describe('closures on the map', () => {
  it('are listed with road, manner, reason, time and by whom', async () => {
    await open(['roads.read'])
    const row = hook('closure-row')?.textContent ?? ''
    for (const part of ['示例路·甲—乙', '全封闭', '塌方', '所有人车', '直到解除', '人工', '已核实', '陈晓岚']) expect(row).toContain(part)
    expect(hook('closure-begin')).toBeNull()
    expect(hook('closure-end')).toBeNull()
  })

  it('are not asked for by who may not read them', async () => {
    const asked = await open([])
    expect(hook('map-closures')).toBeNull()
    expect(asked.some((one) => one.path.startsWith('/api/roads'))).toBe(false)
  })

  it('are made by clicking stretches, and a second click leaves a stretch out', async () => {
    const asked = await open(['roads.read', 'roads.close'], { 'POST /api/roads/closures': sampleClosure({ id: 'c2' }) })
    hook('closure-begin')?.click()
    await settled()
    const stretch = (id: number): SVGPathElement | null => document.querySelector(`[data-track="network-${id - 4}"]`)
    for (const id of [4, 5, 4]) stretch(id)?.dispatchEvent(new MouseEvent('click', { bubbles: true }))
    await settled()
    expect(hook('closure-chosen')?.textContent).toContain('已选 1 段，共 400 米： 路5')
    expect(hook('closure-chosen')?.textContent).toContain('示意')
    expect(hook<HTMLButtonElement>('closure-submit')?.disabled).toBe(true)
    hook('manner-water')?.click()
    await settled()
    fill('closure-depth', '0.6')
    fill('closure-reason', '积水')
    hook('class-foot')?.click()
    await settled()
    hook('closure-submit')?.click()
    await settled()
    expect(sent(asked, 'POST', '/api/roads/closures')).toEqual({
      edges: [5], graph_version: 'g'.repeat(64), classes: ['car', 'truck', 'boat'], depth_m: 0.6, penalty: null, reason: '积水',
      confidence: 'confirmed', starts_at: null, ends_at: null, incident_id: null,
    })
    expect(hook('closure-form')).toBeNull()
  })

  it('stay in the form with the reason when the centre refuses', async () => {
    await open(['roads.read', 'roads.close'], { 'POST /api/roads/closures': new Refusal(409, 'conflict', 'the road network has changed') })
    hook('closure-begin')?.click()
    await settled()
    document.querySelector('[data-track="network-0"]')?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
    await settled()
    fill('closure-reason', '施工')
    await settled()
    hook('closure-submit')?.click()
    await settled()
    expect(hook('closure-failure')?.textContent).toBeTruthy()
    expect(hook<HTMLTextAreaElement>('closure-reason')?.value).toBe('施工')
  })

  it('are opened again with a reason and the version that was seen', async () => {
    const asked = await open(['roads.read', 'roads.close'], { 'POST /api/roads/closures/c1/end': sampleClosure({ state: 'ended' }) })
    hook('closure-end')?.click()
    await settled()
    fill('closure-why', '已清理')
    await settled()
    hook('closure-give')?.click()
    await settled()
    expect(sent(asked, 'POST', '/api/roads/closures/c1/end')).toEqual({ reason: '已清理', version: 3 })
  })
})

describe('a drawn area', () => {
  it('asks which roads lie in it from the third corner on', async () => {
    const match = { graph_version: 'g', edges: [5], length_m: 400, names: [] }
    const asked = answer(routes({ 'POST /api/roads/match': match }))
    const drawing = useDrawing()
    await drawing.begin()
    drawing.choose('area')
    await drawing.place({ lon: 107.3, lat: 30.2 })
    await drawing.place({ lon: 107.4, lat: 30.2 })
    expect(sent(asked, 'POST', '/api/roads/match')).toBeUndefined()
    await drawing.place({ lon: 107.4, lat: 30.3 })
    expect(drawing.stretches.value.map((one) => one.id)).toEqual([5])
    expect(drawing.shape.value).toEqual({
      geometry: { type: 'Polygon', coordinates: [[[107.3, 30.2], [107.4, 30.2], [107.4, 30.3], [107.3, 30.2]]] },
    })
    await drawing.undo()
    expect(drawing.ready.value).toBe(false)
  })
})

describe('what is drawn', () => {
  it('tells shut, water, avoided and planned apart by properties for patterns', () => {
    const closures = [sampleClosure(), sampleClosure({ depth_m: 0.4 }), sampleClosure({ penalty: 5, state: 'planned' })]
    expect(closures.map(manner)).toEqual(['shut', 'water', 'avoid'])
    const features = closureFeatures(closures, (one) => one.reason).features
    const lines = features.filter((one) => one.geometry.type === 'MultiLineString')
    expect(lines.map((one) => one.properties?.['planned'])).toEqual([false, false, true])
    const marks = features.filter((one) => one.geometry.type === 'Point')
    expect(marks.map((one) => one.geometry)).toEqual(Array(3).fill({ type: 'Point', coordinates: [(107.3 + 107.4) / 2, 30.25] }))
  })

  it('draws no line for a place that cannot be reached', () => {
    const cut = sampleRoute({ reachable: false, seconds: null })
    expect(routeFeatures([{ route: cut, label: '' }, { route: sampleRoute(), label: '13 分钟' }]).features).toHaveLength(1)
  })
})

describe('a route', () => {
  it('says minutes, kilometres, the detour, what it passes and that the roads are schematic', async () => {
    answer({})
    shown = await stage({ components: { RouteSummary }, setup: () => ({ route: sampleRoute() }), template: '<RouteSummary :route="route" />' }, '/r')
    const text = hook('route-summary')?.textContent ?? ''
    for (const part of ['13 分钟', '9.1 km', '因封闭多 6 分钟', '塌方', '另有 1 处其他辖区的封闭', '示意']) expect(text).toContain(part)
  })

  it('says that there is none, and what stands in the way', async () => {
    answer({})
    const cut = sampleRoute({ reachable: false, seconds: null, metres: null, others: 0 })
    shown = await stage({ components: { RouteSummary }, setup: () => ({ route: cut }), template: '<RouteSummary :route="route" />' }, '/r')
    expect(hook('route-summary')?.textContent).toContain('道路不通，无法到达：塌方')
  })

  it('is asked again when the unit has moved on, and left out where the centre has no roads', async () => {
    let network = true
    const asked = answer({ 'GET /api/roads/route': () => (network ? sampleRoute() : new Refusal(503)) })
    const trips = ref<Trip[]>([{ key: 'u1', from: { lon: 107.3, lat: 30.2 }, to: { lon: 107.4, lat: 30.3 }, profile: 'truck' }])
    const Holder = { setup: () => ({ found: useRoutes(trips) }), template: '<p data-testid="held">{{ Object.keys(found.routes.value).join() }}</p>' }
    shown = await stage(Holder, '/r', '/r', person('roads.read'))
    await settled()
    expect(hook('held')?.textContent).toBe('u1')
    const before = asked.length
    trips.value = [{ ...trips.value[0] as Trip, from: { lon: 107.30001, lat: 30.2 } }]
    await settled()
    expect(asked).toHaveLength(before)
    network = false
    trips.value = [{ ...trips.value[0] as Trip, from: { lon: 107.31, lat: 30.2 } }]
    await settled()
    expect(asked.at(-1)?.query.get('start')).toBe('107.31,30.2')
    expect(hook('held')?.textContent).toBe('')
  })
})
