/** Does the page of vehicles join them with their crews, draw true tracks and show receipts as they are? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, setLocale } from '@/kit/i18n'
import { disconnect } from '@/kit/live'
import { answer, Refusal, type Answer, type Asked } from '@/kit/testing/http'
import type { Entity, Session } from '@/kit/types'
import { useSession } from '@/shell/session'
import Page from './Page.vue'
import { listed, markers, track, worstFirst } from './vehicles'

function vehicle(id: string, speed: number, over: Partial<Entity> = {}): Entity {
  const at = new Date().toISOString()
  const latest = (value: number, unit: string) => ({ value, unit, observed_at: at, received_at: at, quality: [], stale: false })
  return {
    urn: `urn:ngsi-ld:Vehicle:${id}`,
    type: 'Vehicle',
    name: { zh: `渝G·示例${id}`, en: `Example ${id}` },
    platform: 'transport',
    area_code: '500231',
    area_name: { zh: '垫江县', en: 'Dianjiang' },
    department: null,
    lon: 107.3,
    lat: 30.3,
    properties: { kind: 'fire' },
    online: true,
    latest: { speed: latest(speed, 'km/h'), heading: latest(90, 'deg'), longitude: latest(107.31, 'deg'), latitude: latest(30.31, 'deg') },
    worst_level: null,
    ...over,
  }
}

const CREW = { vehicle_urn: 'urn:ngsi-ld:Vehicle:2', kind: 'ambulance', status: 'en_route', code: 'AM-02' } as const

describe('vehicles', () => {
  it('take kind and status from their crew, else their own kind', () => {
    const all = listed([vehicle('1', 0), vehicle('2', 0), vehicle('3', 0, { properties: {} })], [CREW])
    expect(all.map((each) => [each.kind, each.status])).toEqual([['fire', null], ['ambulance', 'en_route'], ['other', null]])
  })

  it('come worst first, then out of contact, then moving', () => {
    const all = [vehicle('still', 0), vehicle('moving', 40), vehicle('lost', 0, { online: false }), vehicle('alarm', 0, { worst_level: 1 })]
    expect(worstFirst(listed(all, [])).map((each) => each.vehicle.urn.split(':').at(-1))).toEqual(['alarm', 'lost', 'moving', 'still'])
  })

  it('are arrows with their heading while they move, and outlines when they are out of contact', () => {
    const all = listed([vehicle('1', 40), vehicle('2', 0), vehicle('3', 0, { online: false })], [])
    const found = markers(all, null, (text) => text.zh).features.map((feature) => [feature.properties?.['icon'], feature.properties?.['heading']])
    expect(found).toEqual([['vehicle', 90], ['fire', 0], ['fire-stale', 0]])
  })

  it('leave their track broken where nothing was heard for two minutes', () => {
    const at = [0, 10_000, 20_000, 400_000, 410_000]
    const found = track(at.map((ms) => [ms, 107 + ms / 1e9, 0]), at.map((ms) => [ms, 30, 0]))
    expect(found.features.map((feature) => feature.geometry.type === 'LineString' && feature.geometry.coordinates.length)).toEqual([3, 2])
  })
})

const SESSION = { user: { id: 'me', locale: 'zh', permissions: ['platforms.command'], units: [] }, space: { id: 0, name: '' }, csrf_token: 'c', server_time: new Date().toISOString() } as unknown as Session

describe('the page', () => {
  let page: VueWrapper | null = null

  async function opened(routes: Record<string, Answer>, path = '/transport'): Promise<Asked[]> {
    const asked = answer({
      'GET /api/session': SESSION,
      'GET /api/units': { items: [CREW], as_of: '' },
      'GET /api/map/layers': { items: [], as_of: '' },
      'GET /api/platforms': { items: [{ name: 'transport', commands: [{ name: 'locate', title: { zh: '点名定位', en: 'Ask' }, fields: {}, receipt: null }] }], as_of: '' },
      'GET /api/platforms/transport/commands': { items: [] },
      ...routes,
    })
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)', component: Page }] })
    await router.push(path)
    setActivePinia(createPinia())
    await useSession().resume()
    page = mount(Page, { global: { plugins: [i18n, router] } })
    await flushPromises()
    return asked
  }

  beforeEach(() => setLocale('zh'))
  afterEach(() => {
    page?.unmount()
    disconnect()
  })

  it('says so when no vehicle is registered', async () => {
    await opened({ 'GET /api/entities': { items: [], as_of: '' } })
    expect(page!.find('[data-testid="state-empty"]').text()).toBe('还没有登记车辆')
  })

  it('shows vehicles even where units may not be read', async () => {
    await opened({ 'GET /api/entities': { items: [vehicle('1', 33)], as_of: '' }, 'GET /api/units': new Refusal(403) })
    expect(page!.findAll('[data-testid="vehicle-row"]')).toHaveLength(1)
    expect(page!.text()).toContain('33 km/h')
  })

  it('shows a vehicle out of contact without a speed', async () => {
    await opened({ 'GET /api/entities': { items: [vehicle('1', 33, { online: false })], as_of: '' } })
    expect(page!.find('[data-testid="vehicle-row"]').text()).not.toContain('33')
    expect(page!.find('[data-testid="vehicle-row"]').text()).toContain('离线')
  })

  it('sends a text and shows it as waiting until the terminal confirms', async () => {
    const sent = { id: 'c1', kind: 'text', payload: { text: '请回报位置' }, state: 'queued', created_at: new Date().toISOString(), sent_at: null, delivered_at: null, reason: '', detail: {}, attempts: 0 }
    const asked = await opened(
      { 'GET /api/entities': { items: [vehicle('1', 33)], as_of: '' }, 'POST /api/platforms/transport/commands': sent },
      `/transport?vehicle=${vehicle('1', 0).urn}`,
    )
    await page!.find('[data-testid="command-text"]').setValue('请回报位置')
    await page!.find('form.text').trigger('submit')
    await flushPromises()
    expect(asked.find((call) => call.method === 'POST')?.body).toEqual({ urn: 'urn:ngsi-ld:Vehicle:1', kind: 'text', payload: { text: '请回报位置', urgent: false } })
    expect(page!.find('[data-testid="command-receipt"]').text()).toContain('待发送')
    expect(page!.find('[data-testid="command-receipt"]').text()).toContain('请回报位置')
    expect(page!.find('[data-testid="command-locate"]').exists()).toBe(true)
  })
})
