/** Can alarms be worked with under pressure: fixed order, standing still, keys, bulk, refusals, links? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { disconnect } from '@/kit/live'
import { dismiss, notices } from '@/kit/notice'
import { answer, Refusal } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, press, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleAlarm, samplePage, sampleSession } from '@/kit/testing/samples'
import { FakeSocket } from '@/kit/testing/setup'
import type { Alarm } from '@/kit/types'
import { stateOf } from './actions'
import AlarmInbox from './AlarmInbox.vue'
import { fromQuery, toQuery } from './filters'

let items: Alarm[]
let asked: Asked[]
let shown: Stage | null = null

async function open(path = '/alarms', more: Record<string, Answer> = {}, session = sampleSession()): Promise<Stage> {
  asked = answer({
    'GET /api/alarms': () => samplePage(items),
    'GET /api/alarms/a1': () => ({ ...items[0], cases: [], events: [{ at: items[0]?.raised_at, kind: 'raised', actor: null, detail: null }] }),
    'POST /api/alarms/acknowledge': (call: Asked) => {
      const { ids } = call.body as { ids: string[] }
      items = items.map((one) => (ids.includes(one.id) ? { ...one, acknowledged: true, acknowledged_by: '陈晓岚', version: one.version + 1 } : one))
      return { items: items.filter((one) => ids.includes(one.id)), refused: [] }
    },
    'GET /api/areas': { items: [] },
    'GET /api/platforms': { items: [] },
    ...more,
  })
  shown = await stage(AlarmInbox, path, '/alarms', session)
  return shown
}

const ids = (): (string | null)[] => [...document.querySelectorAll('[data-testid="alarm-row"]')].map((row) => row.getAttribute('data-alarm'))
const said = (): string => notices.value.map((notice) => notice.text).join('|')

function arrive(alarm: Alarm): void {
  const socket = FakeSocket.all.at(-1) as FakeSocket
  if (socket.readyState !== FakeSocket.OPEN) socket.open()
  for (const message of socket.sent) if (message['do'] === 'subscribe') socket.say({ id: message['id'], seq: 1, items: [alarm] })
}

beforeEach(() => {
  items = [sampleAlarm('a1', { level: 1 }), sampleAlarm('a2'), sampleAlarm('a3', { acknowledged: true, level: 1 })]
})
afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  notices.value.forEach((notice) => dismiss(notice.id))
  document.body.innerHTML = ''
})

describe('the inbox', () => {
  it("keeps the server's order", async () => {
    await open()
    expect(ids()).toEqual(['a1', 'a2', 'a3'])
  })

  it('asks for what the address says', async () => {
    await open('/alarms?state=unacknowledged&level=1,2&mine=1')
    const query = asked.find((call) => call.path === '/api/alarms')?.query
    expect(query?.get('state')).toBe('unacknowledged')
    expect(query?.get('level')).toBe('1,2')
    expect(query?.get('mine')).toBe('1')
  })

  it('puts a filter into the address', async () => {
    const { router } = await open()
    hook('alarm-tab-shelved')?.click()
    await settled()
    expect(router.currentRoute.value.query['state']).toBe('shelved')
  })

  it('says so when there is nothing, and when nothing could be loaded', async () => {
    items = []
    await open()
    expect(hook('state-empty')?.textContent).toContain('没有当前告警')
    shown?.wrapper.unmount()
    await open('/alarms', { 'GET /api/alarms': new Refusal(503, 'unavailable', 'later') })
    expect(hook('state-error')?.textContent).toContain('later')
  })

  it('acknowledges one alarm and shows it at once', async () => {
    await open()
    hook('alarm-ack')?.click()
    await settled()
    expect(asked.find((call) => call.method === 'POST')?.body).toEqual({ ids: ['a1'] })
    expect(document.querySelector('[data-alarm="a1"] .owner')?.textContent).toBe('陈晓岚')
    expect(said()).toContain('已确认 1 条')
  })

  it('works by keys alone: j, x, j, x, a', async () => {
    await open()
    for (const key of ['j', 'x', 'j', 'x', 'a']) {
      press(key)
      await settled()
    }
    expect(asked.find((call) => call.method === 'POST')?.body).toEqual({ ids: ['a1', 'a2'] })
  })

  it('says which alarms were refused and why', async () => {
    const refused = [{ id: 'a1', reason: { zh: '已由他人确认', en: 'taken' } }]
    await open('/alarms', { 'POST /api/alarms/acknowledge': { items: [], refused } })
    hook('alarm-ack')?.click()
    await settled()
    expect(said()).toContain('已由他人确认')
  })

  it('does not move rows while something is selected, and counts what waits', async () => {
    await open()
    hook<HTMLInputElement>('alarm-select')?.click()
    await settled()
    const late = sampleAlarm('a0', { level: 1 })
    items = [late, ...items]
    arrive(late)
    await new Promise((resolve) => setTimeout(resolve, 800))
    await settled()
    expect(ids()).toEqual(['a1', 'a2', 'a3'])
    expect(hook('alarm-fresh')?.textContent).toContain('新 1 条')
    hook('alarm-fresh')?.click()
    await settled()
    expect(ids()).toEqual(['a0', 'a1', 'a2', 'a3'])
  })

  it('opens the details with cause, consequence and response', async () => {
    await open('/alarms?alarm=a1')
    const text = hook('alarm-detail')?.textContent ?? ''
    for (const part of ['上游降雨', '可能进水', '通知转移', '发生']) expect(text).toContain(part)
  })

  it('shelves only with a reason', async () => {
    await open('/alarms?alarm=a1', { 'POST /api/alarms/shelve': { items: [], refused: [] } })
    hook('alarm-shelve')?.click()
    await settled()
    expect(hook<HTMLButtonElement>('shelve-submit')?.disabled).toBe(true)
    fill('shelve-reason', '检修')
    await settled()
    hook('shelve-submit')?.click()
    await settled()
    expect(asked.find((call) => call.path === '/api/alarms/shelve')?.body).toEqual({ ids: ['a1'], minutes: 30, reason: '检修', one_shot: false })
  })

  it('makes an incident of an alarm, with its place and level, and goes there', async () => {
    const { router } = await open('/alarms?alarm=a1', {
      'GET /api/incidents': { items: [], total: 0, next: null, as_of: '' },
      'POST /api/incidents': { id: 'i9' },
    })
    hook('alarm-open-incident')?.click()
    await settled()
    hook('incident-create')?.click()
    await settled()
    const made = asked.find((call) => call.method === 'POST' && call.path === '/api/incidents')?.body
    expect(made).toMatchObject({ alarm_ids: ['a1'], level: 1, kind: 'flood', lon: 107.35, lat: 30.33 })
    expect(router.currentRoute.value.path).toBe('/incidents/i9')
  })

  it('offers nothing to those who may only read', async () => {
    const reader = sampleSession()
    reader.user.permissions = ['alarms.read']
    answer({ 'GET /api/alarms': samplePage(items) })
    shown = await stage(AlarmInbox, '/alarms', '/alarms', reader)
    expect(hook('alarm-ack')).toBeNull()
  })
})

describe('alarm states and filters', () => {
  it('have the words of ISA-18.2', () => {
    expect(stateOf(sampleAlarm('x'))).toBe('active_unacknowledged')
    expect(stateOf(sampleAlarm('x', { acknowledged: true }))).toBe('active_acknowledged')
    expect(stateOf(sampleAlarm('x', { active: false }))).toBe('cleared_unacknowledged')
    expect(stateOf(sampleAlarm('x', { active: false, latched: true }))).toBe('latched')
    expect(stateOf(sampleAlarm('x', { suppression: 'shelved_timed' }))).toBe('shelved_timed')
  })

  it('survive the way into the address and back', () => {
    const filters = { state: 'all', levels: [1, 3], platform: 'water', area: '500231001', mine: true, q: '桥', group: 'g1' } as const
    expect(fromQuery(toQuery({ ...filters, levels: [...filters.levels] }))).toEqual(filters)
    expect(toQuery(fromQuery({}))).toEqual({})
  })
})

describe('a case', () => {
  it('is opened once by an alarm, which then shows its number', async () => {
    let cases: unknown[] = []
    const session = sampleSession()
    session.user.permissions = [...session.user.permissions, 'cases.write']
    const type = { name: 'hotline', classes: [{ code: '0201', title: { zh: '井盖缺损', en: '' } }] }
    await open('/alarms?alarm=a1', {
      'GET /api/alarms/a1': () => ({ ...items[0], cases, events: [] }),
      'GET /api/alarms/a1/links': { items: [] },
      'GET /api/cases/types': { items: [type], departments: [] },
      'POST /api/alarms/a1/case': () => {
        cases = [{ id: 'c1', number: 'RX20261123-0001', state_title: { zh: '已登记', en: '' }, ended: false }]
        return { id: 'c1' }
      },
    }, session)
    await settled()
    hook('alarm-open-case')?.click()
    await settled()
    fill('alarm-case-class', '0201')
    hook('alarm-case-class')?.dispatchEvent(new Event('change'))
    await settled()
    hook('alarm-case-give')?.click()
    await settled()
    expect(asked.filter((call) => call.path.endsWith('/case')).map((call) => call.body)).toMatchObject([{ type: 'hotline', class_code: '0201' }])
    expect(hook('alarm-cases')?.textContent).toContain('RX20261123-0001')
    expect(hook('alarm-open-case')).toBeNull()
  })
})
