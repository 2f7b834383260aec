/** Is the duty room right: gaps said, hand-overs signed expressly, the log never overwritten, calls as a tree? */
import { afterEach, describe, expect, it } from 'vitest'
import { disconnect } from '@/kit/live'
import { setLocale } from '@/kit/i18n'
import { notices } from '@/kit/notice'
import { answer } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import type { Permission } from '@/kit/types'
import DutyPage from './DutyPage.vue'
import { branches } from './tree'
import type { CallStep } from './types'
import { instant } from '@/kit/time'
import { dayLabel, daysOf, monday, relief } from './week'

const AT = '2026-11-23T01:00:00.000Z'
const AREA = { zh: '垫江县', en: 'Dianjiang' }
const POSITION = { code: 'duty_officer', title: { zh: '值班员', en: 'Duty officer' }, rank: 3, role: 'duty_officer', minimum: 1, maximum: 2 }
const NOW = { items: [], next: [], missing: [POSITION], as_of: AT }
let shown: Stage | null = null

async function open(path: string, routes: Record<string, Answer>, ...more: string[]): Promise<Asked[]> {
  const session = sampleSession()
  session.user.permissions = ['duty.read', 'duty.write', ...more] as Permission[]
  const asked = answer({ 'GET /api/duty/now': NOW, ...routes })
  setLocale('zh')
  shown = await stage(DutyPage, path, '/duty', session)
  await settled()
  return asked
}

function step(id: string, state: CallStep['state'], parent: string | null = null, part: Partial<CallStep> = {}): CallStep {
  return {
    id, parent_id: parent, level: parent ? 'village' : 'town', name: id, people: 100, lon: null, lat: null, state, next_at: AT,
    escalated_at: null, answered_at: null, answered_by: '', answered_how: '', area_code: '500231001', tries: [], ...part,
  }
}

function item(id: number, part: object = {}): object {
  return { id, noun: 'alarms', subject: 'a1', text: { zh: `告警 ${id}`, en: `alarm ${id}` }, level: 1, due_at: null, done: false, note: '', answer: 'open', answer_reason: '', left_out: false, ...part }
}

function handover(part: object = {}): object {
  return {
    id: 'h1', area_code: '500231', area_name: AREA, state: 'draft', since: AT, drafted_at: AT, drafted_by: '甲', situation: '', given_by: '', given_at: null,
    given_by_me: false, taken_by: '', taken_at: null, withdraw_reason: '', version: 1, items: [item(1), item(2)], ...part,
  }
}

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

describe('the week', () => {
  it('begins on Monday, in Shanghai', () => {
    const start = monday(Date.parse('2026-11-22T17:00:00Z'))
    expect(new Date(start).toISOString()).toBe('2026-11-22T16:00:00.000Z')
    expect(monday(Date.parse('2026-11-22T15:00:00Z'))).toBe(start - 7 * 86_400_000)
    expect(daysOf(start).map(dayLabel).slice(0, 2)).toEqual(['11-23', '11-24'])
    expect(instant(relief(start))).toBe('2026-11-23T00:30:00.000Z')
  })
})

describe('the roster', () => {
  const ROSTER = { area_code: '500231', positions: [POSITION], shifts: [], overlaps: [], as_of: AT, swaps: [
    { id: 'w1', shift_id: 's9', contact_id: 'c', name: '李', other_shift_id: null, reason: '病', state: 'asked', asked_by: '张', asked_at: AT, mine: false, decided_by: '', decided_at: null, decision_reason: '', version: 3 },
  ] }

  it('says who is missing now and where nobody is this week', async () => {
    const gaps = [{ position: 'duty_officer', starts_at: new Date(monday(Date.now())).toISOString(), ends_at: new Date(monday(Date.now()) + 3_600_000).toISOString(), have: 0, need: 1 }]
    await open('/duty', { 'GET /api/duty/roster': { ...ROSTER, gaps, swaps: [] } })
    expect(hook('duty-missing')?.textContent).toContain('值班员缺岗')
    expect(hook('roster-gap')?.textContent).toContain('缺岗')
  })

  it('has a swap approved by somebody else', async () => {
    const asked = await open('/duty', { 'GET /api/duty/roster': { ...ROSTER, gaps: [] }, 'POST /api/duty/swaps/w1/decide': {} })
    hook('swap-approve')?.click()
    await settled()
    expect(asked.find((call) => call.method === 'POST')?.body).toEqual({ verdict: 'approved', version: 3, reason: '' })
  })

  it('copies the people of the week before and names who has left since', async () => {
    const asked = await open('/duty', { 'GET /api/duty/roster': { ...ROSTER, gaps: [] }, 'POST /api/duty/roster/copy': { added: 9, known: 2, unknown: ['王海'] } })
    hook('roster-copy')?.click()
    await settled()
    const body = asked.find((call) => call.path === '/api/duty/roster/copy')?.body as { source: string; target: string }
    expect(Date.parse(body.target) - Date.parse(body.source)).toBe(7 * 86_400_000)
    expect(notices.value.some((notice) => notice.text.includes('王海'))).toBe(true)
  })

  it('takes a table over, or names those whom the phone book lacks', async () => {
    await open('/duty', { 'GET /api/duty/roster': { ...ROSTER, gaps: [] }, 'POST /api/duty/roster/import': { added: 0, known: 0, unknown: ['3: 王'] } })
    hook('roster-import')?.click()
    await settled()
    fill('import-text', 'position,name')
    await settled()
    hook('import-form')?.dispatchEvent(new Event('submit'))
    await settled()
    expect(hook('import-unknown')?.textContent).toContain('3: 王')
  })
})

