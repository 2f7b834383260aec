/** Does the page tell late matters, both directions of reviews, running clocks and quiet sources, and say what is not there? */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { setLocale } from '@/kit/i18n'
import { disconnect } from '@/kit/live'
import { answer, Refusal, type Answer, type Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage, type Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import type { Permission } from '@/kit/types'
import Page from './Page.vue'

const AT = '2026-11-23T01:00:00Z'
const WORD = { zh: '示例', en: 'example' }
const BASE = '/api/records/government_services'
const record = (id: string, content: object, over: object = {}): object => ({ id, area_code: '500231', content, phase: null, source_at: AT, received_at: AT, changed_at: AT, version: 1, case_id: null, case_number: null, case_state: null, ...over })
const MATTERS = [
  record('M1', { matter_no: 'M1', item_name: '施工许可', implement_code: 'I1', promised_at: '2026-11-20T01:00:00Z', department_name: '住建委' }, { phase: 'overdue', case_id: 'c1', case_number: 'CQ20261123-0001' }),
  record('M2', { matter_no: 'M2', item_name: '户籍办理', promised_at: '2026-11-24T01:00:00Z', finished_at: '2026-11-22T01:00:00Z' }, { phase: 'done' }),
]
const ITEM = record('I1', { implement_code: 'I1', item_name: '施工许可', item_type: '行政许可', statutory: 20, statutory_unit: '工作日', promised: 5, promised_unit: '工作日' })
const grades = (feed: string, codes: Record<string, string>): object => ({
  platform: 'government_services', platform_title: WORD, feed, title: { zh: feed === 'reviews' ? '好差评（接口）' : '评价（国标）', en: feed }, opens: true, sent: 1, good: 1, bad: 0, duplicate: 0, opened: 1, bad_waiting: 0, written_back: 0, to_write: 0, failed: 0, last_at: AT,
  fields: [{ target: 'grade', title: WORD, names: [], kind: 'code', required: true, personal: false, codes }],
  standing: { state: feed === 'reviews' ? 'quiet' : 'silent', channel: 'push', heard_at: AT, rows_at: AT, due_at: null, reason: '', expected_s: feed === 'reviews' ? null : 86400, urn: null },
})
const FEEDS = { items: [grades('reviews', { 5: 'very_good', 1: 'very_bad', 非常满意: 'very_good' }), grades('reviews_standard', { 1: 'very_good', 5: 'very_bad' }), { ...grades('other', {}), platform: 'elsewhere' }], runs: [], days: 7, as_of: AT }
const BAD = record('P1/首次评价', { matter_no: 'P1', item_name: '食品经营许可', grade: 'very_bad', words: '跑了三趟' }, { case_id: 'c2', case_number: 'HP20261123-0001' })
const FULL: Record<string, Answer> = {
  [`GET ${BASE}/matters/items`]: { items: MATTERS, more: true, as_of: AT },
  [`GET ${BASE}/matters/counts`]: (call: Asked) => ({ items: call.query.get('by') ? [{ value: 'I1', total: 9, phases: { overdue: 2, running: 3, done: 4 } }] : [{ value: '', total: 9, phases: { overdue: 2, done: 4 } }], as_of: AT }),
  [`GET ${BASE}/items/items`]: (call: Asked) => ({ items: (call.query.get('value') ?? 'I1').split(',').includes('I1') ? [ITEM] : [], more: false, as_of: AT }),
  [`GET ${BASE}/reviews/counts`]: { items: [{ value: 'very_good', total: 6, phases: {} }, { value: 'very_bad', total: 2, phases: {} }], as_of: AT },
  [`GET ${BASE}/reviews_standard/counts`]: { items: [{ value: 'very_good', total: 1, phases: {} }], as_of: AT },
  [`GET ${BASE}/reviews/items`]: (call: Asked) => ({ items: call.query.get('value') === 'bad,very_bad' ? [BAD] : [], more: false, as_of: AT }),
  [`GET ${BASE}/reviews_standard/items`]: { items: [], more: false, as_of: AT },
  'GET /api/records': FEEDS,
  'GET /api/cases': { items: [{ id: 'c2', number: 'HP20261123-0001', title: '差评：食品经营许可', state: 'handling', state_title: { zh: '处理中', en: 'handling' }, owner_name: { zh: '市场监管局', en: 'm' }, next_due_at: '2026-11-28T01:00:00Z', example: true }], total: 1, as_of: AT },
}
let shown: Stage | null = null

async function opened(query: string, routes: Record<string, Answer> = FULL, permissions = ['records.read', 'cases.read']): Promise<Asked[]> {
  const session = sampleSession()
  session.user.permissions = permissions as Permission[]
  const asked = answer(routes)
  shown = await stage(Page, `/government_services${query}`, '/government_services', session)
  await settled()
  return asked
}
const text = (): string => document.body.textContent ?? ''

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  setLocale('zh')
  vi.useRealTimers()
  document.body.innerHTML = ''
})

