/** Do course, kept evaluations, collectors and the score for what is said online show what they mean, and open it? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import ElementPlus from 'element-plus'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { i18n, setLocale } from '@/kit/i18n'
import { answer, Refusal, type Answer, type Asked } from '@/kit/testing/http'
import { useSession } from '@/shell/session'
import EvaluationPage from './EvaluationPage.vue'
import { changed, nothingOf, setsOf, written } from './sets'
import type { AreaFacts, Course, Figures, KeptDetail, KeptToday, Metric } from './types'

const words = (zh: string): { zh: string; en: string } => ({ zh, en: `${zh} en` })
const metric = (name: string, unit: Metric['unit'] = '%'): Metric => ({
  name, title: words(`指标 ${name}`), formula: words('甲 ÷ 乙'), numerator: words('甲'), denominator: words('乙'), unit, version: 1, source: '示例', groups: ['area'], up: true,
})
const WINDOW = { kind: 'month', since: '2026-10-31T16:00:00Z', until: '2026-11-30T16:00:00Z', known_until: '2026-11-23T01:00:00Z', over: false } as const
const AT = WINDOW.known_until
const none = { numerator: 0, denominator: 0, value: null }
const FIGURES: Figures = {
  window: WINDOW, group: 'area', version: 2, metrics: [metric('satisfied'), metric('outside')], whole: null, withheld: 0, least_people: 3, example: true, as_of: AT, points: [],
  groups: [{
    key: '371702101', title: words('沙土镇'), people: null, score: null,
    figures: [{ metric: 'satisfied', numerator: 9, denominator: 10, value: 90, corrected: null }],
    online: {
      title: words('网络理政（示例）'), source: '示例', version: 1, points: 56.7, of: 80, corrected: null, manual: 0, total: 56.7,
      parts: [
        { metric: 'satisfied', title: words('满意率'), weight: 30, inverted: false, value: 90, points: 27 },
        { metric: 'repeated', title: words('重复诉求扣分'), weight: 0, inverted: false, value: 3, points: -0.3 },
      ],
    },
  }],
}
const COURSE: Course = {
  window: WINDOW, reported: 4, hours: Array.from({ length: 24 }, (_, hour) => (hour === 9 ? 3 : hour === 11 ? 1 : 0)), peak_hours: [9],
  days: [{ day: '2026-11-23', count: 4 }], classes: [{ key: 'hotline:0201', title: words('0201 井盖'), count: 3, share: 75 }],
  areas: [{ key: '371702101', title: words('沙土镇'), count: 4, most: { key: 'hotline:0201', title: words('0201 井盖'), count: 3, share: 75 }, peak_hours: [9] }],
  before: { window: { ...WINDOW, over: true }, day: '2026-10-31', last: null, reported: 2 }, year: { window: { ...WINDOW, over: true }, day: '2025-11-23', last: null, reported: 0 },
  compared: [{ metric: metric('valid'), now: { numerator: 3, denominator: 4, value: 75 }, before: { numerator: 1, denominator: 2, value: 50 }, year: none }],
  example: true, as_of: AT,
}
const KEPT: KeptDetail = {
  id: 'k1', asked: { window: 'month', day: '2026-11-23', last: null, group: 'area' }, version: 1, note: '十一月', made_at: AT, made_by: '值班长', window: WINDOW, known_until: AT,
  metrics: [metric('valid')], titles: { 371702101: words('沙土镇'), '': words('合计') }, figures: { 371702101: { valid: { numerator: 1, denominator: 1, value: 100 } }, '': { valid: { numerator: 1, denominator: 1, value: 100 } } },
  same: true, differences: [],
}
const TODAY: KeptToday = {
  id: 'k1', window: WINDOW, changes: [{ key: '371702101', metric: 'valid', then: { numerator: 1, denominator: 1, value: 100 }, now: { numerator: 1, denominator: 2, value: 50 } }], same: 7, gone_on_total: 120,
  gone_on: [{ case_id: 'c1', number: 'RX1', title: '井盖破损', at: AT, text: words('强制结案：试') }], as_of: AT,
  corrections: [{ id: 'x', kind: 'exclude', metric: '', case_id: 'c2', case_number: 'RX2', grouping: null, key: null, since: null, until: null, points: null, reason: '演练', made_at: AT, made_by: '领导', withdrawn_at: null, withdrawn_by: null, withdrawn_reason: null }],
}
const FACTS: AreaFacts = {
  version: 3, items: [{ area_code: '371702101', area_km2: 40, people: 20000, example: true }], history: [{ version: 3, note: '公报（示例）', published_by: '值班长', published_at: AT }],
  rule: { title: words('网络理政'), version: 1, source: '示例', base: 30, factor: 0.002, people_unit: 10000, satisfied: 30, days: 2, per_day: 10, most_days: 20, each_repeat: 0.1, each_overdue: 0.1, most_taken: 5 },
}
let page: VueWrapper | null = null
let asked: Asked[] = []
let router: Router

async function opened(query: string, routes: Record<string, Answer> = {}, can: string[] = ['cases.read', 'cases.correct']): Promise<void> {
  asked = answer({
    'GET /api/cases/metrics/figures': FIGURES, 'GET /api/cases/types': { items: [] }, 'GET /api/cases/metrics/corrections': { items: [] },
    'GET /api/cases/metrics/cases': { items: [], total: 0 }, 'GET /api/cases/metrics/course': COURSE, 'GET /api/cases/metrics/course/cases': { items: [], total: 3 },
    'GET /api/cases/metrics/evaluations': { items: [KEPT] }, 'POST /api/cases/metrics/evaluations': KEPT, 'GET /api/cases/metrics/evaluations/k1': KEPT, 'GET /api/cases/metrics/evaluations/k1/today': TODAY,
    'GET /api/cases/metrics/areas': FACTS, 'PUT /api/cases/metrics/areas': FACTS, 'POST /api/cases/metrics/points': {}, ...routes,
  })
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/evaluation', component: EvaluationPage }, { path: '/cases', component: { template: '<i />' } }] })
  await router.push(`/evaluation?day=2026-11-23${query}`)
  const pinia = createPinia()
  vi.spyOn(useSession(pinia), 'can').mockImplementation((permission) => permission !== null && can.includes(permission))
  page = mount(EvaluationPage, { attachTo: document.body, global: { plugins: [i18n, pinia, router, ElementPlus] } })
  await flushPromises()
}

const one = (id: string): Element | null => document.querySelector(`[data-testid="${id}"]`)
const calls = (path: string): Asked[] => asked.filter((each) => each.path === path)

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

it('a count has no per cent, a change has its sign, and cells that are not there are said in words', () => {
  expect([written(1200, 'n'), changed(75, 50, '%'), changed(1, 2, 'h'), changed(2, 2, 'n'), changed(null, 2, '%')]).toEqual(['1200', '+25.0 pp', '−1.0 h', '±0', null])
  expect([nothingOf(metric('coverage')), nothingOf(metric('handled'))]).toEqual(['evaluation.noCells', 'evaluation.nothing'])
  expect(Object.keys(setsOf([metric('coverage'), metric('operations', 'n'), metric('handled')]))).toEqual(['posts', 'collectors', 'handling'])
})

it('hours, classes and comparisons open their cases, in the window they are of', async () => {
  await opened('&view=course')
  expect(one('course-reported')!.textContent).toContain('登记 4 件')
  expect(one('course-peak')!.textContent).toContain('9 时')
  expect(one('course-lasts')).not.toBeNull()
  expect(one('course-area')!.textContent).toContain('75.0%')
  expect([...document.querySelectorAll('[data-testid="course-changed"]')].map((each) => each.textContent)).toEqual(['+25.0 pp'])
  ;(document.querySelectorAll('[data-testid="bar"]')[9] as HTMLElement).click()
  await flushPromises()
  expect(calls('/api/cases/metrics/course/cases').at(-1)!.query.get('hour')).toBe('9')
  expect(one('behind-total')!.textContent).toContain('3')
  await press('course-class')
  expect(calls('/api/cases/metrics/course/cases').at(-1)!.query.get('class')).toBe('hotline:0201')
  await press('course-valid-before')
  const call = calls('/api/cases/metrics/cases').at(-1)!
  expect([call.query.get('day'), call.query.get('metric'), call.query.get('group')]).toEqual(['2026-10-31', 'valid', 'type'])
  expect((one('course-valid-year') as HTMLButtonElement).disabled).toBe(true)
  await press('behind-close')
  expect(one('behind')).toBeNull()
})

it('a window without cases and a failure are said in words', async () => {
  await opened('&view=course', { 'GET /api/cases/metrics/course': { ...COURSE, reported: 0, before: { ...COURSE.before, reported: 0 } } })
  expect(one('state-empty')!.textContent).toContain('没有案件')
  page!.unmount()
  await opened('&view=course', { 'GET /api/cases/metrics/course': new Refusal(503) })
  expect(one('state-error')).not.toBeNull()
})

it('a kept evaluation is opened as it was, with who kept it, and held against today with the reasons', async () => {
  await opened('&view=kept')
  expect(one('kept-row')!.textContent).toContain('值班长')
  await press('kept-row')
  expect(router.currentRoute.value.query['kept']).toBe('k1')
  const text = one('kept-detail')!.textContent!
  for (const part of ['十一月', '数字一致', '沙土镇', '100.0%', '合计']) expect(text).toContain(part)
  expect(one('kept-change')!.textContent).toContain('−50.0 pp')
  expect(one('kept-today')!.textContent).toContain('120')
  expect(one('kept-gone-on')!.textContent).toContain('强制结案')
  expect(one('kept-correction')!.textContent).toContain('演练')
  await press('kept-close')
  expect(one('kept-detail')).toBeNull()
})

it('what is shown is kept with its note; groups of people are not, and who may not correct sees nothing kept', async () => {
  await opened('&view=kept&group=department')
  await fill('kept-note', ' 十二月 ')
  await press('kept-keep')
  expect(calls('/api/cases/metrics/evaluations').find((each) => each.method === 'POST')!.body).toMatchObject({ note: '十二月', group: 'department', window: 'month', day: '2026-11-23' })
  page!.unmount()
  await opened('&view=kept&group=post')
  expect((one('kept-keep') as HTMLButtonElement).disabled).toBe(true)
  page!.unmount()
  await opened('&view=kept', {}, ['cases.read'])
  expect([one('kept-row'), one('evaluation-view-kept')]).toEqual([null, null])
})

it('the online score opens its parts, takes points of its own, and says by which size and people', async () => {
  await opened('')
  const row = one('online-row')!.textContent!
  for (const part of ['56.7', '27', '-0.3']) expect(row).toContain(part)
  await press('online-part-satisfied')
  expect(router.currentRoute.value.query['metric']).toBe('satisfied')
  await press('online-correct')
  await fill('correct-reason', '虚假整改')
  await fill('correct-points', '-1')
  await press('correct-save')
  expect(calls('/api/cases/metrics/points')[0]!.body).toMatchObject({ composite: 'online', points: -1, key: '371702101' })
  await press('facts-open')
  expect((one('facts-km2-0') as HTMLInputElement).value).toBe('40')
  expect((one('facts-save') as HTMLButtonElement).disabled).toBe(true)
  await fill('facts-people-0', '30000')
  await fill('facts-note', '公报')
  await press('facts-save')
  expect(asked.find((each) => each.method === 'PUT')!.body).toEqual({ items: [{ area_code: '371702101', area_km2: 40, people: 30000, example: true }], based_on: 3, note: '公报' })
})

it('a cell of the grid is listed as reached or not, without a case to open', async () => {
  const coverage = metric('coverage')
  const group = { key: '371702101', title: words('沙土镇'), people: 4, score: null, online: null, figures: [{ metric: 'coverage', numerator: 1, denominator: 2, value: 50, corrected: null }] }
  const cells = [true, false].map((counted, n) => ({ case_id: null, number: `37170210100000${n}`, title: `网格 ${n}`, state: null, type: 'cell', class_code: '', area_code: '', department: null, at: AT, due_at: null, done_at: counted ? AT : null, counted, weight: null, hours: null, excluded: null }))
  await opened('&group=collectors', { 'GET /api/cases/metrics/figures': { ...FIGURES, group: 'collectors', metrics: [coverage], groups: [group] }, 'GET /api/cases/metrics/cases': { items: cells, total: 2 } })
  await press('figure-coverage')
  const rows = [...document.querySelectorAll('[data-testid="behind-row"]')].map((each) => each.textContent ?? '')
  expect([rows[0]!.includes('窗口内到达过'), rows[1]!.includes('窗口内未到达')]).toEqual([true, true])
  expect([one('behind-exclude'), document.querySelector('[data-testid="behind-row"] a')]).toEqual([null, null])
})
