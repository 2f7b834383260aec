/** Does the phone send every step once, in order, under the right name, and keep it through a reload? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { disconnect } from '../kit/live'
import { i18n, setLocale } from '../kit/i18n'
import { answer, Refusal } from '../kit/testing/http'
import { FakeSocket } from '../kit/testing/setup'
import type { Directive } from '../directives/types'
import type { Session, Task } from '../kit/types'
import FieldPage from './FieldPage.vue'
import PhotoButton from './PhotoButton.vue'
import PlaceMap from './PlaceMap.vue'
import { rememberPerson } from '../shell/person'
import { page as shellPage } from '../shell/space'
import { fitted } from './photo'
import { memoryStore, Queue, uuid, type FieldEvent, type NewOutgoing, type Outcome, type Outgoing, type Owner } from './queue'
import { standing } from './steps'
import type { FieldStore } from './store'

const ME: Owner = { user_id: 'me', space: 0 }

function step(event: FieldEvent, owner = ME): NewOutgoing {
  return { ...owner, client_id: `id-${event}`, task_id: 't1', created_at: '2026-11-23T01:00:00Z', kind: 'event', event }
}

describe('the queue', () => {
  it('sends oldest first and stops at the first that must wait', async () => {
    const sent: string[] = []
    let net = false
    const queue = new Queue(memoryStore(), async (item): Promise<Outcome> => {
      if (!net && item.event === 'depart') return { kind: 'later' }
      sent.push(item.client_id)
      return { kind: 'sent' }
    })
    for (const event of ['accept', 'depart', 'arrive'] as const) await queue.add(step(event))
    expect(await queue.flush(ME)).toEqual({ sent: 1, stopped: 'later' })
    expect(sent).toEqual(['id-accept'])
    net = true
    expect(await queue.flush(ME)).toEqual({ sent: 2, stopped: 'empty' })
    expect(sent).toEqual(['id-accept', 'id-depart', 'id-arrive'])
  })

  it('repeats a step whose answer was lost under the same id, so that it counts once', async () => {
    const counted = new Set<string>()
    let tries = 0
    const queue = new Queue(memoryStore(), async (item): Promise<Outcome> => {
      counted.add(item.client_id)
      tries += 1
      return tries === 1 ? { kind: 'later' } : { kind: 'sent' }
    })
    await queue.add(step('accept'))
    await queue.flush(ME)
    await queue.flush(ME)
    expect([tries, counted.size, (await queue.all()).length]).toEqual([2, 1, 0])
  })

  it('runs once when it is asked twice at the same time', async () => {
    let tries = 0
    const queue = new Queue(memoryStore(), async (): Promise<Outcome> => {
      tries += 1
      return { kind: 'sent' }
    })
    await queue.add(step('accept'))
    await Promise.all([queue.flush(ME), queue.flush(ME)])
    expect(tries).toBe(1)
  })

  it('keeps a refused step with its reason and goes on with the next', async () => {
    const queue = new Queue(memoryStore(), async (item): Promise<Outcome> =>
      item.event === 'accept' ? { kind: 'refused', why: 'expired' } : { kind: 'sent' },
    )
    await queue.add(step('accept'))
    await queue.add(step('depart'))
    await queue.flush(ME)
    expect((await queue.all()).map((item) => [item.event, item.refused])).toEqual([['accept', 'expired']])
  })

  it('never sends what another account queued, nor what was queued in an exercise into reality', async () => {
    const send = vi.fn(async (): Promise<Outcome> => ({ kind: 'sent' }))
    const queue = new Queue(memoryStore(), send)
    await queue.add(step('accept', { ...ME, user_id: 'somebody' }))
    await queue.add({ ...step('depart', { ...ME, space: 3 }), kind: 'panic' })
    expect(await queue.flush(ME)).toEqual({ sent: 0, stopped: 'empty' })
    expect(send).not.toHaveBeenCalled()
  })

  it('sends a cry for rescue before everything that waits, and a call for help before the rest', async () => {
    const sent: string[] = []
    const queue = new Queue(memoryStore(), async (item): Promise<Outcome> => {
      sent.push(item.kind)
      return { kind: 'sent' }
    })
    await queue.add(step('accept'))
    await queue.add({ ...step('depart'), client_id: 'h', kind: 'help' })
    await queue.add({ ...step('depart'), client_id: 'p', kind: 'panic' })
    await queue.flush(ME)
    expect(sent).toEqual(['panic', 'help', 'event'])
  })

  it('makes ids in the form of RFC 9562 version 4', () => {
    expect(uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(uuid()).not.toBe(uuid())
  })
})

describe('steps', () => {
  const queued = (event: FieldEvent, seq: number): Outgoing => ({ ...step(event), seq })

  it('follow the centre where nothing waits, without what only the centre may do', () => {
    const task = { id: 't1', state: 'offered', next: ['accept', 'decline', 'cancel'] }
    expect(standing(task, [])).toEqual({ state: 'offered', waiting: false, steps: ['accept', 'decline'] })
  })

  it('go on from what waits on the phone, and say that it waits', () => {
    const task = { id: 't1', state: 'offered', next: ['accept', 'decline'] }
    const found = standing(task, [queued('accept', 1), queued('depart', 2)])
    expect(found).toEqual({ state: 'en_route', waiting: true, steps: ['arrive', 'stage', 'fail', 'hand_over'] })
  })

  it('do not count a refused step', () => {
    const task = { id: 't1', state: 'offered', next: ['accept'] }
    expect(standing(task, [{ ...queued('accept', 1), refused: 'late' }]).waiting).toBe(false)
  })
})

it('photos fit into 1600 px and small ones stay', () => {
  expect(fitted(4000, 3000)).toEqual({ width: 1600, height: 1200 })
  expect(fitted(800, 600)).toEqual({ width: 800, height: 600 })
})

const SESSION = {
  user: { id: 'me', name: '示例', role: 'field_worker', locale: 'zh', permissions: ['tasks.own', 'directives.own'], units: [{ id: 'u1', code: 'FL-1', name: { zh: '一队', en: 'One' } }] },
  csrf_token: 'c',
  server_time: '2026-11-23T01:00:00Z',
  space: { id: 0, name: '' },
} as unknown as Session
const EXERCISE = { ...SESSION, space: { id: 3, name: '演练' } } as Session

function task(state: Task['state'] = 'offered', next: Task['next'] = ['accept', 'decline']): Task {
  return {
    id: 't1',
    incident: { id: 'i1', number: 'N1', title: '积水', level: 2, lon: 107.3, lat: 30.3, address: '示例路' },
    unit: { id: 'u1', code: 'FL-1', name: { zh: '一队', en: 'One' }, kind: 'flood_rescue' },
    state,
    next,
    order: '前往处置',
    offered_at: '2026-11-23T01:00:00Z',
    expires_at: null,
    stamps: {},
    decline_reason: null,
    receipt: { state: 'none', sent_at: null, delivered_at: null, reason: null },
    proposal: null,
    starts_at: null,
    successor: null,
    help: [],
    par: null,
    photos: [],
    version: 1,
  }
}

/** A phone: its database outlives the page. */
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

