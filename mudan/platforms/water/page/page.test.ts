/** Does the water page show the worst first, tell margins truly, and keep silence apart from calm? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, setLocale } from '@/kit/i18n'
import { disconnect } from '@/kit/live'
import { answer, Refusal, type Answer } from '@/kit/testing/http'
import { FakeSocket } from '@/kit/testing/setup'
import type { Entity } from '@/kit/types'
import { updated } from '@/platforms/latest'
import Page from './Page.vue'
import { appended, option, reach, type Drawing } from './hydrograph'
import { firstLimit, isStale, limits, margin, worstFirst } from './stations'

const NOW = Date.parse('2026-11-23T02:00:00Z')

function station(id: string, level: number, over: Partial<Entity> = {}): Entity {
  const at = new Date(Date.now() - 20_000).toISOString()
  return {
    urn: `urn:ngsi-ld:HydrometricStation:${id}`,
    type: 'HydrometricStation',
    name: { zh: `示例河·${id}站`, en: `Example ${id}` },
    platform: 'water',
    area_code: '500231',
    area_name: { zh: '垫江县', en: 'Dianjiang' },
    department: null,
    lon: 107.3,
    lat: 30.3,
    properties: { kind: 'river', warning_level_m: 10, guarantee_level_m: 12, example: true },
    online: true,
    latest: { water_level: { value: level, unit: 'm', observed_at: at, received_at: at, quality: [], stale: false } },
    worst_level: null,
    ...over,
  }
}

describe('stations', () => {
  it('tell the margin to the first limit ahead and to the highest one passed', () => {
    expect(margin(station('a', 9.58))).toMatchObject({ limit: { name: 'warning' } })
    expect(margin(station('a', 9.58))?.below).toBeCloseTo(0.42)
    expect(margin(station('a', 12.1))).toMatchObject({ limit: { name: 'guarantee' } })
    expect(margin(station('a', 12.1))?.below).toBeCloseTo(-0.1)
  })

  it('hold a rain gauge against its hourly limit and a reservoir against its flood limit', () => {
    const rain = station('r', 1, { properties: { kind: 'rain', rain_limit_mm_h: 30, warning_level_m: 4 } })
    const pool = station('p', 1, { properties: { kind: 'reservoir', dead_level_m: 2, flood_limit_level_m: 5, crest_level_m: 7 } })
    expect(firstLimit(rain)).toEqual({ name: 'rain_limit', value: 30 })
    expect(limits(pool).map((limit) => limit.name)).toEqual(['dead', 'flood_limit', 'crest'])
    expect(firstLimit(pool)?.name).toBe('flood_limit')
  })

  it('come worst first, silent ones before quiet ones, then by nearness to the limit', () => {
    const all = [station('far', 5), station('near', 9.9), station('silent', 3, { online: false }), station('alarm', 11, { worst_level: 3 })]
    expect(worstFirst(all).map((each) => each.urn.split(':').at(-1))).toEqual(['alarm', 'silent', 'near', 'far'])
  })

  it('are stale when they were never heard, or not lately', () => {
    expect(isStale(station('a', 1, { latest: {} }), Date.now())).toBe(true)
    expect(isStale(station('a', 1), Date.now() + 901_000)).toBe(true)
    expect(isStale(station('a', 1), Date.now())).toBe(false)
  })

  it('take newer observations and leave out older ones, replays and tests', () => {
    const before = [station('a', 1)]
    const urn = before[0]!.urn
    const later = Date.now() + 1000
    const value = (news: [string, string, number, number, number, number][]): number | undefined =>
      updated(before, news)[0]?.latest['water_level']?.value
    expect(value([[urn, 'water_level', 2, later, later, 0]])).toBe(2)
    expect(value([[urn, 'water_level', 2, NOW - 9e9, later, 0]])).toBe(1)
    expect(value([[urn, 'water_level', 2, later, later, 8]])).toBe(1)
    expect(value([[urn, 'water_level', 2, later, later, 16]])).toBe(1)
    expect(updated(before, [[urn, 'link', 0, later, later, 0]])[0]?.online).toBe(false)
  })
})

describe('the hydrograph', () => {
  const palette = { text: '#fff', quiet: '#999', split: '#333', trace: '#eee', rain: '#666', flow: '#9ab', panel: '#222', font: 'x' }
  const drawing: Drawing = {
    level: { title: '水位', unit: 'm', points: [[0, 9, 0], [60, 9.2, 0], [120, 9.4, 0], [600, 9.9, 0]] },
    rain: { title: '雨量', unit: 'mm', points: [[0, 2, 0]] },
    flow: null,
    limits: [{ name: '警戒', value: 10, passed: false }, { name: '坝顶', value: 90, passed: false }],
    from: 0,
    to: 1000,
    narrow: false,
    palette,
    time: String,
  }

  it('hangs rain from the top, labels the limits and leaves a gap where nothing was heard', () => {
    const made = option(drawing) as { yAxis: { inverse: boolean }[]; series: { type: string; data: [number, number | null][]; markLine?: { data: { name: string }[] } }[] }
    expect(made.yAxis.map((axis) => axis.inverse)).toEqual([true, false])
    expect(made.series.map((each) => each.type)).toEqual(['bar', 'line'])
    expect(made.series[1]?.markLine?.data.map((each) => each.name)).toEqual(['警戒 10.00', '坝顶 90.00'])
    expect(made.series[1]?.data).toContainEqual([180, null])
  })

  it('keeps near limits in view and does not flatten the trace for far ones', () => {
    const [low, high] = reach(drawing)
    expect(low).toBeLessThan(9)
    expect(high).toBeGreaterThan(10)
    expect(high).toBeLessThan(12)
  })

  it('appends what is newer and lets go of what has left the window', () => {
    expect(appended([[1, 1, 0], [5, 2, 0]], [[5, 9, 0], [7, 3, 0]], 2)).toEqual([[5, 2, 0], [7, 3, 0]])
  })
})

describe('the page', () => {
  let page: VueWrapper | null = null

  async function opened(routes: Record<string, Answer>, path = '/water'): Promise<VueWrapper> {
    answer({ 'GET /api/platforms': { items: [], as_of: '' }, ...routes })
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/water', component: Page }] })
    await router.push(path)
    setActivePinia(createPinia())
    page = mount(Page, { global: { plugins: [i18n, router] } })
    await flushPromises()
    return page
  }

  const rows = (): string[] => page!.findAll('[data-testid="station-row"]').map((row) => row.attributes('data-urn')!.split(':').at(-1)!)

  beforeEach(() => setLocale('zh'))
  afterEach(() => {
    page?.unmount()
    disconnect()
  })

  it('says so when there are no stations', async () => {
    await opened({ 'GET /api/entities': { items: [], as_of: '' } })
    expect(page!.find('[data-testid="state-empty"]').text()).toBe('没有这类测站')
  })

  it('says so when it may not read them', async () => {
    await opened({ 'GET /api/entities': new Refusal(403) })
    expect(page!.find('[data-testid="state-error"]').exists()).toBe(true)
  })

  it('shows full data worst first, with the margin, and follows the stream', async () => {
    await opened({ 'GET /api/entities': { items: [station('a', 9.58), station('b', 11, { worst_level: 3 })], as_of: '' } })
    expect(rows()).toEqual(['b', 'a'])
    expect(page!.find('[data-testid="station-margin"]').text()).toBe('超警戒 1.00 m')
    const socket = FakeSocket.all.at(-1)!
    socket.open()
    const id = (socket.sent.find((message) => message['topic'] === 'observations') as { id: string }).id
    const ms = Date.now()
    socket.say({ id, seq: 1, items: [[station('b', 0).urn, 'water_level', 9.25, ms, ms, 0]] })
    await flushPromises()
    expect(page!.find('[data-testid="station-value"]').text()).toBe('9.25')
    expect(page!.find('[data-testid="station-margin"]').text()).toBe('距警戒 0.75 m')
  })

  it('judges no margin on stale data, and says so', async () => {
    const old = station('a', 11)
    old.latest['water_level']!.stale = true
    await opened({ 'GET /api/entities': { items: [old], as_of: '' } })
    expect(page!.find('[data-testid="station-margin"]').exists()).toBe(false)
    expect(page!.text()).toContain('数据过时，不判断距离限值')
    expect(page!.text()).toContain('1 个测站数据过时')
  })

  it('opens the station named in the address with its kind, and speaks English', async () => {
    setLocale('en')
    const rain = station('r', 1, { properties: { kind: 'rain', rain_limit_mm_h: 30 } })
    await opened({ 'GET /api/entities': { items: [station('a', 9), rain], as_of: '' } }, `/water?station=${rain.urn}`)
    expect(page!.find('[data-testid="tab-rain"]').attributes('aria-selected')).toBe('true')
    expect(rows()).toEqual(['r'])
  })
})
