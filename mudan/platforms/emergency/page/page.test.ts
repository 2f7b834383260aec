/** Does the emergency page show fires first, tell warnings by colour, and keep silence apart from calm? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, setLocale } from '@/kit/i18n'
import { disconnect } from '@/kit/live'
import { answer, Refusal, type Answer } from '@/kit/testing/http'
import { FakeSocket } from '@/kit/testing/setup'
import type { Entity, Latest } from '@/kit/types'
import Page from './Page.vue'
import { levelOfRank, measured, standing, tabOf, warnings, worstFirst } from './places'

function value(number: number, unit = '1'): Latest {
  const at = new Date(Date.now() - 20_000).toISOString()
  return { value: number, unit, observed_at: at, received_at: at, quality: [], stale: false }
}

function thing(type: string, id: string, latest: Record<string, Latest> = {}, over: Partial<Entity> = {}): Entity {
  return {
    urn: `urn:ngsi-ld:${type}:${id}`,
    type,
    name: { zh: `示例·${id}`, en: `Example ${id}` },
    platform: 'emergency',
    area_code: '500231',
    area_name: { zh: '垫江县', en: 'Dianjiang' },
    department: null,
    lon: 107.3,
    lat: 30.3,
    properties: { example: true },
    online: true,
    latest,
    worst_level: null,
    ...over,
  }
}

describe('things', () => {
  it('fall under devices, warnings and places', () => {
    expect(['FireTransmitter', 'FireComponent', 'WarningArea', 'Shelter'].map((type) => tabOf(thing(type, 'a')))).toEqual([
      'fire', 'fire', 'warnings', 'places',
    ])
  })

  it('tell only what stands, gravest first, and values in one order', () => {
    const one = thing('FireComponent', 'a', { device_fault: value(1), fire_alarm: value(2), shielded: value(0), pipe_pressure: value(320, 'kPa'), gas_lel: value(3, '%') })
    expect(standing(one)).toEqual([{ flag: 'fire_alarm', count: 2 }, { flag: 'device_fault', count: 1 }])
    expect(measured(one).map((each) => each.quantity)).toEqual(['gas_lel', 'pipe_pressure'])
  })

  it('read ranks as statutory levels', () => {
    expect([0, 1, 2, 3, 4, 5].map(levelOfRank)).toEqual([null, 4, 3, 2, 1, null])
    const area = thing('WarningArea', 'a', { warning_any: value(3), warning_named: value(3), warning_fog: value(2), warning_rainstorm: value(3), warning_heat: value(0) })
    expect(warnings(area).map((each) => [each.hazard, each.level])).toEqual([['rainstorm', 2], ['fog', 3]])
  })

  it('come worst first: alarms, fires, silent ones, then the rest', () => {
    const all = [thing('FireTransmitter', 'calm'), thing('FireTransmitter', 'silent', {}, { online: false }), thing('FireTransmitter', 'fire', { fire_alarm: value(1) }), thing('FireTransmitter', 'alarm', {}, { worst_level: 3 })]
    expect(worstFirst(all).map((each) => each.urn.split(':').at(-1))).toEqual(['alarm', 'fire', 'silent', 'calm'])
  })
})

describe('the page', () => {
  let page: VueWrapper | null = null

  async function opened(routes: Record<string, Answer>, path = '/emergency'): Promise<VueWrapper> {
    answer({ 'GET /api/platforms': { items: [], as_of: '' }, ...routes })
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/emergency', component: Page }] })
    await router.push(path)
    setActivePinia(createPinia())
    page = mount(Page, { global: { plugins: [i18n, router] } })
    await flushPromises()
    return page
  }

  const rows = (): string[] => page!.findAll('[data-testid="emergency-row"]').map((row) => row.attributes('data-urn')!.split(':').at(-1)!)
  const listing = (...items: Entity[]): Record<string, Answer> => ({ 'GET /api/entities': { items, as_of: '' } })

  beforeEach(() => setLocale('zh'))
  afterEach(() => {
    page?.unmount()
    disconnect()
  })

  it('says so when there is nothing', async () => {
    await opened(listing())
    expect(page!.find('[data-testid="state-empty"]').text()).toBe('没有这类条目')
  })

  it('says so when it may not read', async () => {
    await opened({ 'GET /api/entities': new Refusal(403) })
    expect(page!.find('[data-testid="state-error"]').exists()).toBe(true)
  })

  it('shows full data worst first and follows the stream', async () => {
    await opened(listing(thing('FireTransmitter', 'a'), thing('FireTransmitter', 'b', { fire_alarm: value(1) }, { worst_level: 2 })))
    expect(rows()).toEqual(['b', 'a'])
    expect(page!.find('[data-testid="emergency-flags"]').text()).toContain('火警')
    const socket = FakeSocket.all.at(-1)!
    socket.open()
    const id = (socket.sent.find((message) => message['topic'] === 'observations') as { id: string }).id
    const ms = Date.now()
    socket.say({ id, seq: 1, items: [[thing('FireTransmitter', 'b').urn, 'fire_alarm', 0, ms, ms, 0]] })
    await flushPromises()
    expect(page!.find('[data-testid="emergency-flags"]').exists()).toBe(false)
    expect(page!.text()).toContain('无火警、无故障')
  })

  it('marks stale values and a silent device', async () => {
    const old = thing('FireTransmitter', 'a', { gas_lel: { ...value(3, '%'), stale: true } }, { online: false })
    await opened(listing(old))
    expect(page!.find('[data-testid="emergency-panel"]').text()).toContain('离线')
    expect(page!.find('dd.secondary').exists()).toBe(true)
  })

  it('tells warnings in force by colour, and never heard from none in force', async () => {
    await opened(listing(thing('WarningArea', 'a', { warning_any: value(3), warning_rainstorm: value(3) }), thing('WarningArea', 'b'), thing('WarningArea', 'c', { warning_any: value(0) })))
    await page!.find('[data-testid="tab-warnings"]').trigger('click')
    const said = page!.findAll('[data-testid="emergency-row"]').map((row) => row.text())
    expect(said[0]).toContain('暴雨')
    expect(said.some((text) => text.includes('尚未收到预警数据'))).toBe(true)
    expect(said.some((text) => text.includes('无生效预警'))).toBe(true)
  })

  it('opens the place named in the address, with its stock, in English', async () => {
    setLocale('en')
    const store = thing('MaterialStore', 's', {}, { properties: { example: true, stock: { 帐篷: 120 } } })
    await opened(listing(thing('FireTransmitter', 'a'), store), `/emergency?entity=${store.urn}`)
    expect(page!.find('[data-testid="tab-places"]').attributes('aria-selected')).toBe('true')
    expect(page!.find('[data-testid="emergency-stock"]').text()).toContain('120')
  })
})
