/** Does the community page show grids, due visits and masked households, and say when there is nothing or nothing new? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, setLocale } from '@/kit/i18n'
import { disconnect } from '@/kit/live'
import { answer, Refusal, type Answer, type Asked } from '@/kit/testing/http'
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
let page: VueWrapper | null = null
const find = (id: string): ReturnType<VueWrapper['find']> => page!.find(`[data-testid="${id}"]`)

async function opened(routes: Record<string, Answer>): Promise<Asked[]> {
  const asked = answer(routes)
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)*', component: Page }] })
  setActivePinia(createPinia())
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
