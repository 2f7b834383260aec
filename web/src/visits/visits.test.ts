/** Is a visit that was entered without network sent once, with its picture after it, and is a conflict shown? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import FieldPage from '../field/FieldPage.vue'
import { memoryStore, type Outgoing } from '../field/queue'
import type { FieldStore } from '../field/store'
import { i18n, setLocale } from '../kit/i18n'
import { disconnect } from '../kit/live'
import { answer, Refusal, type Answer } from '../kit/testing/http'
import type { Session } from '../kit/types'
import { rememberPerson } from '../shell/person'
import { emptyDraft, entryOf, missing } from './entry'
import OpenHousehold from './OpenHousehold.vue'
import type { Day, Stop, Visit } from './types'
import { isStale, shownDay } from './useVisits'

const TEXT = (zh: string) => ({ zh, en: zh })
const STOP: Stop = {
  id: 'v1', household_id: 'h1', address: '示例路1号', shown_as: '示*', care: [{ code: 'lives_alone', title: TEXT('独居') }], example: true, area_code: '500231100', lon: 107.3, lat: 30.3,
  kind: 'care', kind_title: TEXT('关爱走访'), origin: 'cadence', state: 'planned', words: '', due_on: '2026-11-22', overdue: true, planned_on: '2026-11-23', post: 'doctor', post_title: TEXT('家庭医生'), outcome: null, outcome_title: null, note: '', checks: {}, mediation: '',
  solved: [], serves: [], spared: 0, cases: [], receipts: 0, photos: [], done_at: null, done_by: '', cancel_reason: '', version: 1, metres: 120, tell: ['n1'],
}
const MADE: Visit = {
  ...STOP, state: 'done', outcome: 'met', outcome_title: TEXT('见到本人'), done_at: '2026-11-23T01:00:00Z', spared: 4,
  serves: [{ name: 'visit_log', title: TEXT('走访记录'), takes: ['at'] }, { name: 'care_list', title: TEXT('重点关爱台账'), takes: ['at'] }],
}
const WORDS = (...codes: string[]) => codes.map((code) => ({ code, title: TEXT(code) }))
const DAY: Day = {
  today: new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10), stops: [STOP], later: 0, made: [],
  notices: [{ id: 'n1', area_code: '5', title: '停水', words: '明日停水', care: [], since: '2026-11-23', until: '2026-11-24', made_by: '示例', asked: 1, told: 0 }],
  calls: [{ run_id: 'r1', step_id: 's1', title: '转移', words: '请转移', level: 1, name: '东村', people: 9, state: 'unreached', lon: null, lat: null }],
  repairs: [], kinds: WORDS('care'), outcomes: WORDS('met', 'not_home'), checks: WORDS('gas'), classes: WORDS('0201'), as_of: '2026-11-23T01:00:00Z',
}
const SESSION = {
  user: { id: 'me', name: '示例网格员', role: 'field_worker', locale: 'zh', permissions: ['tasks.own', 'directives.own', 'visits.own', 'households.purpose'], units: [] },
  csrf_token: 'c', server_time: '2026-11-23T01:00:00Z', space: { id: 0, name: '' },
} as unknown as Session
const NO_NETWORK = (): never => {
  throw new TypeError('no network')
}

function phone(): () => Promise<FieldStore> {
  const known = new Map<string, unknown>()
  const memory = memoryStore()
  const store: FieldStore = {
    ...memory,
    add: (item) => memory.add(structuredClone(item)),
    remember: async (key, value) => void known.set(key, structuredClone(value)),
    recall: async <T>(key: string) => known.get(key) as T | undefined,
  }
  return async () => store
}

describe('an entry', () => {
  it('needs nothing but its outcome, and who answered where somebody was called', () => {
    const draft = emptyDraft(STOP)
    expect(missing(draft, null)).toBe('outcome')
    draft.outcome = 'met'
    expect(missing(draft, null)).toBeNull()
    draft.problem.title = '漏水'
    expect(missing(draft, null)).toBe('problem')
    draft.problem.class_code = '0201'
    expect([missing(draft, null), missing(draft, DAY.calls[0]!)]).toEqual([null, 'answeredBy'])
  })

  it('tells nothing to who was not at home', () => {
    const draft = { ...emptyDraft(STOP), outcome: 'not_home' as const, mediation: '和解', answeredBy: '甲' }
    expect(entryOf(draft, STOP, DAY.calls[0]!)).toMatchObject({ receipts: [], mediation: '', answer: null, visit_id: 'v1' })
    expect(entryOf({ ...draft, outcome: 'met' }, STOP, null)).toMatchObject({ receipts: ['n1'], mediation: '和解' })
  })
})

describe('the day', () => {
  const waiting = (part: Partial<Outgoing>): Outgoing => ({ user_id: 'me', space: 0, seq: 1, client_id: 'c1', task_id: 'v1', created_at: '', kind: 'visit', ...part })

  it('leaves out what waits on the phone and counts its pictures; what was refused comes back', () => {
    const queued = [waiting({}), waiting({ seq: 2, kind: 'visit_photo', task_id: 'c1' })]
    expect(shownDay(DAY, queued)).toMatchObject({ stops: [], waiting: [{ about: 'v1', address: '示例路1号', photos: 1 }] })
    expect(shownDay(DAY, [waiting({ refused: 'x' })])).toMatchObject({ stops: [{ id: 'v1' }], waiting: [] })
  })

  it('of yesterday is not taken for today, by the clock of China', () => {
    const day = { ...DAY, today: '2026-11-23' }
    expect([isStale(day, Date.parse('2026-11-23T15:59:00Z')), isStale(day, Date.parse('2026-11-23T16:01:00Z'))]).toEqual([false, true])
  })
})

describe('the page', () => {
  let page: VueWrapper | null = null
  const find = (id: string): ReturnType<VueWrapper['find']> => page!.find(`[data-testid="${id}"]`)
  const known = (more: Record<string, Answer> = {}): Record<string, Answer> => ({
    'GET /api/session': SESSION, 'GET /api/tasks': { items: [], as_of: '' }, 'GET /api/directives': { items: [], total: 0, as_of: '' }, 'GET /api/notices': { items: [] }, 'GET /api/visits/day': DAY, ...more,
  })

  async function opened(store: () => Promise<FieldStore>): Promise<void> {
    setActivePinia(createPinia())
    page = mount(FieldPage, { props: { store }, global: { plugins: [i18n] } })
    await flushPromises()
    await vi.waitFor(() => expect(find('visits-panel').exists() || find('visits-none').exists()).toBe(true))
  }

  async function entered(): Promise<void> {
    await find('visit-begin').trigger('click')
    await find('visit-outcome-met').setValue()
    await find('visit-note').setValue('精神好')
    await find('visit-form').trigger('submit')
    await flushPromises()
  }

  beforeEach(() => {
    setLocale('zh')
    localStorage.clear()
  })
  afterEach(() => {
    page?.unmount()
    disconnect()
    vi.useRealTimers()
  })

  it('shows the way of the day, notices and calls to who goes from door to door', async () => {
    answer(known())
    await opened(phone())
    await vi.waitFor(() => expect(find('visit-stop').exists()).toBe(true))
    expect(find('visit-stop').text()).toContain('示*')
    expect(find('visit-post').text()).toContain('家庭医生')
    expect(find('visit-notice').text()).toContain('明日停水')
    expect(find('visit-call').text()).toContain('东村')
  })

  it('lets who opened a household say what it was for when the auditor asks', async () => {
    let items: unknown[] = [{ id: 'o1', at: '2026-11-23T01:00:00Z', address: '示例路1号', purpose_title: TEXT('入户走访'), verdict_note: '为何查看？' }]
    const asked = answer(known({
      'GET /api/households/openings/mine': () => ({ items, as_of: '' }),
      'POST /api/households/openings/o1/explain': () => {
        items = []
        return {}
      },
    }))
    await opened(phone())
    await vi.waitFor(() => expect(find('explain-openings').exists()).toBe(true))
    expect(find('explain-openings').text()).toContain('为何查看？')
    await find('explain-text').setValue('走访')
    await find('explain-openings').find('form').trigger('submit')
    await vi.waitFor(() => expect(find('explain-openings').exists()).toBe(false))
    expect(asked.find((call) => call.method === 'POST')!.body).toEqual({ text: '走访' })
  })

  it('keeps what was entered without network and sends it once when the network is back', async () => {
    const store = phone()
    const asked = answer(known())
    await opened(store)
    await vi.waitFor(() => expect(find('visit-stop').exists()).toBe(true))
    page!.unmount()
    rememberPerson('me')
    answer(known({ 'GET /api/visits/day': NO_NETWORK, 'POST /api/visits': NO_NETWORK, 'GET /api/tasks': NO_NETWORK, 'GET /api/session': NO_NETWORK }))
    await opened(store)
    expect(asked.length).toBeGreaterThan(0)
    expect(find('visits-old').exists()).toBe(true)
    await entered()
    expect(find('visit-waiting').text()).toContain('示例路1号')
    expect(find('visit-stop').exists()).toBe(false)
    const again = answer(known({ 'GET /api/visits/day': { ...DAY, stops: [], made: [MADE] }, 'POST /api/visits': MADE }))
    window.dispatchEvent(new Event('online'))
    await vi.waitFor(() => expect(find('visit-made').exists()).toBe(true))
    const posts = again.filter((call) => call.method === 'POST')
    expect(posts.length).toBe(1)
    expect(posts[0]!.body).toMatchObject({ visit_id: 'v1', outcome: 'met', note: '精神好', receipts: ['n1'], client_id: expect.any(String) })
    expect(find('visit-serves').text()).toContain('2 处')
    expect(find('field-waiting').exists()).toBe(false)
  })

  it('shows that somebody else has made the visit meanwhile, and the list as it is', async () => {
    answer(known({ 'POST /api/visits': new Refusal(409, 'conflict', '示例甲 has made this visit meanwhile') }))
    await opened(phone())
    await vi.waitFor(() => expect(find('visit-stop').exists()).toBe(true))
    await entered()
    await vi.waitFor(() => expect(find('field-refused').exists()).toBe(true))
    expect(find('field-refused').text()).toContain('示例甲 has made this visit meanwhile')
  })

  it('sends a picture after its entry, under the name that the phone gave it', async () => {
    const asked = answer(known({ 'POST /api/visits': MADE }))
    const store = phone()
    await opened(store)
    await (await store()).add({ user_id: 'me', space: 0, client_id: 'e1', task_id: 'v1', created_at: '2026-11-23T01:00:00Z', kind: 'visit', visit: entryOf({ ...emptyDraft(STOP), outcome: 'met' }, STOP, null) })
    await (await store()).add({ user_id: 'me', space: 0, client_id: 'p1', task_id: 'e1', created_at: '2026-11-23T01:00:00Z', kind: 'visit_photo', image: new ArrayBuffer(2) })
    page!.unmount()
    await opened(store)
    await vi.waitFor(() => expect(asked.filter((call) => call.method === 'POST').length).toBe(2))
    expect(asked.filter((call) => call.method === 'POST').map((call) => call.path)).toEqual(['/api/visits', '/api/visits/e1/photos'])
  })

  it('opens a household for the visit and forgets who lives there when the view lapses', async () => {
    vi.useFakeTimers()
    const at = Date.parse('2026-11-23T01:00:00Z')
    const asked = answer({
      'POST /api/households/h1/open': {
        opening: { id: 'o1', ends_at: new Date(at + 900_000).toISOString() }, as_of: new Date(at).toISOString(),
        residents: [{ name: '示例甲', phone: '13900000001', relation: '', born: null, care: [], note: '' }],
      },
    })
    page = mount(OpenHousehold, { props: { household: 'h1', visit: 'v1', now: at }, global: { plugins: [i18n] } })
    await find('visit-open').trigger('click')
    await vi.advanceTimersByTimeAsync(10)
    expect(asked[0]!.body).toMatchObject({ purpose: 'visit', subject_id: 'v1' })
    expect(find('visit-residents').text()).toContain('13900000001')
    await vi.advanceTimersByTimeAsync(900_000)
    expect(page!.text()).not.toContain('13900000001')
  })
})
