/** Does the community page show grids, due visits and masked households, and say when there is nothing or nothing new? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, setLocale } from '@/kit/i18n'
import { disconnect } from '@/kit/live'
import { answer, Refusal, type Answer, type Asked } from '@/kit/testing/http'
import { useSession } from '@/shell/session'
import type { Session } from '@/kit/types'
import Page from './Page.vue'

const AT = '2026-11-23T01:00:00Z'
const WORD = { zh: '示例', en: 'example' }
const GRID = { area_code: '500231100001G01', area_name: WORD, households: 40, looked_after: 5, due: 3, overdue: 1, done: 9, met: 8, opened: 2, open: 1, solved: 2, cases_per_100: 5, solved_share: null }
const FORMULA = { name: 'cases_per_100', title: WORD, formula: WORD, version: 1, window_days: 30 }
const HOME = { id: 'h1', address: '示例路1号', shown_as: '王*', people: 1, care: [{ code: 'lives_alone', title: { zh: '独居', en: 'lives alone' } }], example: true }
const VISIT = { id: 'v1', address: '示例路2号', shown_as: '李*', care: [], kind_title: WORD, due_on: '2026-11-20', overdue: true, example: true }
const FULL: Record<string, Answer> = {
  'GET /api/visits/grids': { items: [GRID], formulas: [FORMULA], as_of: AT },
  'GET /api/visits': { items: [VISIT], total: 1, as_of: AT },
  'GET /api/households': { items: [HOME], total: 1, care: [], as_of: AT },
  'GET /api/cases': { items: [{ id: 'c1', number: 'SQ1', title: '漏水', address: '', class_title: WORD, state_title: WORD, next_due_at: null, example: true }], total: 1, as_of: AT },
}
const DAYS = ['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29']
const PLANNED = { ...VISIT, shown_as: '李*', draft_on: null, draft_post: '', planned_on: null, published: true }
const WEEK = {
  week: DAYS[0], today: DAYS[1], days: DAYS, total: 1, unpublished: 1, publications: [], full: 12, as_of: AT, items: [PLANNED],
  grids: [{ area_code: 'g1', area_name: WORD, overdue: 1, unplanned: 1, loads: [13, 0, 0, 0, 0, 0, 0] }],
  posts: [{ code: 'grid', title: { zh: '网格员', en: 'grid worker' } }, { code: 'doctor', title: { zh: '家庭医生', en: 'doctor' } }],
}
const NOTICE = { id: 'n1', area_code: '5', title: '停水', words: '明日停水', care: [], since: '2026-11-23', until: '2026-11-24', made_by: '示例', asked: 2, told: 1 }
const DOOR = { household_id: 'h1', area_code: 'g1', area_name: WORD, address: '示例路1号', shown_as: '王*', example: true, told_at: null, visit_id: null, tried: null, tried_title: null, tried_at: null, reminded: 0, reminded_at: null, visit_on: null }
const DOORS = { notice: NOTICE, grids: [{ area_code: 'g1', area_name: WORD, asked: 2, told: 1 }], items: [DOOR, { ...DOOR, household_id: 'h2', address: '示例路2号', told_at: AT }], total: 2, as_of: AT }
const CALLED = { run_id: 'r1', step_id: 's1', title: '转移', level: 1, started_at: AT, running: true, name: '东村', people: 9, state: 'unreached', attempts: 2, answered_at: null, answered_by: '', answered_how: '', area_code: 'g1', area_name: WORD, reminded: 0, reminded_at: null }
const REGISTERS = { items: [], purposes: [{ code: 'care', title: { zh: '关爱服务', en: 'care' } }], grounds: [{ code: 'duty', title: { zh: '法定职责', en: 'duty' } }], most_rows: 5000, as_of: AT }
const LOOK = {
  file_name: '台账.csv', columns: [{ column: '姓名', field: 'name', title: { zh: '姓名', en: 'name' } }, { column: '身份证号', field: null, title: null }], missing: [], total: 3, good: 2, bad: 1, households: 2,
  faults: [{ row: 4, field: 'phone', title: { zh: '联系电话', en: 'telephone' }, reason: { zh: '应为电话号码', en: 'a number' } }], as_of: AT,
  sample: [{ row: 2, address_code: 'SL-1', address: '示例路1号', area_code: 'g1', area_name: WORD, shown_as: '王*', care: [] }],
}
const TAKEN = { id: 'f1', source: '示例台账', file_name: '台账.csv', purpose: 'care', ground: 'duty', basis: '示例文件', example: false, state: 'done', total: 3, done: 3, rows: 2, households: 2, planned: 1, bad: 1, began_at: AT, ended_at: AT, by: '示例', faults: LOOK.faults, not_kept: ['身份证号'], as_of: AT }
const CADENCE = { days: { lives_alone: 7 }, again_days: 1, version: 0, example: true, care: [{ code: 'lives_alone', title: { zh: '独居', en: 'lives alone' } }] }
const MORE: Record<string, Answer> = {
  ...FULL, 'GET /api/visits/week': WEEK, 'GET /api/visits/cadence': CADENCE, 'GET /api/visits/carried': { items: [{ notice: NOTICE, open: true }], as_of: AT }, 'GET /api/visits/carried/n1': DOORS,
  'GET /api/visits/called': { items: [CALLED], as_of: AT }, 'GET /api/households/registers': REGISTERS, 'GET /api/households/openings/mine': { items: [], as_of: AT },
}
const MAY = ['visits.read', 'visits.write', 'households.write', 'households.purpose', 'settings.write']
let page: VueWrapper | null = null
const find = (id: string): ReturnType<VueWrapper['find']> => page!.find(`[data-testid="${id}"]`)

async function opened(routes: Record<string, Answer>, permissions: string[] = []): Promise<Asked[]> {
  const asked = answer(routes)
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)*', component: Page }] })
  setActivePinia(createPinia())
  useSession().session = { user: { permissions } } as unknown as Session
  page = mount(Page, { global: { plugins: [i18n, router] } })
  await flushPromises()
  return asked
}

beforeEach(() => setLocale('zh'))
afterEach(() => {
  page?.unmount()
  disconnect()
})

it('says so when there is no register', async () => {
  await opened({ 'GET /api/visits/grids': { items: [], formulas: [], as_of: AT } })
  expect(find('state-empty').text()).toContain('还没有住户台账')
})

it('says so when it may not read, and keeps what it had when a later reading fails', async () => {
  await opened({ 'GET /api/visits/grids': new Refusal(403) })
  expect(find('state-error').exists()).toBe(true)
  page!.unmount()
  await opened(FULL)
  answer({ 'GET /api/visits/grids': new Refusal(503) })
  await find('community-tab-due').trigger('click')
  await find('community-tab-grids').trigger('click')
  await flushPromises()
  expect([find('state-stale').exists(), find('community-grid').exists()]).toEqual([true, true])
})

it('counts grids, shows no figure where nothing counts, and how each is reckoned', async () => {
  await opened(FULL)
  const cells = find('community-grid').findAll('td').map((cell) => cell.text())
  expect(cells).toEqual(['40', '5', '3', '1', '9', '1', '5', '–'])
  expect(page!.text()).toContain('近 30 天')
})

it('shows households without names, and asks for those of one grid', async () => {
  const asked = await opened(FULL)
  await find('community-tab-care').trigger('click')
  await flushPromises()
  expect(find('community-shown-as').text()).toBe('王*')
  expect(find('community-household').text()).toContain('独居')
  await find('community-tab-grids').trigger('click')
  await find('community-grid').find('button').trigger('click')
  await flushPromises()
  expect(find('community-due').text()).toContain('2026-11-20 已到期')
  expect(asked.at(-1)!.query.get('area')).toBe(GRID.area_code)
})

it('lists what waits to be repaired, in English', async () => {
  setLocale('en')
  await opened(FULL)
  await find('community-tab-repairs').trigger('click')
  await flushPromises()
  expect(find('community-repair').text()).toContain('SQ1 漏水')
})

async function tab(name: string): Promise<void> {
  await find(`community-tab-${name}`).trigger('click')
  await flushPromises()
}

it('plans a week by keyboard: overdue in sight, a day too full marked, the phones told on publishing', async () => {
  const drafted = { ...WEEK, items: [{ ...PLANNED, draft_on: DAYS[2], draft_post: 'doctor', published: false }] }
  const asked = await opened({ ...MORE, 'PUT /api/visits/week': drafted, 'POST /api/visits/week/publish': { ...drafted, unpublished: 0 } }, MAY)
  await tab('week')
  expect(find('week-visit').attributes('data-overdue')).toBe('true')
  expect(find('week-grid').text()).toContain('13 ▲')
  const days = find('week-day').findAll('option').map((one) => one.attributes('value'))
  expect(days).toEqual(['', ...DAYS.slice(1)])
  await find('week-all').setValue(true)
  await find('week-on').setValue(DAYS[2])
  await find('week-by').setValue('doctor')
  await find('week-assign').trigger('submit')
  await flushPromises()
  expect(asked.at(-1)!.body).toMatchObject({ week: DAYS[0], slots: [{ visit_id: 'v1', on: DAYS[2], post: 'doctor' }] })
  expect(find('week-visit').text()).toContain('家庭医生')
  await find('week-publish').trigger('click')
  await flushPromises()
  expect(asked.at(-1)!.path).toBe('/api/visits/week/publish')
  expect(find('week-publish').attributes('disabled')).toBeDefined()
})

it('says why a plan was refused and lets who only reads look at it', async () => {
  await opened({ ...MORE, 'POST /api/visits/week/suggest': new Refusal(409, 'conflict', 'no working day of this week is left') }, MAY)
  await tab('week')
  await find('week-suggest').trigger('click')
  await flushPromises()
  expect(page!.find('[role="alert"]').exists()).toBe(true)
  page!.unmount()
  await opened(MORE, ['visits.read'])
  await tab('week')
  expect([find('week-visit').exists(), find('week-suggest').exists(), find('week-day').exists()]).toEqual([true, false, false])
})

it('puts a cadence into force with a reason and leaves out kinds that want no visit', async () => {
  const asked = await opened({ ...MORE, 'PUT /api/visits/cadence': { ...CADENCE, example: false, version: 1 } }, MAY)
  await tab('week')
  await find('cadence-lives_alone').setValue(14)
  await find('cadence-note').setValue('示例')
  await find('cadence').find('form').trigger('submit')
  await flushPromises()
  expect(asked.at(-1)!.body).toEqual({ days: { lives_alone: 14 }, again_days: 1, note: '示例', version: 0 })
})

it('shows which doors have not heard, tells their grid again or sends somebody', async () => {
  const asked = await opened({ ...MORE, 'POST /api/visits/carried/n1/again': DOORS, 'POST /api/visits/called/s1/again': { items: [], as_of: AT } }, MAY)
  await tab('told')
  expect(find('called-waiting').text()).toContain('1')
  await find('call-again').trigger('click')
  await flushPromises()
  expect(asked.some((one) => one.path === '/api/visits/called/s1/again')).toBe(true)
  await find('carried-open').trigger('click')
  await flushPromises()
  expect(page!.findAll('[data-testid="door"]').map((one) => one.attributes('data-told'))).toEqual(['false', 'true'])
  await find('door-all').setValue(true)
  await find('door-again').trigger('click')
  await flushPromises()
  const sent = (): Asked => asked.filter((one) => one.path === '/api/visits/carried/n1/again').at(-1)!
  expect(sent().body).toEqual({ households: ['h1'], go_by: null })
  await find('door-all').setValue(true)
  await find('door-day').setValue('2026-11-25')
  await find('door-visit').trigger('click')
  await flushPromises()
  expect(sent().body).toEqual({ households: ['h1'], go_by: '2026-11-25' })
})

it('looks at a register first, asks purpose and ground, and gives the bad rows back', async () => {
  const asked = await opened({ ...MORE, 'POST /api/households/register/look': LOOK, 'POST /api/households/register': TAKEN, 'POST /api/households/registers/f1/bad': { file_name: 'bad.csv', text: 'x' } }, MAY)
  await tab('register')
  const input = find('register-file').element as HTMLInputElement
  Object.defineProperty(input, 'files', { value: [new File(['x'], '台账.csv')] })
  await find('register-file').trigger('change')
  await flushPromises()
  expect(find('register-seen').text()).toContain('可用 2，有问题 1')
  expect(page!.findAll('[data-testid="register-column"]').map((one) => one.attributes('data-kept'))).toEqual(['true', 'false'])
  expect(find('register-fault').text()).toContain('第 4 行 · 联系电话 应为电话号码')
  expect(find('register-take').attributes('disabled')).toBeDefined()
  await find('register-source').setValue('示例台账')
  await find('register-purpose').setValue('care')
  await find('register-ground').setValue('duty')
  await find('register-basis').setValue('示例文件')
  await find('register-take').trigger('submit')
  await flushPromises()
  const body = asked.find((one) => one.path === '/api/households/register')!.body as FormData
  expect([body.get('purpose'), body.get('ground'), body.get('basis')]).toEqual(['care', 'duty', '示例文件'])
  expect(find('register-made').attributes('data-state')).toBe('done')
  const saved = vi.fn(() => 'blob:x')
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: saved, revokeObjectURL: vi.fn() }))
  await find('register-bad').trigger('click')
  await flushPromises()
  expect(saved).toHaveBeenCalledOnce()
})

it('lets nobody bring a register who may not, and says what is no register', async () => {
  await opened(MORE, ['visits.read'])
  expect(find('community-tab-register').exists()).toBe(false)
  page!.unmount()
  await opened({ ...MORE, 'POST /api/households/register/look': new Refusal(422, 'invalid', 'no column of a register is among these') }, MAY)
  await tab('register')
  Object.defineProperty(find('register-file').element, 'files', { value: [new File(['x'], 'x.csv')] })
  await find('register-file').trigger('change')
  await flushPromises()
  expect(find('register-failed').text()).toContain('no column')
})