describe('the page of government services', () => {
  it('tells late matters with both limits of their item and the case behind them', async () => {
    await opened('')
    const row = hook('services-matter')
    for (const words of ['施工许可', '超期未办结', '法定 20 工作日', '承诺 5 工作日', 'CQ20261123-0001']) expect(row?.textContent).toContain(words)
    expect(row?.querySelector('a')?.getAttribute('href')).toBe('/cases?case=c1')
    expect(hook('services-phase-overdue')?.textContent).toContain('2')
    expect(text()).toContain('事项未给出时限')
  })

  it('is filtered by phase, searched, leafed through and exported as it is shown', async () => {
    const asked = await opened('')
    hook('services-on')?.click()
    await settled()
    expect(asked.filter((call) => call.path.endsWith('/matters/items')).at(-1)?.query.get('page')).toBe('1')
    hook('services-phase-overdue')?.click()
    await settled()
    vi.useFakeTimers()
    fill('services-search', '许可')
    await vi.advanceTimersByTimeAsync(400)
    vi.useRealTimers()
    await settled()
    const last = asked.filter((call) => call.path.endsWith('/matters/items')).at(-1)?.query
    expect([last?.get('phase'), last?.get('q'), last?.get('page')]).toEqual(['overdue', '许可', null])
    expect(decodeURIComponent(hook('services-export-matters')?.getAttribute('href') ?? '')).toBe(`${BASE}/matters/items.csv?q=许可&phase=overdue`)
  })

  it('counts matters by item', async () => {
    await opened('?show=items')
    expect([...(hook('services-item')?.querySelectorAll('.number') ?? [])].map((cell) => cell.textContent)).toEqual(['9', '5', '2'])
  })

  it('counts reviews by five levels and says which digit each source means', async () => {
    await opened('?show=reviews')
    const best = hook('services-grade-very_good')?.textContent ?? ''
    expect(best).toContain('7')
    expect(best).toMatch(/代码 5.*代码 1/)
    expect(hook('services-grade-very_bad')?.textContent).toMatch(/代码 1.*代码 5/)
    expect(hook('services-direction')?.textContent).toContain('意思相反')
    for (const words of ['跑了三趟', 'HP20261123-0001']) expect(hook('services-review')?.textContent).toContain(words)
  })

  it('shows the clock that runs for a bad review, to those who may read cases', async () => {
    await opened('?show=bad')
    for (const words of ['HP20261123-0001', '处理中', '市场监管局', '整改', '示例']) expect(hook('services-bad')?.textContent).toContain(words)
    shown?.wrapper.unmount()
    await opened('?show=bad', FULL, ['records.read'])
    expect(hook('services-tab-bad')).toBeNull()
    expect(hook('services-matter')).not.toBeNull()
  })

  it('says of each of its sources why it is silent or only quiet', async () => {
    await opened('?show=sources')
    const told = [...document.querySelectorAll<HTMLElement>('[data-testid=services-source]')]
    expect(told.map((one) => one.dataset['state'])).toEqual(['quiet', 'silent'])
    expect(told[0]?.textContent).toContain('不判为中断')
    expect(told[1]?.textContent).toContain('约定 1 天内至少联系一次，已超过')
  })

  it('says when there is nothing, when it failed, and keeps what it had', async () => {
    await opened('', { ...FULL, [`GET ${BASE}/matters/items`]: { items: [], more: false, as_of: AT } })
    expect(hook('state-empty')?.textContent).toContain('还没有收到办件')
    shown?.wrapper.unmount()
    await opened('', { ...FULL, [`GET ${BASE}/matters/items`]: new Refusal(503) })
    expect(hook('state-error')).not.toBeNull()
    shown?.wrapper.unmount()
    await opened('')
    answer({ ...FULL, [`GET ${BASE}/matters/items`]: new Refusal(503) })
    hook('services-phase-late')?.click()
    await settled()
    expect([hook('state-stale') !== null, hook('services-matter') !== null]).toEqual([true, true])
  })

  it('speaks English too', async () => {
    setLocale('en')
    await opened('')
    expect(hook('services-matter')?.textContent).toContain('by law 20')
  })
})
