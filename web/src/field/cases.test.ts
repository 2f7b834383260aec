/** Does the street report with the picture first, verify, handle and answer without network, and each thing once? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Case, CaseType, Way } from '../cases/types'
import { i18n, setLocale } from '../kit/i18n'
import { disconnect } from '../kit/live'
import { answer, Refusal, type Answer, type Asked } from '../kit/testing/http'
import type { Session } from '../kit/types'
import FieldPage from './FieldPage.vue'
import { caseStanding } from './cases'
import { memoryStore, type Outgoing } from './queue'
import type { FieldStore } from './store'

vi.mock('./position', async (original) => ({ ...(await original<object>()), placeNow: async () => ({ lon: 107.35, lat: 30.33, accuracy_m: 6 }) }))
vi.mock('./photo', () => ({ shrunk: async () => new Uint8Array([1, 2, 3]).buffer }))

const AT = '2026-11-23T01:00:00Z'
const WORDS = { zh: '词', en: 'word' }
const way = (name: string, origins: string[], to: string, reason = false, roles = ['field_worker', 'department_liaison']): Way =>
  ({ name, title: { zh: `做${name}`, en: `do ${name}` }, origins, to, roles, reason }) as Way
const TYPE = {
  name: 'urban_event', title: { zh: '事件', en: 'event' }, version: 1, example: true,
  classes: [{ code: '01', title: { zh: '市容环境', en: 'a' } }, { code: '0102', title: { zh: '暴露垃圾', en: 'b' } }],
  fields: [{ name: 'component', title: WORDS, kind: 'text', required: false, personal: false, choices: [] }, { name: 'grid', title: WORDS, kind: 'text', required: false, personal: false, choices: [] }],
  stages: [['verifying', '核实中'], ['filing', '待立案'], ['assigned', '待签收'], ['handling', '处置中'], ['answered', '已反馈'], ['dispatching', '待派遣']].map(([name, zh]) => ({ name, title: { zh, en: name }, step: 1, ended: false })),
  ways: [
    way('confirm', ['verifying'], 'filing'), way('disprove', ['verifying'], 'refused', true), way('sign', ['assigned'], 'handling'), way('answer', ['handling'], 'answered'),
    way('return', ['assigned', 'handling'], 'dispatching', true), way('ask_extension', ['assigned', 'handling'], '', true), way('open', ['filing'], 'dispatching', false, ['dispatcher']),
  ],
  clocks: [], answers: [],
} as unknown as CaseType

function one(over: Partial<Case> = {}): Case {
  return {
    id: 'c1', number: 'CGS20261123-0001', type: 'urban_event', type_title: WORDS, example: true, class_code: '0102', class_title: { zh: '暴露垃圾', en: 'rubbish' }, title: '东门垃圾', address: '东门路', area_code: '500231',
    lon: 107.35, lat: 30.33, state: 'assigned', state_title: { zh: '待签收', en: 'to sign' }, step: 4, source: 'collector', level: 'county', owner: 'urban', owner_name: WORDS, partners: [], lamp: 'green', next_due_at: AT,
    returned: 0, reworked: 0, reopened: 0, supervised: 0, extended: 0, forced: false, upheld: false, verified: true, answer: null, asked: [], main_id: null, main_number: null, alarm_id: null, created_at: AT, created_by: '示例',
    closed_at: null, ended_at: null, can: ['sign', 'return', 'ask_extension'], version: 1, ...over,
  } as Case
}

const SESSION = {
  user: { id: 'me', name: '示例采集员', role: 'field_worker', locale: 'zh', permissions: ['tasks.own', 'directives.own', 'cases.own', 'notices.own'], units: [] },
  csrf_token: 'c', server_time: AT, space: { id: 0, name: '' },
} as unknown as Session
const NO_NETWORK = (): never => {
  throw new TypeError('no network')
}
const READS: Record<string, Answer> = {
  'GET /api/session': SESSION, 'GET /api/tasks': { items: [], as_of: AT }, 'GET /api/directives': { items: [], as_of: AT }, 'GET /api/notices': { items: [] },
  'GET /api/cases/types': { items: [TYPE], departments: [] },
}
const CUT = Object.fromEntries(Object.keys(READS).map((route) => [route, NO_NETWORK]))

function phone(): () => Promise<FieldStore> {
  const known = new Map<string, unknown>()
  const memory = memoryStore()
  const store: FieldStore = { ...memory, remember: async (key, value) => void known.set(key, structuredClone(value)), recall: async <T>(key: string) => known.get(key) as T | undefined }
  return async () => store
}

describe('a case on the phone', () => {
  const queued = (name: string, seq: number): Outgoing => ({ user_id: 'me', space: 0, seq, client_id: name, task_id: 'c1', created_at: AT, kind: 'way', way: name })

  it('follows what the centre allows while nothing waits, leaving out what is done at a desk', () => {
    const found = caseStanding(one({ can: ['sign', 'return', 'open', 'supervise'] }), TYPE, 'field_worker', [])
    expect([found.state, found.ways.map((each) => each.name)]).toEqual(['assigned', ['sign', 'return']])
  })

  it('goes on from what waits, and stops where somebody else goes on', () => {
    const signed = caseStanding(one(), TYPE, 'field_worker', [queued('sign', 1)])
    expect([signed.state, signed.waiting, signed.ways.map((each) => each.name)]).toEqual(['handling', true, ['answer', 'return', 'ask_extension']])
    expect(caseStanding(one(), TYPE, 'field_worker', [queued('sign', 1), queued('answer', 2)])).toMatchObject({ state: 'answered', ways: [] })
    expect(caseStanding(one(), TYPE, 'field_worker', [queued('sign', 1), { ...queued('answer', 2), refused: 'no' }]).state).toBe('handling')
  })
})

describe('the page', () => {
  let page: VueWrapper | null = null
  const find = (id: string): ReturnType<VueWrapper['find']> => page!.find(`[data-testid="${id}"]`)

  async function opened(store: () => Promise<FieldStore>): Promise<void> {
    setActivePinia(createPinia())
    page = mount(FieldPage, { props: { store }, global: { plugins: [i18n] } })
    await flushPromises()
  }

  async function photograph(): Promise<void> {
    const input = find('field-photo').element as HTMLInputElement
    Object.defineProperty(input, 'files', { value: [new File(['x'], 'a.jpg')], configurable: true })
    await find('field-photo').trigger('change')
    await flushPromises()
  }

  async function settled(): Promise<void> {
    for (let n = 0; n < 4; n += 1) await flushPromises()
  }

  const posts = (asked: Asked[]): Asked[] => asked.filter((call) => call.method === 'POST')

  beforeEach(() => {
    setLocale('zh')
    localStorage.clear()
    URL.createObjectURL = () => 'blob:x'
    URL.revokeObjectURL = () => undefined
  })
  afterEach(() => {
    page?.unmount()
    disconnect()
  })

  it('opens on the cases for a collector of no crew, and says when there are none', async () => {
    answer({ ...READS, 'GET /api/cases': { items: [], total: 0, as_of: AT } })
    await opened(phone())
    expect(find('field-tab-cases').attributes('aria-pressed')).toBe('true')
    expect(find('field-empty').text()).toContain('现在没有案件')
  })

  it('reports with the picture first, the nearest component, its grid and what was reported there already', async () => {
    const near = { type: 'Component', urn: 'urn:ngsi-ld:Component:C9', name: { zh: '垃圾箱 9', en: 'bin 9' }, area_code: '500231001001003', device: 'C9', distance_m: 4, within: false, properties: { grid: '500231001001003' } }
    const cell = { ...near, type: 'GridCell', urn: 'urn:ngsi-ld:GridCell:500231001001003', device: '500231001001003', within: true, properties: {} }
    const asked = answer({
      ...READS, 'GET /api/cases': { items: [], total: 0, as_of: AT }, 'GET /api/nearby': { items: [near, cell], as_of: AT },
      'GET /api/cases/twins': { items: [{ id: 't', number: 'CGS20261122-0007', ended: false, score: 0.9, distance_m: 8, hours: 2, reasons: [{ zh: '相距 8 米', en: '8 m' }] }], as_of: AT },
      'POST /api/cases': one({ state: 'reported' }),
    })
    await opened(phone())
    await find('field-report-new').trigger('click')
    await settled()
    expect(find('field-report-main').exists()).toBe(false)
    expect(find('field-report-send').attributes('disabled')).toBeDefined()
    await photograph()
    await find('field-report-main').setValue('01')
    await find('field-report-sub').setValue('0102')
    await settled()
    expect(find('field-report-twins').text()).toContain('CGS20261122-0007')
    await find('field-report-things').find('button').trigger('click')
    await page!.find('[data-testid=field-report]').trigger('submit')
    await settled()
    await vi.waitFor(() => expect(posts(asked).length).toBeGreaterThanOrEqual(2))
    const [report, picture] = posts(asked)
    const id = (report?.body as { id: string }).id
    expect(report?.body).toMatchObject({ type: 'urban_event', class_code: '0102', source: 'collector', area_code: '500231001001003', lon: 107.35, form: { component: 'C9', grid: '500231001001003' } })
    expect(picture?.path).toBe(`/api/cases/${id}/pictures`)
    const form = picture?.body as FormData
    expect([form.get('role'), form.get('lon'), form.get('lat')]).toEqual(['near', '107.35', '30.33'])
  })

  it('keeps a report, a signature and an answer with its picture through a lost network, and sends each once in order', async () => {
    const store = phone()
    answer({ ...READS, 'GET /api/cases': { items: [one()], total: 1, as_of: AT }, 'POST /api/cases/c1/steps': NO_NETWORK })
    await opened(store)
    await find('field-case-sign').trigger('click')
    await settled()
    page!.unmount()
    answer({ ...CUT, 'GET /api/cases': NO_NETWORK, 'POST /api/cases/c1/steps': NO_NETWORK, 'POST /api/cases/c1/pictures': NO_NETWORK })
    localStorage.setItem('mudan.space', JSON.stringify({ id: 0, name: '' }))
    await opened(store)
    expect(find('field-case').attributes('data-state')).toBe('handling')
    await find('field-case-answer').trigger('click')
    expect(find('field-case-give').attributes('disabled')).toBeDefined()
    await photograph()
    await page!.find('[data-testid=field-case-ask]').trigger('submit')
    await settled()
    await vi.waitFor(() => expect(find('field-waiting').text()).toBe('本机待传 3 条'))
    expect(find('field-case').attributes('data-state')).toBe('answered')
    page!.unmount()
    const asked = answer({ ...READS, 'GET /api/cases': { items: [], total: 0, as_of: AT }, 'POST /api/cases/c1/steps': one({ state: 'answered' }), 'POST /api/cases/c1/pictures': one() })
    await opened(store)
    await settled()
    const said = posts(asked).map((call) => (call.body instanceof FormData ? `picture ${String(call.body.get('role'))}` : (call.body as { event: string }).event))
    expect(said).toEqual(['sign', 'picture after', 'answer'])
    expect(posts(asked).map((call) => (call.body instanceof FormData ? null : (call.body as { version?: number }).version))).toEqual([undefined, null, undefined])
    expect(find('field-waiting').exists()).toBe(false)
  })

  it('shows how much of a picture has left, stops when told, keeps it and sends it again under its own name', async () => {
    const store = phone()
    let goes = false
    const asked = answer({
      ...READS, 'GET /api/cases': { items: [one({ state: 'handling', can: ['answer'] })], total: 1, as_of: AT }, 'POST /api/cases/c1/steps': one({ state: 'answered' }),
      'POST /api/cases/c1/pictures': () => (goes ? one({ state: 'answered' }) : new Promise(() => {})),
    })
    await opened(store)
    await find('field-case-answer').trigger('click')
    await photograph()
    await page!.find('[data-testid=field-case-ask]').trigger('submit')
    await settled()
    await vi.waitFor(() => expect(find('field-leaving').text()).toContain('50%'))
    await find('field-stop').trigger('click')
    await settled()
    expect(find('field-leaving').exists()).toBe(false)
    expect(find('field-refused').text()).toContain('照片仍在本机')
    goes = true
    await find('field-again').trigger('click')
    await vi.waitFor(() => expect(find('field-refused').exists()).toBe(false))
    await settled()
    const pictures = posts(asked).filter((call) => call.body instanceof FormData)
    expect([pictures.length, new Set(pictures.map((call) => (call.body as FormData).get('client_id'))).size]).toEqual([2, 1])
  })

  it('sends a return whose answer was lost again under the same id, and the case that has left is gone', async () => {
    const store = phone()
    let heard = false
    const lost = (): unknown => {
      heard = true
      return NO_NETWORK()
    }
    const first = answer({ ...READS, 'GET /api/cases': { items: [one()], total: 1, as_of: AT }, 'POST /api/cases/c1/steps': lost })
    await opened(store)
    await find('field-case-return').trigger('click')
    await find('field-case-words').setValue('属交通局')
    await page!.find('[data-testid=field-case-ask]').trigger('submit')
    await settled()
    expect(heard).toBe(true)
    expect(find('field-waiting').text()).toBe('本机待传 1 条')
    page!.unmount()
    localStorage.setItem('mudan.space', JSON.stringify({ id: 0, name: '' }))
    const again = answer({ ...READS, 'GET /api/cases': { items: [], total: 0, as_of: AT }, 'POST /api/cases/c1/steps': one({ state: 'dispatching', owner: null, can: [] }) })
    await opened(store)
    await settled()
    const id = (asked: Asked[]): unknown => (posts(asked)[0]?.body as { client_id?: string } | undefined)?.client_id
    expect(id(first)).toBeTruthy()
    expect(id(again)).toBe(id(first))
    expect(find('field-waiting').exists()).toBe(false)
    expect(find('field-case').exists()).toBe(false)
  })

  it('confirms what it was sent to see with a picture, and says in words why there is none', async () => {
    const asked = answer({ ...READS, 'GET /api/cases': { items: [one({ state: 'verifying', can: ['confirm', 'disprove'] })], total: 1, as_of: AT }, 'POST /api/cases/c1/steps': one({ state: 'filing', can: [] }), 'POST /api/cases/c1/pictures': one() })
    await opened(phone())
    await find('field-case-confirm').trigger('click')
    expect(page!.text()).toContain('请拍核实照片')
    await find('field-case-words').setValue('雨太大无法拍照')
    await page!.find('[data-testid=field-case-ask]').trigger('submit')
    await settled()
    expect(posts(asked).map((call) => call.body)).toMatchObject([{ event: 'confirm', note: '雨太大无法拍照' }])
  })

  it('returns with a reason and asks for more time', async () => {
    const asked = answer({ ...READS, 'GET /api/cases': { items: [one()], total: 1, as_of: AT }, 'POST /api/cases/c1/steps': one({ can: ['return'] }) })
    await opened(phone())
    await find('field-case-ask_extension').trigger('click')
    await find('field-case-more').setValue('2')
    await find('field-case-words').setValue('等配件')
    await page!.find('[data-testid=field-case-ask]').trigger('submit')
    await settled()
    await find('field-case-return').trigger('click')
    expect(find('field-case-give').attributes('disabled')).toBeDefined()
    await find('field-case-words').setValue('属交通局')
    await page!.find('[data-testid=field-case-ask]').trigger('submit')
    await settled()
    expect(posts(asked).map((call) => call.body)).toMatchObject([{ event: 'ask_extension', more: 2, reason: '等配件' }, { event: 'return', reason: '属交通局' }])
  })

  it('shows what the centre refused, by its name', async () => {
    answer({ ...READS, 'GET /api/cases': { items: [one()], total: 1, as_of: AT }, 'POST /api/cases/c1/steps': new Refusal(403, 'not_allowed', '已派给其他部门') })
    await opened(phone())
    await find('field-case-sign').trigger('click')
    await settled()
    expect(find('field-refused').text()).toContain('案件步骤')
    expect(find('field-refused').text()).toContain('已派给其他部门')
  })
})
