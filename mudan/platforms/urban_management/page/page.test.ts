/** Does the page count open cases cell by cell, keep gone things apart, and take a census file with its bad rows? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, setLocale } from '@/kit/i18n'
import { disconnect } from '@/kit/live'
import { answer, Refusal, type Answer, type Asked } from '@/kit/testing/http'
import type { Entity, Session } from '@/kit/types'
import { useSession } from '@/shell/session'
import CensusDialog from './CensusDialog.vue'
import Page from './Page.vue'
import { counted, outside, stateOf, worstFirst } from './things'

const AT = '2026-11-23T01:00:00Z'
const CELL = '500231001001003'

function entity(type: string, id: string, over: Partial<Entity> = {}): Entity {
  return {
    urn: `urn:ngsi-ld:${type}:${id}`, type, name: { zh: `示例·${id}`, en: id }, platform: 'urban_management', area_code: CELL, area_name: { zh: '桂溪街道', en: 'Guixi' },
    department: null, lon: 107.35, lat: 30.33, properties: { example: true }, online: null, latest: {}, worst_level: null, ...over,
  }
}

const cell = (code: string, over: Partial<Entity> = {}): Entity => entity('GridCell', code, { area_code: code, properties: { responsibility_grid: 'R-1' }, ...over })
const AREAS = [
  { area_code: CELL, open: 2, overdue: 1 }, { area_code: `${CELL}9`, open: 1, overdue: 0 }, { area_code: '500231', open: 4, overdue: 0 },
]

describe('things', () => {
  it('count a cell by its code and what lies below it, and a responsibility grid by its cells', () => {
    const things = counted([cell(CELL), cell('500231001001004'), entity('ResponsibilityGrid', 'R-1'), entity('Component', 'C1')], AREAS)
    expect(things.map((one) => [one.open, one.overdue])).toEqual([[3, 1], [0, 0], [3, 1], [null, null]])
    expect(outside(things, AREAS)).toBe(4)
  })

  it('show no numbers to who may not read cases', () => {
    expect(counted([cell(CELL)], null)[0]?.open).toBeNull()
  })

  it('tell the state last seen before that of the census', () => {
    const seen = { component_state: { value: 2, unit: '1', observed_at: AT, received_at: AT, quality: [], stale: false } }
    expect(stateOf(entity('Component', 'a', { properties: { state: 'damaged' } }))).toBe('damaged')
    expect(stateOf(entity('Component', 'a', { properties: { state: 'damaged' }, latest: seen }))).toBe('missing')
  })

  it('come overdue first and gone last', () => {
    const things = counted([cell('500231001001001', { properties: { gone_on: '2026-01-01' } }), cell('500231001001002'), cell(CELL)], AREAS)
    expect(worstFirst(things).map((one) => one.area_code.slice(-1))).toEqual(['3', '2', '1'])
  })
})

const SESSION = {
  user: { id: 'me', name: '示例', role: 'integrator', locale: 'zh', permissions: ['entities.read', 'entities.write', 'cases.read', 'observations.read'], units: [], area_code: '500231' },
  csrf_token: 'c', server_time: AT, space: { id: 0, name: '' },
} as unknown as Session

let page: VueWrapper | null = null
const hook = (id: string): HTMLElement | null => document.querySelector<HTMLElement>(`[data-testid=${id}]`)

async function opened(routes: Record<string, Answer>, component: typeof Page | typeof CensusDialog = Page): Promise<Asked[]> {
  const asked = answer({ 'GET /api/session': SESSION, ...routes })
  setActivePinia(createPinia())
  await useSession().resume()
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)*', component: Page }] })
  await router.push('/urban_management')
  const stubs = { MapView: true, ElDialog: { template: '<div><slot /></div>' } }
  page = mount(component, { global: { plugins: [i18n, router], stubs }, attachTo: document.body })
  await flushPromises()
  return asked
}

function things(...items: Entity[]): Answer {
  return (call: Asked) => ({ items: items.filter((one) => call.query.get('type')?.split(',').includes(one.type)), as_of: AT })
}

beforeEach(() => setLocale('zh'))
afterEach(() => {
  page?.unmount()
  page = null
  disconnect()
  vi.useRealTimers()
})

describe('the page', () => {
  it('says what to do when there is nothing', async () => {
    await opened({ 'GET /api/entities': things(), 'GET /api/cases/areas': { items: [], as_of: AT } })
    expect(document.body.textContent).toContain('可由接入人员导入普查文件')
    expect(hook('census-open')).not.toBeNull()
  })

  it('shows cells with their open cases, and those that lie in no cell', async () => {
    await opened({ 'GET /api/entities': things(cell(CELL), entity('Component', 'C1')), 'GET /api/cases/areas': { items: AREAS, as_of: AT } })
    expect(hook('open-cases')?.textContent).toContain('在办 3')
    expect(document.body.textContent).toContain('超期 1')
    expect(hook('strays')?.textContent).toContain('4 件')
  })

  it('shows components with the state that was seen, and that one was not found any more', async () => {
    const old = { component_state: { value: 1, unit: '1', observed_at: AT, received_at: AT, quality: [], stale: true } }
    const parts = [entity('Component', 'C1', { latest: old }), entity('Component', 'C2', { properties: { gone_on: '2026-03-02' } })]
    await opened({ 'GET /api/entities': things(...parts), 'GET /api/cases/areas': { items: [], as_of: AT } })
    hook('tab-components')?.click()
    await flushPromises()
    const text = document.body.textContent ?? ''
    expect(text).toContain('破损')
    expect(text).toContain('已不在')
    expect(hook('thing-panel')?.querySelector('.hatched')).not.toBeNull()
  })

  it('says that the centre cannot be read', async () => {
    await opened({ 'GET /api/entities': new Refusal(503), 'GET /api/cases/areas': { items: [], as_of: AT } })
    expect(document.querySelector('[role=alert]')).not.toBeNull()
  })

  it('speaks English too', async () => {
    await opened({ 'GET /api/entities': things(cell(CELL)), 'GET /api/cases/areas': { items: AREAS, as_of: AT } })
    setLocale('en')
    await flushPromises()
    expect(hook('open-cases')?.textContent).toContain('3 open')
  })
})

describe('a census file', () => {
  const kinds = { items: [{ platform: 'urban_management', name: 'components', title: { zh: '部件普查', en: 'c' }, entity_type: 'Component', columns: [{ name: 'code', title: { zh: '部件编号', en: 'n' }, required: true, others: [] }] }], most_bytes: 1, most_rows: 1 }
  const census = (over: object = {}): object => ({
    id: 'x', platform: 'urban_management', census: 'components', file_name: 'a.geojson', area_code: '500231', whole: true, state: 'preview', total: 3, good: 2, bad: 1, added: 2,
    changed: 0, same: 0, gone: 1, done: 0, fault: '', created_at: AT, created_by: '示例', ended_at: null, things: [{ urn: 'urn:ngsi-ld:Component:C1', name_zh: '井盖', area_code: CELL }],
    shapes: [{ urn: 'urn:ngsi-ld:GridCell:1', name: '网格 1', place: { type: 'Polygon', coordinates: [[[107.3, 30.3], [107.301, 30.3], [107.301, 30.301], [107.3, 30.3]]] } }],
    bad_rows: [{ number: 2, faults: [{ field: 'grid', reason: { zh: '网格代码为 14、15 或 16 位数字', en: 'g' } }], values: {} }], ...over,
  })

  async function given(): Promise<void> {
    const input = hook('census-file') as HTMLInputElement
    Object.defineProperty(input, 'files', { value: [new File(['{}'], 'a.geojson')] })
    input.dispatchEvent(new Event('change'))
    ;(hook('census-whole') as HTMLInputElement).click()
    await flushPromises()
    hook('census-form')?.dispatchEvent(new Event('submit'))
    await flushPromises()
  }

  it('is previewed with its bad rows before anything is written, then written with progress', async () => {
    let looked = 0
    const asked = await opened(
      { 'GET /api/census/kinds': kinds, 'POST /api/census': census(), 'POST /api/census/x/apply': census({ state: 'running' }), 'GET /api/census/x': () => census({ state: ++looked > 1 ? 'done' : 'running', done: 2 }) },
      CensusDialog,
    )
    expect(document.body.textContent).toContain('部件编号*')
    vi.useFakeTimers()
    await given()
    expect((asked.find((call) => call.path === '/api/census')?.body as FormData).get('whole')).toBe('true')
    expect(hook('census-result')?.dataset['state']).toBe('preview')
    await flushPromises()
    expect(hook('census-drawn')?.textContent).toContain('图中是文件里的前 1 个')
    expect(document.body.textContent).toContain('第 2 行 · grid 网格代码为 14、15 或 16 位数字')
    expect(hook('census-bad-csv')?.getAttribute('href')).toBe('/api/census/x/bad.csv')
    expect(asked.some((call) => call.path.endsWith('/apply'))).toBe(false)
    hook('census-write')?.click()
    await flushPromises()
    await vi.advanceTimersByTimeAsync(1000)
    expect(document.querySelector('progress')?.getAttribute('value')).toBe('67')
    await vi.advanceTimersByTimeAsync(1000)
    expect(hook('census-result')?.dataset['state']).toBe('done')
    expect(page?.emitted('done')).toHaveLength(1)
  })

  it('that is no table is refused in words, and can be given up', async () => {
    await opened({ 'GET /api/census/kinds': kinds, 'POST /api/census': new Refusal(422, 'invalid', 'the file is empty') }, CensusDialog)
    await given()
    expect(document.querySelector('[role=alert]')?.textContent).toContain('the file is empty')
  })
})