function duty(part: Partial<Directive> = {}): Directive {
  return {
    id: 'd1', number: 'D20261123-001', title: '查明渗水原因', text: '', source: 'instruction', origin: null, level: 2, mandatory: true,
    target: { name: { zh: '水务局', en: 'Water' }, department: 'water', role: null, group: null, person_id: null }, area_code: '500231',
    incident_id: null, incident_number: null, state: 'issued', evidence: ['photo'], evidence_count: 0, evidence_given: [], deadline_kind: 'after_receipt', within_s: 1800,
    receive_by: '2026-11-23T01:10:00Z', due_at: null, next_deadline: '2026-11-23T01:10:00Z', overdue: true, ladder: 1, next_reminder_at: '2026-11-23T01:15:00Z',
    every_s: 3600, next_occurrence_at: '2026-11-23T02:00:00Z', occurrence: 1, series_stopped: false, depends_on: [], created_at: '2026-11-23T01:00:00Z', created_by: '',
    issued_at: '2026-11-23T01:00:00Z', received_at: null, received_by: '', submitted_at: null, submitted_by: '', ended_at: null, verified_by: '', end_reason: '',
    extension_asked: false, mine: true, can: ['receive'], version: 1,
    ...part,
  }
}

const NO_NETWORK = (): never => {
  throw new TypeError('no network')
}