describe('a hand-over', () => {
  const list = (one: object): Answer => ({ items: [one], as_of: AT })

  it('is given only after one has said so', async () => {
    const asked = await open('/duty?tab=handover', { 'GET /api/duty/handovers': list(handover()), 'GET /api/duty/handovers/h1': handover(), 'POST /api/duty/handovers/h1/give': handover({ state: 'given', given_by_me: true }) })
    hook('handover-give')?.click()
    await settled()
    expect(hook<HTMLButtonElement>('sign-submit')?.disabled).toBe(true)
    hook<HTMLInputElement>('sign-agree')?.click()
    await settled()
    hook('sign-form')?.dispatchEvent(new Event('submit'))
    await settled()
    expect(asked.find((call) => call.path.endsWith('/give'))?.body).toEqual({ version: 1, situation: '', confirm: true })
    expect(hook('handover-state')?.textContent).toContain('已交')
  })

  it('is taken after every item has its answer, refusals with a reason', async () => {
    const given = handover({ state: 'given', items: [item(1, { answer: 'accepted' }), item(2)] })
    const refused = handover({ state: 'given', version: 2, items: [item(1, { answer: 'accepted' }), item(2, { answer: 'refused', answer_reason: '未说明' })] })
    const asked = await open('/duty?tab=handover', { 'GET /api/duty/handovers': list(given), 'GET /api/duty/handovers/h1': given, 'POST /api/duty/handovers/h1/items/2/answer': refused })
    expect(hook<HTMLButtonElement>('handover-take')?.disabled).toBe(true)
    document.querySelectorAll<HTMLElement>('[data-testid="handover-refuse"]')[1]?.click()
    await settled()
    fill('handover-reason', '未说明')
    await settled()
    hook('handover-reason-give')?.closest('form')?.dispatchEvent(new Event('submit'))
    await settled()
    expect(asked.find((call) => call.method === 'POST')?.body).toEqual({ version: 1, answer: 'refused', reason: '未说明' })
    expect(hook<HTMLButtonElement>('handover-take')?.disabled).toBe(false)
  })

  it('waits for the other side after one has given it', async () => {
    const given = handover({ state: 'given', given_by_me: true })
    await open('/duty?tab=handover', { 'GET /api/duty/handovers': list(given), 'GET /api/duty/handovers/h1': given })
    expect(hook('handover-take')).toBeNull()
    expect(hook('handover-sheet')?.textContent).toContain('等待接班人')
  })
})

describe('the log', () => {
  const LINE = { key: 'incident:1', at: AT, recorded_at: AT, kind: 'note', author: '甲', text: { zh: '原话', en: 'said' }, drafted: true, noun: 'incidents', subject: 'i', corrects: null, reason: '', corrected_by: 'note:1' }
  const FIX = { ...LINE, key: 'note:1', text: { zh: '应为', en: 'should be' }, drafted: false, corrects: 'incident:1', reason: '误记', corrected_by: null }

  it('keeps what was said beside what is right, and corrects the newest', async () => {
    const asked = await open('/duty?tab=log', { 'GET /api/duty/log': { items: [LINE, FIX], as_of: AT }, 'POST /api/duty/log': { items: [], as_of: AT } })
    expect(document.querySelectorAll('[data-testid="log-line"]')).toHaveLength(1)
    expect(hook('log-line')?.textContent).toContain('原话')
    expect(hook('log-correction')?.textContent).toContain('应为')
    hook('log-correct')?.click()
    await settled()
    fill('log-text', '再正')
    fill('log-reason', '又误')
    await settled()
    hook('log-write')?.closest('form')?.dispatchEvent(new Event('submit'))
    await settled()
    expect(asked.find((call) => call.method === 'POST')?.body).toMatchObject({ text: '再正', corrects: 'note:1', reason: '又误', at: AT })
  })
})

