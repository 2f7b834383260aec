/** Does every percentage come with its counts and open its cases, with corrections beside the raw figure? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import ElementPlus from 'element-plus'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { i18n, setLocale } from '@/kit/i18n'
import { answer, Refusal, type Answer, type Asked } from '@/kit/testing/http'
import { useSession } from '@/shell/session'
import EvaluationPage from './EvaluationPage.vue'
import { barOf, counts, countyDay, setsOf, written } from './sets'
import type { Behinds, Figures, Metric } from './types'

const words = (zh: string): { zh: string; en: string } => ({ zh, en: `${zh} en` })
const metric = (name: string, unit: '%' | 'h' = '%'): Metric => ({
  name, title: words(`指标 ${name}`), formula: words('按期 ÷ 应处置'), numerator: words('按期'), denominator: words('应处置'), unit, version: 1,
  source: '市辖区评价办法（示例）', groups: ['area'], up: true,
})
const WINDOW = { kind: 'month', since: '2026-10-31T16:00:00Z', until: '2026-11-30T16:00:00Z', known_until: '2026-11-23T01:00:00Z', over: false } as const
const FIGURES: Figures = {
  window: WINDOW, group: 'area', version: 1, metrics: [metric('handled'), metric('valid'), metric('handle_median', 'h')],
  whole: null, withheld: 0, least_people: 3, example: true, as_of: '2026-11-23T01:00:00Z',
  groups: [{
    key: '371702101', title: words('沙土镇'), people: null,
    figures: [
      { metric: 'handled', numerator: 3, denominator: 4, value: 75, corrected: { numerator: 3, denominator: 3, value: 100 } },
      { metric: 'valid', numerator: 0, denominator: 0, value: null, corrected: null },
      { metric: 'handle_median', numerator: null, denominator: 4, value: 6.5, corrected: null },
    ],
    score: {
      title: words('城管体征（示例）'), source: '示例', version: 1, points: 80, of: 100, corrected: 85, manual: -2, total: 83,
      parts: [{ metric: 'handled', title: words('处置率'), weight: 30, inverted: false, value: 75, points: 22.5 }],
    },
  }],
  points: [{
    id: 'p1', kind: 'points', metric: '', case_id: null, case_number: null, grouping: 'area', key: '371702101', since: WINDOW.since,
    until: WINDOW.until, points: -2, reason: '虚假整改', made_at: WINDOW.known_until, made_by: '值班长', withdrawn_at: null, withdrawn_by: null, withdrawn_reason: null,
  }],
}
const BEHIND: Behinds = {
  metric: metric('handled'), window: WINDOW, total: 2, as_of: WINDOW.known_until,
  items: [true, false].map((counted, n) => ({
    case_id: `c${n}`, number: n ? null : 'RX1', title: n ? null : '井盖破损', state: 'handling', type: 'hotline', class_code: '0201', area_code: '371702101',
    department: 'water', at: WINDOW.since, due_at: WINDOW.since, done_at: null, counted, weight: null, hours: null, excluded: null,
  })),
}
let page: VueWrapper | null = null
let asked: Asked[] = []
let router: Router

async function opened(routes: Record<string, Answer> = {}, can: string[] = ['cases.read', 'cases.correct']): Promise<VueWrapper> {
  asked = answer({
    'GET /api/cases/metrics/figures': FIGURES, 'GET /api/cases/metrics/cases': BEHIND, 'GET /api/cases/types': { items: [] },
    'GET /api/cases/metrics/corrections': { items: FIGURES.points }, 'POST /api/cases/metrics/exclusions': {},
    'POST /api/cases/metrics/points': {}, 'POST /api/cases/metrics/corrections/p1/withdraw': {}, ...routes,
  })
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/evaluation', component: EvaluationPage }, { path: '/cases', component: { template: '<i />' } }] })
  await router.push('/evaluation?day=2026-11-23')
  const pinia = createPinia()
  const session = useSession(pinia)
  vi.spyOn(session, 'can').mockImplementation((permission) => permission !== null && can.includes(permission))
  page = mount(EvaluationPage, { attachTo: document.body, global: { plugins: [i18n, pinia, router, ElementPlus] } })
  await flushPromises()
  return page
}

const one = (id: string): Element | null => document.querySelector(`[data-testid="${id}"]`)

async function press(id: string): Promise<void> {
  ;(one(id) as HTMLElement).click()
  await flushPromises()
}

async function fill(id: string, value: string): Promise<void> {
  const field = one(id) as HTMLInputElement
  field.value = value
  field.dispatchEvent(new Event('input'))
  await flushPromises()
}

beforeEach(() => setLocale('zh'))
afterEach(() => {
  page?.unmount()
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

it('figures are written with both counts, and nothing where nothing was to be done', () => {
  expect([written(75, '%'), written(6.54, 'h'), written(null, '%')]).toEqual(['75.0%', '6.5 h', null])
  expect(counts({ numerator: 3, denominator: 4 })).toBe('3 / 4')
  expect(counts({ numerator: null, denominator: 4 })).toBe('n = 4')
  expect(barOf({ metric: 'handled', numerator: 3, denominator: 4, value: 75 }, metric('handled'), FIGURES)).toBe(75)
  expect(barOf({ metric: 'handle_median', numerator: null, denominator: 4, value: 3.25 }, metric('handle_median', 'h'), FIGURES)).toBe(50)
})

it('the day is that of the county, and every metric stands in some set', () => {
  expect(countyDay(Date.parse('2026-11-22T16:00:00Z'))).toBe('2026-11-23')
  const sets = setsOf([...FIGURES.metrics, metric('platform_own')])
  expect(Object.values(sets).flat().map((each) => each.name).sort()).toEqual(['handle_median', 'handled', 'platform_own', 'valid'])
  expect(sets['other']!.map((each) => each.name)).toEqual(['platform_own'])
})

it('a row shows rate, counts, the corrected figure, the window and that all is an example', async () => {
  const shown = await opened()
  const row = shown.find('[data-testid="evaluation-row"]').text()
  for (const part of ['沙土镇', '75.0%', '3 / 4', '更正后 100.0%', '6.5 h']) expect(row).toContain(part)
  expect(shown.find('[data-testid="evaluation-span"]').text()).toContain('窗口未结束')
  expect(shown.text()).toContain('示例')
  await press('evaluation-set-opening')
  expect((one('figure-valid') as HTMLButtonElement).disabled).toBe(true)
})

it('a percentage opens its cases with the counted ones marked, and those that lie elsewhere without a title', async () => {
  await opened()
  await press('figure-handled')
  const call = asked.find((each) => each.path === '/api/cases/metrics/cases')!
  expect([call.query.get('metric'), call.query.get('key'), call.query.get('window')]).toEqual(['handled', '371702101', 'month'])
  const rows = [...document.querySelectorAll('[data-testid="behind-row"]')].map((each) => each.textContent ?? '')
  expect(rows[0]).toContain('井盖破损')
  expect(rows[0]).toContain('计入分子')
  expect(rows[1]).toContain('案件已转出本部门')
  expect(one('behind')!.textContent).toContain('按期 ÷ 应处置')
  await press('behind-close')
  expect(one('behind')).toBeNull()
})

it('another window or group is asked for, and what was open is closed', async () => {
  const shown = await opened()
  await press('figure-handled')
  await shown.find('[data-testid="evaluation-window"]').setValue('range')
  await flushPromises()
  await shown.find('[data-testid="evaluation-last"]').setValue('2026-11-30')
  await flushPromises()
  await shown.find('[data-testid="evaluation-group"]').setValue('department')
  await flushPromises()
  const last = asked.filter((each) => each.path === '/api/cases/metrics/figures').at(-1)!
  expect(Object.fromEntries(last.query)).toEqual({ window: 'range', day: '2026-11-23', last: '2026-11-30', group: 'department' })
  expect(one('behind')).toBeNull()
})

it('a case is excluded only with a reason', async () => {
  await opened()
  await press('figure-handled')
  await press('behind-exclude')
  expect((one('correct-save') as HTMLButtonElement).disabled).toBe(true)
  await fill('correct-reason', ' 不合理诉求 ')
  await press('correct-save')
  const sent = asked.find((each) => each.method === 'POST')!
  expect(sent.path).toBe('/api/cases/metrics/exclusions')
  expect(sent.body).toMatchObject({ case_id: 'c0', metric: 'handled', reason: '不合理诉求' })
})

it('points have a reason and a limit, stand beside the raw score, and are withdrawn with a reason', async () => {
  const shown = await opened()
  expect(shown.find('[data-testid="score-row"]').text()).toContain('83.0')
  expect(shown.find('[data-testid="score-manual"]').text()).toContain('虚假整改')
  await press('score-correct')
  await fill('correct-reason', '复核')
  await fill('correct-points', '11')
  expect((one('correct-save') as HTMLButtonElement).disabled).toBe(true)
  await fill('correct-points', '1.5')
  await press('correct-save')
  expect(asked.find((each) => each.path === '/api/cases/metrics/points')!.body).toMatchObject({ key: '371702101', points: 1.5, window: 'month', group: 'area' })
})

it('a correction is withdrawn with a reason', async () => {
  await opened()
  await press('correction-withdraw')
  await fill('correct-reason', '有误')
  await press('correct-save')
  expect(asked.find((each) => each.path.endsWith('/withdraw'))!.body).toEqual({ reason: '有误' })
})

it('without the right nothing can be corrected', async () => {
  await opened({}, ['cases.read'])
  await press('figure-handled')
  for (const id of ['behind-exclude', 'score-correct', 'correction-withdraw']) expect(one(id)).toBeNull()
})

it('groups of few people are said to be withheld; failures and empty windows are said in words', async () => {
  await opened({ 'GET /api/cases/metrics/figures': { ...FIGURES, groups: [], withheld: 2 } })
  expect(one('state-empty')!.textContent).toContain('不足 3 人')
  page!.unmount()
  await opened({ 'GET /api/cases/metrics/figures': new Refusal(403) })
  expect(one('state-error')).not.toBeNull()
})

it('a table is fetched with its progress, and a failure is told', async () => {
  const made = vi.fn(() => 'blob:x')
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: made, revokeObjectURL: vi.fn() }))
  await opened({ 'GET /api/cases/metrics/figures.csv': 'a,b' })
  ;(one('export-csv') as HTMLElement).click()
  await Promise.resolve()
  expect((one('export-csv') as HTMLButtonElement).disabled || one('export-progress') !== null).toBe(true)
  await flushPromises()
  expect(asked.at(-1)!.query.get('lang')).toBe('zh')
})
