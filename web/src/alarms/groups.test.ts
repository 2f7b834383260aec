/** Does a storm read as a few groups, is silence explained, and are resets, outages and links done with words? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { disconnect } from '@/kit/live'
import { dismiss, notices } from '@/kit/notice'
import { answer } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, press, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleAlarm, samplePage, sampleSession } from '@/kit/testing/samples'
import type { Permission } from '@/kit/types'
import AlarmInbox from './AlarmInbox.vue'
import PerformancePage from './PerformancePage.vue'
import type { Alarm, Group, Groups, Link } from './types'

let asked: Asked[]
let shown: Stage | null = null
const soon = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()
const chief = { zh: '值班长', en: 'shift lead' }

function group(id: string, part: Partial<Group> = {}): Group {
  const first = sampleAlarm(`${id}-first`)
  return {
    id, family: 'flood', title: { zh: '水情与内涝', en: 'Water' }, area_code: '500231', area_name: { zh: '垫江县', en: 'Dianjiang' }, level: 1,
    opened_at: soon(-60), last_at: soon(-1), total: 20, standing: 18, unacknowledged: 18, suppressed: 2, first, gravest: sampleAlarm(`${id}-worst`, { level: 1 }),
    escalation: { at: soon(45), to: chief, step: 2, of: 4 }, ...part,
  }
}

function groupsOf(items: Group[], flood = false): Groups {
  return {
    alarms: 47, items, rate: 12, begins_over: 10, ends_under: 5, as_of: soon(0),
    flood: flood ? { id: 'f', area_name: { zh: '垫江县', en: '' }, started_at: soon(-90), peak: 31, count: 22 } : null,
  }
}

const link = (part: Partial<Link> = {}): Link => ({
  id: 'l1', one: sampleAlarm('a1'), other: sampleAlarm('b1'), score: 0.87, state: 'suggested', suggested_at: soon(-5), decided_at: null, decided_by: null,
  reasons: [{ kind: 'distance', text: { zh: '相距 80 米', en: '80 m apart' }, weight: 0.26 }], ...part,
})

async function open(alarm: Alarm, path: string, more: Record<string, Answer> = {}): Promise<Stage> {
  const session = sampleSession()
  session.user.permissions = [...session.user.permissions, 'alarms.reset', 'alarms.maintain', 'notices.own'] as Permission[]
  asked = answer({
    'GET /api/alarms': { ...samplePage([alarm]), counts: { ...samplePage([alarm]).counts, suppressed: 3 } },
    [`GET /api/alarms/${alarm.id}`]: { ...alarm, cases: [], events: [] },
    [`GET /api/alarms/${alarm.id}/links`]: { items: [link()] },
    'GET /api/alarms/groups': groupsOf([group('g1'), group('g2'), group('g3', { unacknowledged: 0 })]),
    'GET /api/alarms/links': { items: [link()] },
    'GET /api/alarms/outages': { items: [] },
    'GET /api/areas': { items: [] },
    'GET /api/platforms': { items: [] },
    ...more,
  })
  shown = await stage(AlarmInbox, path, '/alarms', session)
  return shown
}

const posted = (path: string): unknown => asked.find((call) => call.method === 'POST' && call.path === path)?.body

beforeEach(() => {
  document.body.innerHTML = ''
})
afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  notices.value.forEach((notice) => dismiss(notice.id))
})

describe('groups', () => {
  it('say how many alarms are how few groups, with the gravest and the first of each', async () => {
    await open(sampleAlarm('a1'), '/alarms?view=groups')
    expect(hook('view-groups')?.textContent).toContain('47 条告警 → 3 组')
    expect(document.querySelectorAll('[data-testid="alarm-group"]')).toHaveLength(3)
    const text = hook('alarm-group')?.textContent ?? ''
    expect(hook('alarm-link')?.textContent).toMatch(/a1 水位超警戒.*b1 水位超警戒/s)
    for (const part of ['g1-worst', 'g1-first', '未确认 18 条', '抑制 2 条', '后通知值班长']) expect(text).toContain(part)
  })

  it('come up by themselves in a flood, with the rate', async () => {
    await open(sampleAlarm('a1'), '/alarms', { 'GET /api/alarms/groups': groupsOf([group('g1')], true) })
    expect(hook('alarm-flood')?.textContent).toContain('近 10 分钟 22 条（最多 31 条）')
    expect(hook('alarm-groups')).not.toBeNull()
  })

  it('leave alone who searches or filters the list', async () => {
    await open(sampleAlarm('a1'), '/alarms?q=桥', { 'GET /api/alarms/groups': groupsOf([group('g1')], true) })
    expect(hook('alarm-groups')).toBeNull()
  })

  it('stay groups when one of their alarms is opened', async () => {
    const { router } = await open(sampleAlarm('a1'), '/alarms', { 'GET /api/alarms/groups': groupsOf([group('g1')], true) })
    hook('alarm-group')?.querySelector('a')?.click()
    await settled()
    expect(router.currentRoute.value.query).toEqual({ alarm: 'g1-worst', view: 'groups' })
    expect(hook('alarm-groups')).not.toBeNull()
  })

  it('stay a list in a flood for whoever asked for the list', async () => {
    await open(sampleAlarm('a1'), '/alarms?view=list', { 'GET /api/alarms/groups': groupsOf([group('g1')], true) })
    expect(hook('alarm-groups')).toBeNull()
    press('v')
    await settled()
    expect(hook('alarm-groups')).not.toBeNull()
  })

  it('are taken whole, alarm by alarm', async () => {
    await open(sampleAlarm('a1'), '/alarms?view=groups', { 'POST /api/alarms/acknowledge': { items: [], refused: [] } })
    hook('group-ack')?.click()
    await settled()
    expect(asked.find((call) => call.query.get('group') === 'g1')?.query.get('state')).toBe('unacknowledged')
    expect(posted('/api/alarms/acknowledge')).toEqual({ ids: ['a1'] })
  })
})

describe('an alarm', () => {
  it('shows who is called next and in how long, on the row and in the details', async () => {
    const alarm: Alarm = { ...sampleAlarm('a1'), escalation: { at: soon(45), to: chief, step: 2, of: 4 } }
    await open(alarm, '/alarms?alarm=a1')
    const shownTwice = [...document.querySelectorAll('[data-testid="escalation"]')].map((one) => one.textContent)
    expect(shownTwice).toHaveLength(2)
    expect(shownTwice.every((text) => /00:4\d 后通知值班长/.test(text ?? ''))).toBe(true)
  })

  it('says why it is silent and leads to the cause', async () => {
    const alarm: Alarm = { ...sampleAlarm('a1', { suppression: 'by_design', suppressed_reason: '馈线停电' }), suppressed_by: 'c9' }
    const { router } = await open(alarm, '/alarms?alarm=a1')
    expect(hook('alarm-silent')?.textContent).toContain('馈线停电')
    hook('alarm-silent')?.querySelector('a')?.click()
    await settled()
    expect(router.currentRoute.value.query['alarm']).toBe('c9')
  })

  it('that is latched is reset only with what the check has found', async () => {
    await open(sampleAlarm('a1', { active: false, latched: true }), '/alarms?alarm=a1', { 'POST /api/alarms/reset': { items: [], refused: [] } })
    press('r')
    await settled()
    expect(hook<HTMLButtonElement>('reset-submit')?.disabled).toBe(true)
    fill('reset-note', '现场无异常')
    hook('finding-false')?.click()
    await settled()
    hook('reset-submit')?.click()
    await settled()
    expect(posted('/api/alarms/reset')).toEqual({ ids: ['a1'], note: '现场无异常', finding: 'false' })
  })

  it('that chatters offers to be shelved once', async () => {
    const alarm: Alarm = { ...sampleAlarm('a1'), chattering: true }
    await open(alarm, '/alarms?alarm=a1', { 'POST /api/alarms/shelve': { items: [], refused: [] } })
    hook('shelve-once')?.click()
    await settled()
    fill('shelve-reason', '抖动')
    await settled()
    hook('shelve-submit')?.click()
    await settled()
    expect(posted('/api/alarms/shelve')).toMatchObject({ ids: ['a1'], one_shot: true, reason: '抖动' })
  })

  it('is asked out of service with a work order', async () => {
    await open(sampleAlarm('a1'), '/alarms?alarm=a1', { 'POST /api/alarms/outages': {} })
    hook('alarm-outage')?.click()
    await settled()
    fill('outage-order', 'W-7')
    fill('outage-reason', '换探头')
    await settled()
    hook('outage-submit')?.click()
    await settled()
    expect(posted('/api/alarms/outages')).toEqual({ alarm: 'a1', reason: '换探头', work_order: 'W-7', hours: 8 })
  })

  it('tells why another may be the same matter, and one click joins them', async () => {
    const { router } = await open(sampleAlarm('a1'), '/alarms?alarm=a1', {
      'POST /api/alarms/links/l1/accept': { incident: 'i5', number: 'DJ-5' },
    })
    expect(hook('alarm-link')?.textContent).toContain('相距 80 米')
    expect(hook('alarm-link')?.textContent).toContain('相关度 87 %')
    hook('link-accept')?.click()
    await settled()
    expect(router.currentRoute.value.path).toBe('/incidents/i5')
  })
})

describe('outages', () => {
  it('are approved by the shift lead under the suppressed ones', async () => {
    const outage = {
      id: 'o1', urn: 'urn:x', name: { zh: '示例站', en: '' }, rule: 'water.x', reason: '换探头', work_order: 'W-7', until: soon(3600), state: 'asked',
      asked_at: soon(-5), asked_by: '李', decided_at: null, decided_by: null, decided_note: '', returned_at: null, returned_by: null, test_result: '', version: 1,
    }
    await open(sampleAlarm('a1'), '/alarms?state=suppressed', {
      'GET /api/alarms/outages': { items: [outage] },
      'POST /api/alarms/outages/o1/decision': {},
    })
    hook('outage-approve')?.click()
    await settled()
    hook('outage-save')?.click()
    await settled()
    expect(posted('/api/alarms/outages/o1/decision')).toEqual({ approve: true, note: '', version: 1 })
  })
})

describe('performance', () => {
  it('shows figures beside their targets, the worst actors with the way to the rule, and no person', async () => {
    const desk = { id: 'dispatcher@500231', title: { zh: '垫江县 值守席', en: '' }, area_code: '500231' }
    asked = answer({
      'GET /api/alarms/performance': {
        desk, desks: [desk], start: soon(-86_400), end: soon(0), intervals: 144, calls: 30, as_of: soon(0), buckets: [[Date.now() - 600_000, 12]],
        figures: [
          { name: 'unauthorised', title: { zh: '未经授权的抑制', en: '' }, value: 0, unit: '1', target: '0', good: true, example: false },
          { name: 'flood', title: { zh: '洪泛时段占比', en: '' }, value: 3.4, unit: '%', target: '< 1 %', good: false, example: false },
        ],
        worst: [{ rule: 'water.x', platform: 'water', title: { zh: '超警戒', en: '' }, urn: 'urn:x', name: { zh: '示例站', en: '' }, level: 3, calls: 12, share: 0.4, chattering: true, fleeting: 2, false: 1 }],
      },
      'GET /api/alarms/chains': {
        items: [{ level: 1, steps: [{ to: 'role:dispatcher', title: { zh: '值守席', en: '' }, after_s: 0, channels: ['app'], otherwise: '' }, { to: 'role:duty_officer', title: chief, after_s: 60, channels: ['app'], otherwise: '' }], repeat_s: 300, realarm_s: 300, realarms: 12, expires_s: 600, version: 1, example: true }],
      },
    })
    shown = await stage(PerformancePage, '/alarms/performance')
    const rows = [...document.querySelectorAll('[data-testid="figure"]')].map((row) => row.textContent)
    expect(rows[0]).toContain('达标')
    expect(rows[1]).toContain('3.4 %')
    expect(rows[1]).toContain('未达标')
    expect(hook('to-rule')?.getAttribute('href')).toBe('/platforms?platform=water&show=rules&rule=water.x')
    expect(hook('chain')?.textContent).toContain('值守席 → 1 分钟后值班长')
    expect(hook('performance-csv')?.getAttribute('href')).toContain('desk=dispatcher%40500231')
  })
})
