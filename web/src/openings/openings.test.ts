/** Does the auditor see who opened what and why it is unusual, and is each word kept? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { i18n, setLocale } from '../kit/i18n'
import { disconnect } from '../kit/live'
import { answer, Refusal, type Answer, type Asked } from '../kit/testing/http'
import OpeningsPage from './OpeningsPage.vue'

const AT = '2026-11-23T14:30:00Z'
const TEXT = (zh: string) => ({ zh, en: zh })
const ONE = {
  id: 'o1', household_id: 'h1', area_code: '500231106001G01', address: '示例路1号', person: '示例甲', role: 'field_worker', person_area: '500231106', purpose: 'visit', purpose_title: TEXT('入户走访'),
  subject_noun: 'visit', subject_id: 'v1', subject_number: '', reason: '', break_glass: false, at: AT, ends_at: AT, verdict: null, verdict_note: '', reviewed_by: null, reviewed_at: null,
  fields: ['name', 'phone'], explanation: '', explained_at: null, reasons: ['outside_hours', 'no_task'],
}
const LIST = {
  items: [ONE], total: 1, since: AT, until: AT, as_of: AT, counts: [{ purpose: 'visit', title: TEXT('入户走访'), count: 9, unusual: 1, unseen: 5 }],
  reasons: [{ code: 'outside_hours', title: TEXT('非工作时间') }, { code: 'no_task', title: TEXT('没有对应任务') }],
  verdicts: [{ code: 'fit', title: TEXT('合理') }, { code: 'explain', title: TEXT('待说明') }, { code: 'unfit', title: TEXT('违规') }],
  fields: [{ code: 'name', title: TEXT('姓名') }, { code: 'phone', title: TEXT('联系电话') }],
}
let page: VueWrapper | null = null
const find = (id: string): ReturnType<VueWrapper['find']> => page!.find(`[data-testid="${id}"]`)

async function opened(routes: Record<string, Answer>): Promise<Asked[]> {
  const asked = answer(routes)
  setActivePinia(createPinia())
  page = mount(OpeningsPage, { global: { plugins: [i18n] } })
  await flushPromises()
  return asked
}

beforeEach(() => setLocale('zh'))
afterEach(() => {
  page?.unmount()
  disconnect()
})

it('shows what is unusual first, with the reasons, the fields and what it was for', async () => {
  const asked = await opened({ 'GET /api/households/openings': LIST })
  expect(asked[0]!.query.get('unusual')).toBe('true')
  expect(page!.findAll('[data-testid="opening-reason"]').map((one) => one.text())).toEqual(['非工作时间', '没有对应任务'])
  expect(find('openings-purpose').text()).toContain('异常 1，未审 5')
  await find('opening-look').trigger('click')
  expect(find('opening-fields').text()).toBe('姓名、联系电话')
})

it('asks for one purpose, for those that nobody has judged, and exports the same', async () => {
  const asked = await opened({ 'GET /api/households/openings': LIST })
  await find('openings-purpose').trigger('click')
  await find('openings-verdict').setValue('none')
  await find('openings-unusual').setValue(false)
  await flushPromises()
  const last = asked.at(-1)!.query
  expect([last.get('purpose'), last.get('verdict'), last.get('unusual')]).toEqual(['visit', 'none', 'false'])
  expect(find('openings-export').attributes('href')).toContain('/api/households/openings.csv?purpose=visit&verdict=none')
})

it('keeps a word only with its reason, and says when somebody was quicker', async () => {
  const asked = await opened({ 'GET /api/households/openings': LIST, 'POST /api/households/openings/o1/review': new Refusal(409, 'conflict') })
  await find('opening-look').trigger('click')
  expect([find('opening-fit').attributes('disabled'), find('opening-unfit').attributes('disabled')]).toEqual([undefined, ''])
  await find('opening-note').setValue('为何查看？')
  await find('opening-explain').trigger('click')
  await flushPromises()
  expect(asked.find((one) => one.method === 'POST')!.body).toEqual({ verdict: 'explain', note: '为何查看？' })
  expect(page!.find('[role="alert"]').exists()).toBe(true)
})

it('says when there is nothing, and when one may not look', async () => {
  await opened({ 'GET /api/households/openings': { ...LIST, items: [], total: 0 } })
  expect(find('state-empty').text()).toContain('没有异常')
  page!.unmount()
  await opened({ 'GET /api/households/openings': new Refusal(403) })
  expect(find('state-error').exists()).toBe(true)
})