describe('a call chain', () => {
  it('stands as a tree, those without an answer first, with counts', () => {
    const steps = [step('town', 'answered'), step('a', 'answered', 'town'), step('b', 'unreached', 'town'), step('other', 'calling')]
    expect(branches(steps, new Set()).map((row) => [row.step.id, row.depth, row.answered, row.below])).toEqual([
      ['other', 0, 0, 0], ['town', 0, 1, 2], ['b', 1, 0, 0], ['a', 1, 0, 0],
    ])
    expect(branches(steps, new Set(['town'])).map((row) => row.step.id)).toEqual(['other', 'town'])
  })

  it('is confirmed by voice', async () => {
    const run = {
      id: 'r1', title: '转移', words: '请转移', level: 2, mode: 'cascade', lowest: 'village', area_code: '500231', area_name: AREA, incident_id: null, origin: null,
      state: 'running', answer_within_s: 180, rounds: 2, started_by: '甲', started_at: AT, ended_at: null, end_reason: '', total: 1, answered: 0, unreached: 0, exercise: false, version: 1,
    }
    const tried = { number: 0, name: '镇长', phone: '000-1', channels: ['voice'], kind: 'call', state: 'calling', started_at: AT, deadline: AT, late: false, device_at: null, server_at: null, receipt: '' }
    const towns = [{ area_code: '500231001', area_name: AREA, total: 3, answered: 1, unreached: 1, waiting: 1 }]
    const detail = { ...run, as_of: AT, coverage: [], towns, steps: [step('town', 'calling', null, { tries: [tried] as CallStep['tries'] })] }
    const asked = await open('/duty?tab=calls', { 'GET /api/duty/calls': { items: [run], as_of: AT }, 'GET /api/duty/calls/r1': detail, 'GET /api/map/layers': { items: [], as_of: '' }, 'POST /api/duty/calls/r1/steps/town/answer': { ...detail, steps: [step('town', 'answered', null, { answered_by: '镇长', answered_how: 'voice', answered_at: AT })] } })
    expect(hook('call-step')?.textContent).toContain('呼叫中')
    hook('call-confirm')?.click()
    await settled()
    expect(hook<HTMLInputElement>('answer-name')?.value).toBe('镇长')
    hook('answer-form')?.dispatchEvent(new Event('submit'))
    await settled()
    expect(asked.find((call) => call.method === 'POST')?.body).toMatchObject({ name: '镇长', how: 'voice' })
    expect(hook('call-step')?.dataset['state']).toBe('answered')
    hook('call-as-map')?.click()
    await settled()
    expect(hook('call-town')?.textContent).toContain('1 / 3')
    expect(hook('call-map')?.textContent).toContain('另有 1 处没有坐标')
  })

  it('cannot start where nobody can be called', async () => {
    await open('/duty?tab=calls', { 'GET /api/duty/calls': { items: [], as_of: AT }, 'GET /api/areas': { items: [] }, 'GET /api/duty/call-tree': { items: [{ level: 'household', area_code: '500231101' }], as_of: AT } })
    hook('call-start')?.click()
    await settled()
    fill('call-title', '转移')
    fill('call-words', '请转移')
    await settled()
    expect(hook('call-reached')?.textContent).toContain('没有联系人')
    expect(hook<HTMLButtonElement>('call-go')?.disabled).toBe(true)
  })
})

describe('the phone book', () => {
  it('is searched and added to', async () => {
    const asked = await open('/duty?tab=phone', { 'GET /api/duty/contacts': { items: [], as_of: AT }, 'GET /api/areas': { items: [{ code: '500231', name: AREA, level: 'county' }] }, 'POST /api/duty/contacts': {} })
    expect(hook('phone-book')?.textContent).toContain('没有找到联系人')
    hook('phone-add')?.click()
    await settled()
    fill('contact-name', '张')
    fill('contact-phone', '000-1')
    await settled()
    hook('contact-form')?.dispatchEvent(new Event('submit'))
    await settled()
    expect(asked.find((call) => call.method === 'POST')?.body).toEqual({ name: '张', post: '', phone: '000-1', phone_other: '', channels: ['voice'], area_code: '500231' })
  })
})
