/** Can a commander scan a plan, can an author see what is wrong where, and does only a second person approve? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, setLocale } from '@/kit/i18n'
import { answer, type Answer, type Asked } from '@/kit/testing/http'
import type { Session } from '@/kit/types'
import { useSession } from '@/shell/session'
import PlanEditor from './PlanEditor.vue'
import PlanList from './PlanList.vue'
import PlanPage from './PlanPage.vue'
import type { PlanDocument } from './types'
import { logicWords, namesIn, spanWords, whoWords } from './words'

const editor = vi.hoisted(() => ({ text: '', marks: [] as unknown[], at: null as [number, number] | null, changed: () => {} }))
vi.mock('./yaml', () => ({
  openEditor: (_parent: HTMLElement, text: string, _label: string, _readOnly: boolean, changed: () => void) => {
    editor.text = text
    editor.changed = changed
    return {
      text: () => editor.text,
      replace: (next: string) => (editor.text = next),
      mark: (marks: unknown[]) => (editor.marks = marks),
      goTo: (line: number, column: number) => (editor.at = [line, column]),
      destroy: () => {},
    }
  },
}))

const both = (zh: string): { zh: string; en: string } => ({ zh, en: zh })
const LEVEL = {
  key: 'IV', level: 'IV', title: both('Ⅳ级响应'), when: { any: ['high', { k_of_n: { k: 2, of: ['rain', 'said'] } }] }, start: 'advise', commander: 'chief', deputies: [], approver: 'chief',
  end_by: 'chief', decide_within: '10min', min_hold: '2h', hand_up: '', groups: [], units: [{ capability: 'pump', kind: '', count: 2, by: '30min', place: null }],
  tasks: [{ id: 'patrol', who: { department: 'water' }, text: both('巡堤'), deadline: '30min', counted_from: 'receipt', every: '2h', evidence: 'photo', after: [], only_if: null, mandatory: true }],
  notify: [], warnings: [], reports: [], closures: [], safety: null,
}
const PLAN = {
  plan: 'flood', title: both('防汛预案'), summary: both('摘要'), scope: 'county', example: true, raise_only: false, edition: '示例', issued_by: both('指挥部'), legal_basis: [],
  valid_from: '2026-01-01', review_by: '2027-01-01', roles: { chief: { title: both('指挥长'), filled_by: { role: 'leader', department: '', position: '' } } }, call_trees: {},
  conditions: { high: cond('水位超警戒'), rain: cond('大雨'), said: { ...cond('有险情'), manual: true } }, levels: [LEVEL], deescalate: null,
  closeout: { when: { not: 'high' }, hold: '1h', tasks: [], review: [] }, zones: [],
} as unknown as PlanDocument
const AT = '2026-11-23T01:00:00Z'
const ADVICE = {
  plan: 'flood', title: both('防汛预案'), incident_id: null, area_name: both('县'), advised: 'IV', advised_since: AT, asked_at: AT,
  advice: {
    at: AT, advised: 'IV', levels: [{ key: 'IV', holds: true, since: AT, conditions: ['high'] }], lower: null, end: { holds: false, since: null }, stops: [],
    conditions: {
      high: { name: 'high', says: both('水位超警戒'), holds: true, since: AT, due_at: null, stale: true, evidence: [{ name: both('示例站'), at: AT, source: 'urn', value: 42.1, limit: 42, unit: 'm' }], looked_at: 3, silent: 1, example: true, forecast: false },
      said: { name: 'said', says: both('有险情'), holds: false, since: null, due_at: null, stale: false, evidence: [], looked_at: 0, silent: 0, example: false, forecast: false },
    },
  },
}

function cond(zh: string): object {
  return { says: both(zh), hold: '0s', source: '', example: true }
}

function version(number: number, state: string, more: object = {}): object {
  return { number, state, hash: 'ab'.repeat(32), edition: '示例', note: '', author: '甲', created_at: AT, saved_at: AT, checked_at: null, checked_by: null, approved_at: null, approved_by: null, retired_at: null, retired_by: null, revision: 3, ...more }
}

function detail(number: number, state: string, more: object = {}): object {
  return { ...version(number, state), slug: 'flood', text: 'plan: flood\n', plan: PLAN, history: [], mine: false, ...more }
}

let page: VueWrapper | null = null

async function opened(component: Component, path: string, routes: Record<string, Answer>, permissions: string[]): Promise<Asked[]> {
  const session = { user: { id: 'me', locale: 'zh', permissions }, space: { id: 0, name: '' }, csrf_token: 'c', server_time: new Date().toISOString() } as unknown as Session
  const asked = answer({ 'GET /api/session': session, ...routes })
  setActivePinia(createPinia())
  await useSession().resume()
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/plans/:slug/edit/:number', component },
      { path: '/plans/:slug', component },
      { path: '/:rest(.*)*', component },
    ],
  })
  await router.push(path)
  page = mount(component, { global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
  await flushPromises()
  return asked
}

const found = (id: string) => page!.find(`[data-testid="${id}"]`)

beforeEach(() => setLocale('zh'))
afterEach(() => {
  page?.unmount()
  vi.useRealTimers()
  document.body.innerHTML = ''
})

describe('words', () => {
  it('say logic, spans and people', () => {
    expect(logicWords(PLAN.levels[0]!.when, PLAN)).toBe('任一满足：水位超警戒；（满足 2 项：大雨；有险情）')
    expect(namesIn(PLAN.levels[0]!.when)).toEqual(['high', 'rain', 'said'])
    expect([spanWords('30min'), spanWords('2h'), spanWords(null)]).toEqual(['30 分钟', '2 小时', '–'])
    expect([whoWords({ role: 'chief' }, PLAN), whoWords({ department: 'water' }, PLAN), whoWords({ towns: true }, PLAN)]).toEqual(['指挥长', '水利局', '各乡镇'])
  })
})

describe('the list', () => {
  it('puts the gravest advice first', async () => {
    const row = (slug: string, advised: string | null): object => ({
      slug, title: both(slug), summary: both(''), hazard: 'flood', scope: 'county', example: true, exercise_only: false, space: 0, area_name: both('县'),
      levels: [{ key: 'IV', level: 4, title: both('四级') }, { key: 'II', level: 2, title: both('二级') }], review_by: '2027-01-01', review_due: false, approved: version(1, 'approved'), open: null, advised, advised_count: advised ? 1 : 0,
    })
    await opened(PlanList, '/plans', { 'GET /api/plans': { items: [row('a', null), row('b', 'IV'), row('c', 'II')], as_of: AT } }, ['plans.read'])
    expect(page!.findAll('[data-testid="plan-row"]').map((one) => one.attributes('data-slug'))).toEqual(['c', 'b', 'a'])
    expect(found('plan-new').exists()).toBe(false)
  })
})

describe('a plan', () => {
  const routes = {
    'GET /api/plans/flood': { slug: 'flood', area_name: both('县'), space: 0, writable: true, versions: [version(2, 'checked'), version(1, 'approved')], advice: [ADVICE] },
    'GET /api/plans/flood/versions/1': detail(1, 'approved'),
    'GET /api/plans/flood/versions/2': detail(2, 'checked', { mine: true }),
    'GET /api/plans/flood/versions/2/diff': { against: 1, number: 2, changes: [{ path: 'a', sort: 'changed', text: both('小改'), before: '', after: '', grave: false }, { path: 'b', sort: 'changed', text: both('阈值改'), before: '', after: '', grave: true }] },
    'POST /api/plans/flood/statements': undefined,
  }

  it('is read by level with clocks and who, and shows what is advised now', async () => {
    await opened(PlanPage, '/plans/flood', routes, ['plans.read'])
    const level = found('plan-level')
    expect(level.classes()).toContain('holds')
    expect(level.text()).toContain('水利局')
    expect(level.text()).toContain('30 分钟（签收后）')
    expect(level.text()).toContain('排涝 ×2')
  })

  it('shows by which values a condition holds, and that data were lost', async () => {
    await opened(PlanPage, '/plans/flood?tab=now', routes, ['plans.read'])
    const row = page!.find('[data-testid="plan-condition"][data-name="high"]')
    expect(row.text()).toContain('42.1 m')
    expect(row.text()).toContain('数据中断，沿用')
    expect(row.text()).toContain('1 / 3')
    expect(found('plan-statement').exists()).toBe(false)
  })

  it('takes a statement of those who may', async () => {
    const asked = await opened(PlanPage, '/plans/flood?tab=now', routes, ['plans.read', 'responses.write'])
    await found('plan-statement').setValue(true)
    await flushPromises()
    expect(asked.find((call) => call.method === 'POST')?.body).toEqual({ name: 'said', holds: true, incident_id: null })
  })

  it('is not approved by who wrote in it, and its grave differences stand first', async () => {
    await opened(PlanPage, '/plans/flood?tab=versions', routes, ['plans.read', 'plans.approve'])
    await found('version-look').trigger('click')
    await flushPromises()
    expect(page!.findAll('[data-testid="plan-diff"] li').map((one) => one.text())).toEqual(['≠阈值改', '≠小改'])
    expect(found('version-approve').attributes('disabled')).toBeDefined()
  })
})

describe('the editor', () => {
  const finding = { severity: 'error', code: 'unmarked', path: 'conditions.high', line: 12, column: 5, text: both('没有出处') }
  const routes = {
    'GET /api/plans/flood/versions/2': detail(2, 'draft'),
    'POST /api/plans/lint': (call: Asked) => ({ readable: true, errors: String((call.body as { text: string }).text).includes('bad') ? 1 : 0, findings: String((call.body as { text: string }).text).includes('bad') ? [finding] : [], plan: PLAN }),
    'PUT /api/plans/flood/versions/2': { version: version(2, 'draft', { revision: 4 }), lint: { readable: true, errors: 0, findings: [], plan: PLAN } },
    'POST /api/plans/flood/versions/2/submit': version(2, 'checked'),
  }

  async function typed(text: string): Promise<void> {
    editor.text = text
    editor.changed()
    await vi.advanceTimersByTimeAsync(1000)
    await flushPromises()
  }

  it('marks what is wrong, jumps to it, and does not hand it in', async () => {
    vi.useFakeTimers()
    await opened(PlanEditor, '/plans/flood/edit/2', routes, ['plans.read', 'plans.write'])
    await vi.waitFor(() => expect(editor.text).toBe('plan: flood\n'))
    await typed('plan: flood\nbad')
    expect(editor.marks).toEqual([{ line: 12, column: 5, severity: 'error', text: '没有出处' }])
    await found('plan-finding').trigger('click')
    expect(editor.at).toEqual([12, 5])
    expect(found('plan-submit').attributes('disabled')).toBeDefined()
  })

  it('saves before it hands in', async () => {
    vi.useFakeTimers()
    const asked = await opened(PlanEditor, '/plans/flood/edit/2', routes, ['plans.read', 'plans.write'])
    await vi.waitFor(() => expect(editor.text).toBe('plan: flood\n'))
    await typed('plan: flood\ngood')
    await found('plan-submit').trigger('click')
    await flushPromises()
    const calls = asked.filter((call) => call.method !== 'GET').map((call) => `${call.method} ${call.path}`)
    expect(calls.slice(-2)).toEqual(['PUT /api/plans/flood/versions/2', 'POST /api/plans/flood/versions/2/submit'])
    expect(asked.at(-1)?.method === 'POST' || asked.some((call) => (call.body as { revision?: number } | null)?.revision === 4)).toBe(true)
  })
})