describe('the page', () => {
  let page: VueWrapper | null = null

  async function opened(store: () => Promise<FieldStore>): Promise<VueWrapper> {
    setActivePinia(createPinia())
    page = mount(FieldPage, { props: { store }, global: { plugins: [i18n] } })
    await flushPromises()
    return page
  }

  const find = (id: string): ReturnType<VueWrapper['find']> => page!.find(`[data-testid="${id}"]`)

  beforeEach(() => {
    setLocale('zh')
    localStorage.clear()
  })
  afterEach(() => {
    page?.unmount()
    disconnect()
  })

  it('says that there is no task', async () => {
    answer({ 'GET /api/session': SESSION, 'GET /api/tasks': { items: [], as_of: '2026-11-23T01:00:00Z' } })
    await opened(phone())
    expect(find('field-empty').exists()).toBe(true)
  })

  it('says that it has no permission', async () => {
    answer({ 'GET /api/session': SESSION, 'GET /api/tasks': new Refusal(403) })
    await opened(phone())
    expect(page!.text()).toContain('没有现场任务权限')
  })

  it('shows the order with place and steps, and sends a step with its id and time', async () => {
    const asked = answer({
      'GET /api/session': SESSION,
      'GET /api/tasks': { items: [task()], as_of: '2026-11-23T01:00:00Z' },
      'POST /api/tasks/t1/events': task('accepted', ['depart', 'arrive', 'decline']),
    })
    await opened(phone())
    expect(find('field-order').text()).toBe('前往处置')
    expect(find('field-navigate').attributes('href')).toMatch(/^geo:30.3,107.3/)
    await find('field-accept').trigger('click')
    await flushPromises()
    const post = asked.find((call) => call.method === 'POST')
    expect(post?.body).toMatchObject({ event: 'accept', client_id: expect.any(String), device_at: expect.any(String) })
    expect(post?.headers['X-CSRF-Token']).toBe('c')
  })

  it('draws the way by road from where the phone is, with what is restricted on it', async () => {
    vi.stubGlobal('navigator', Object.create(navigator, { geolocation: { value: { getCurrentPosition: (got: (at: object) => void) => got({ coords: { longitude: 107.31, latitude: 30.31, accuracy: 5 } }) } } }))
    const way = {
      reachable: true, seconds: 540, free_seconds: 500, metres: 6200, line: { type: 'LineString', coordinates: [[107.31, 30.31], [107.3, 30.3]] }, steps: [],
      closures: [{ id: 'c', reason: '积水 20 厘米', depth_m: 0.2, penalty: 2 }], others: 0, start_off_road_m: 0, end_off_road_m: 0, profile: 'truck', schematic: true, graph_version: '', closure_version: 1, as_of: '2026-11-23T01:00:00Z',
    }
    const asked = answer({ 'GET /api/tasks/t1/way': way })
    page = mount(PlaceMap, { props: { task: 't1', lon: 107.3, lat: 30.3, name: '积水', level: 2 }, global: { plugins: [i18n], stubs: { MapView: true } } })
    await flushPromises()
    expect(find('field-way').attributes('data-state')).toBe('known')
    expect(find('field-way').text()).toContain('积水 20 厘米')
    expect(asked.find((call) => call.path.endsWith('/way'))?.query.get('lon')).toBe('107.31')
  })

  it('asks for a reason before it declines', async () => {
    const asked = answer({
      'GET /api/session': SESSION,
      'GET /api/tasks': { items: [task()], as_of: '2026-11-23T01:00:00Z' },
      'POST /api/tasks/t1/events': task('declined', []),
    })
    await opened(phone())
    await find('field-decline').trigger('click')
    expect(find('field-decline-confirm').attributes('disabled')).toBeDefined()
    await find('field-why-vehicle').setValue(true)
    await page!.find('form').trigger('submit')
    await flushPromises()
    expect(asked.find((call) => call.method === 'POST')?.body).toMatchObject({ event: 'decline', reason: '车辆或装备故障' })
  })

  it('keeps steps through a lost network and a reload, shows them as waiting, and sends them once in order', async () => {
    const store = phone()
    answer({
      'GET /api/session': SESSION,
      'GET /api/tasks': { items: [task()], as_of: '2026-11-23T01:00:00Z' },
      'POST /api/tasks/t1/events': NO_NETWORK,
    })
    await opened(store)
    await find('field-accept').trigger('click')
    await flushPromises()
    await find('field-depart').trigger('click')
    await flushPromises()
    expect(find('field-waiting').text()).toBe('本机待传 2 条')
    page!.unmount()

    answer({ 'GET /api/session': NO_NETWORK, 'GET /api/tasks': NO_NETWORK, 'POST /api/tasks/t1/events': NO_NETWORK })
    FakeSocket.all = []
    await opened(store)
    expect(find('field-task').attributes('data-state')).toBe('en_route')
    expect(find('field-state').text()).toContain('待传')
    expect(find('field-status').text()).toContain('无网络')
    page!.unmount()

    const asked = answer({
      'GET /api/session': SESSION,
      'GET /api/tasks': { items: [task('en_route', ['arrive'])], as_of: '2026-11-23T01:00:00Z' },
      'POST /api/tasks/t1/events': task('en_route', ['arrive']),
    })
    await opened(store)
    await flushPromises()
    const events = asked.filter((call) => call.method === 'POST').map((call) => (call.body as { event: string }).event)
    expect(events).toEqual(['accept', 'depart'])
    expect(find('field-waiting').exists()).toBe(false)
    expect(find('field-task').attributes('data-waiting')).toBe('false')
  })

  it('shows and sends nothing of an exercise in reality, nor of who has signed out', async () => {
    const store = phone()
    const queued = { 'POST /api/tasks/t1/events': NO_NETWORK, 'GET /api/tasks': { items: [task()], as_of: '2026-11-23T01:00:00Z' } }
    answer({ 'GET /api/session': EXERCISE, ...queued })
    await opened(store)
    await find('field-accept').trigger('click')
    await flushPromises()
    expect(find('field-waiting').text()).toBe('本机待传 1 条')
    page!.unmount()
    const asked = answer({ 'GET /api/session': SESSION, 'GET /api/tasks': { items: [], as_of: '2026-11-23T01:05:00Z' } })
    await opened(store)
    expect(find('field-task').exists()).toBe(false)
    expect(find('field-waiting').exists()).toBe(false)
    expect(page!.text()).toContain('本机还有 1 条属于另一账号，或另一数据空间')
    expect(asked.some((call) => call.method === 'POST')).toBe(false)
    page!.unmount()
    localStorage.setItem('mudan.space', JSON.stringify({ id: 3, name: '' }))
    answer({ 'GET /api/session': NO_NETWORK, 'GET /api/tasks': NO_NETWORK })
    await opened(store)
    expect(find('field-task').attributes('data-state')).toBe('accepted')
    page!.unmount()
    rememberPerson(null)
    await opened(store)
    expect([find('field-crew').exists(), find('field-task').exists()]).toEqual([false, false])
  })

  it('loads anew, and keeps what waits, when another window has left the exercise', async () => {
    const anew = vi.spyOn(shellPage, 'loadAnew').mockImplementation(() => undefined)
    const asked = answer({
      'GET /api/session': EXERCISE, 'GET /api/tasks': { items: [task()], as_of: '2026-11-23T01:00:00Z' },
      'POST /api/tasks/t1/events': new Refusal(412, 'other_space'),
    })
    await opened(phone())
    await find('field-accept').trigger('click')
    await flushPromises()
    expect(asked.find((call) => call.method === 'POST')?.headers['X-Mudan-Space']).toBe('3')
    expect(anew).toHaveBeenCalled()
    expect(find('field-waiting').text()).toBe('本机待传 1 条')
  })

  it('does a directive without network: receives, proves and submits it in order, and says what is late', async () => {
    const store = phone()
    answer({ 'GET /api/session': SESSION, 'GET /api/tasks': { items: [], as_of: '' }, 'GET /api/directives': { items: [duty()], total: 1, as_of: '' }, 'POST /api/directives/d1/steps': NO_NETWORK })
    await opened(store)
    expect(find('field-tab-duties').text()).toContain('超期 1')
    await find('field-tab-duties').trigger('click')
    expect(find('field-rung').text()).toBe('催办')
    await find('duty-receive').trigger('click')
    await flushPromises()
    await find('duty-submit').trigger('click')
    expect(find('duty-submit-confirm').attributes('disabled')).toBeDefined()
    await page!.find('[data-testid="field-duty"] .ask .second').trigger('click')
    page!.findComponent(PhotoButton).vm.$emit('taken', new ArrayBuffer(4))
    await flushPromises()
    await find('duty-submit').trigger('click')
    await page!.find('[data-testid="field-duty"] form').trigger('submit')
    await flushPromises()
    expect(find('field-duty').attributes('data-state')).toBe('submitted')
    page!.unmount()
    const done = { ...duty({ state: 'submitted' }), history: [], proof: [], extensions: [], as_of: '' }
    const asked = answer({
      'GET /api/session': SESSION, 'GET /api/tasks': { items: [], as_of: '' }, 'GET /api/directives': { items: [duty()], total: 1, as_of: '' },
      'POST /api/directives/d1/steps': done, 'POST /api/directives/d1/photos': done,
    })
    await opened(store)
    await flushPromises()
    const sent = asked.filter((call) => call.method === 'POST').map((call) => (call.body as { event?: string }).event ?? call.path)
    expect(sent).toEqual(['receive', '/api/directives/d1/photos', 'submit'])
  })

  it('gives a form without network and the reading of an instrument as proof', async () => {
    const reading = { urn: 'urn:ngsi-ld:Station:1', name: { zh: '示例站', en: 'Station' }, quantity: 'water_level', value: 3.5, unit: 'm', observed_at: '2026-11-23T01:00:00Z' }
    const due = duty({ state: 'received', evidence: ['form', 'telemetry'], evidence_given: [] })
    const asked = answer({
      'GET /api/session': SESSION, 'GET /api/tasks': { items: [], as_of: '' }, 'GET /api/directives': { items: [due], total: 1, as_of: '' },
      'GET /api/directives/d1/instruments': { items: [reading], as_of: '' }, 'POST /api/directives/d1/evidence': NO_NETWORK,
    })
    await opened(phone())
    await find('field-tab-duties').trigger('click')
    await find('duty-form-open').trigger('click')
    await find('duty-form').setValue('水位')
    expect(find('duty-form-confirm').attributes('disabled')).toBeDefined()
    await find('duty-form').setValue('水位：3.5 米\n备注')
    await page!.find('[data-testid="field-duty"] form').trigger('submit')
    await flushPromises()
    await find('duty-telemetry-open').trigger('click')
    await find('reading-search').setValue('示例')
    await vi.waitFor(() => expect(find('reading-choose').exists()).toBe(true))
    await find('reading-choose').trigger('click')
    await vi.waitFor(() => expect(find('field-waiting').text()).toBe('本机待传 2 条'))
    expect(asked.filter((call) => call.method === 'POST').map((call) => call.body)[0]).toMatchObject({ kind: 'form', form: { 水位: '3.5 米' } })
    expect(find('duty-submit').exists()).toBe(true)
    await find('duty-submit').trigger('click')
    expect(find('duty-submit-confirm').attributes('disabled')).toBeUndefined()
  })

  it('opens with the directives for a department, without SOS and without the cries of others', async () => {
    const liaison = { ...SESSION, user: { ...SESSION.user, permissions: ['directives.own', 'tasks.read'], units: [] } } as unknown as Session
    const asked = answer({ 'GET /api/session': liaison, 'GET /api/tasks': { items: [], as_of: '' }, 'GET /api/directives': { items: [duty()], total: 1, as_of: '' }, 'GET /api/panics': { items: [{ id: 'other' }] } })
    await opened(phone())
    expect(find('field-duty').exists()).toBe(true)
    expect([find('panic-hold').exists(), find('panic-standing').exists(), find('field-desk').exists()]).toEqual([false, false, true])
    expect(asked.some((call) => call.path === '/api/panics')).toBe(false)
  })

  it('says when an order was taken away', async () => {
    let items = [task('accepted', ['depart'])]
    answer({ 'GET /api/session': SESSION, 'GET /api/tasks': () => ({ items, as_of: '2026-11-23T01:00:00Z' }) })
    await opened(phone())
    items = []
    const socket = FakeSocket.all.at(-1)!
    socket.open()
    const id = (socket.sent.find((message) => message['topic'] === 'tasks') as { id: string }).id
    socket.say({ id, do: 'subscribed' })
    await flushPromises()
    expect(find('field-ended').exists()).toBe(true)
  })

  it('shows what the centre refused, with its words', async () => {
    answer({
      'GET /api/session': SESSION,
      'GET /api/tasks': { items: [task()], as_of: '2026-11-23T01:00:00Z' },
      'POST /api/tasks/t1/events': new Refusal(409, 'conflict', '已超时'),
    })
    await opened(phone())
    await find('field-accept').trigger('click')
    await flushPromises()
    expect(find('field-refused').text()).toContain('已超时')
    expect(find('field-task').attributes('data-waiting')).toBe('false')
  })

  it('tells why a report was kept and does not count', async () => {
    const late = { ...task('cancelled', []), why_not: { zh: '任务当时的状态不允许', en: 'not in a state for it' } }
    answer({
      'GET /api/session': SESSION,
      'GET /api/tasks': { items: [task()], as_of: '2026-11-23T01:00:00Z' },
      'POST /api/tasks/t1/events': late,
    })
    await opened(phone())
    await find('field-accept').trigger('click')
    await flushPromises()
    expect(find('field-refused').text()).toContain('任务当时的状态不允许')
  })

  it('cries for rescue after two seconds of holding and not before, keeps the cry without network, and takes it back', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
    try {
      const store = phone()
      answer({
        'GET /api/session': SESSION, 'GET /api/tasks': { items: [task('working', [])], as_of: '2026-11-23T01:00:00Z' },
        'GET /api/panics': { items: [] }, 'GET /api/notices': { items: [] }, 'POST /api/panics': NO_NETWORK,
      })
      await opened(store)
      await find('panic-hold').trigger('pointerdown')
      vi.advanceTimersByTime(1500)
      await find('panic-hold').trigger('pointerup')
      vi.advanceTimersByTime(3000)
      await flushPromises()
      expect(find('panic-standing').exists()).toBe(false)
      await find('panic-hold').trigger('pointerdown')
      vi.advanceTimersByTime(2100)
      await flushPromises()
      expect(find('panic-standing').text()).toContain('呼救尚未发出')
      const asked = answer({
        'GET /api/session': SESSION, 'GET /api/tasks': { items: [task('working', [])], as_of: '2026-11-23T01:00:00Z' },
        'GET /api/panics': { items: [{ id: 'p1' }] }, 'POST /api/panics': { id: 'p1' }, 'POST /api/panics/p1/end': { id: 'p1' },
      })
      vi.advanceTimersByTime(3100)
      await flushPromises()
      expect(asked.find((call) => call.path === '/api/panics' && call.method === 'POST')?.body).toMatchObject({ task_id: 't1' })
      expect(find('panic-standing').text()).toContain('中心已收到')
      await find('panic-calm').trigger('click')
      await find('panic-reason').setValue('误按')
      await page!.find('.panic form').trigger('submit')
      await flushPromises()
      expect(asked.find((call) => call.path === '/api/panics/p1/end')?.body).toEqual({ reason: '误按' })
      expect(find('panic-hold').exists()).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })

  it('asks by itself whether the crew is safe when the time has come, and keeps the answer without network', async () => {
    const par = {
      id: 'par1', every_s: 600, grace_s: 120, reason: '深水', next_at: '2020-01-01T00:00:00Z', asked_at: null, due_at: null, missed: 0, alarm_id: null,
    }
    answer({
      'GET /api/session': SESSION,
      'GET /api/tasks': { items: [{ ...task('working', []), par }], as_of: '2026-11-23T01:00:00Z' },
      'POST /api/tasks/t1/par/safe': NO_NETWORK,
    })
    await opened(phone())
    expect(find('field-par').attributes('data-asked')).toBe('true')
    expect(find('field-par').text()).toContain('不是考勤')
    await find('field-safe').trigger('click')
    await flushPromises()
    expect(find('field-par').text()).toContain('平安已记录，待传')
    expect(find('field-waiting').text()).toBe('本机待传 1 条')
  })

  it('asks for help of a kind and shows what the centre answers', async () => {
    const call = { id: 'h1', kinds: ['pump'], count: 1, note: '', at: '2026-11-23T01:00:00Z', state: 'answered', answer: '泵车 10 分钟到', answered_by: '', answered_at: null }
    let working = task('working', ['complete'])
    const asked = answer({
      'GET /api/session': SESSION,
      'GET /api/tasks': () => ({ items: [working], as_of: '2026-11-23T01:00:00Z' }),
      'POST /api/tasks/t1/help': () => (working = { ...working, help: [{ ...call, state: 'answered' as const }] }),
    })
    await opened(phone())
    await find('field-help').trigger('click')
    expect(find('field-help-ask').attributes('disabled')).toBeDefined()
    await find('field-help-pump').setValue(true)
    await page!.find('form').trigger('submit')
    await flushPromises()
    expect(asked.find((one) => one.method === 'POST')?.body).toMatchObject({ kinds: ['pump'], count: 1, client_id: expect.any(String) })
    expect(find('field-help-calls').text()).toContain('排涝')
  })

  it('leads to where a notice is about and acknowledges it through the queue', async () => {
    let waiting = [{ id: 'n1', title: { zh: '转移通知', en: 'Move' }, body: { zh: '请到三小', en: 'Go' }, need_receipt: true, state: 'open', lon: 107.4, lat: 30.2 }]
    const asked = answer({
      'GET /api/session': SESSION, 'GET /api/tasks': { items: [], as_of: '2026-11-23T01:00:00Z' },
      'GET /api/notices': () => ({ items: waiting }), 'POST /api/notices/n1/acknowledge': () => void (waiting = []),
    })
    await opened(phone())
    expect(find('field-notice-navigate').attributes('href')).toContain('geo:30.2,107.4?')
    await find('field-notice-ack').trigger('click')
    await flushPromises()
    expect(asked.find((one) => one.method === 'POST')?.body).toMatchObject({ device_at: expect.any(String) })
    expect(find('field-notice').exists()).toBe(false)
  })
})
