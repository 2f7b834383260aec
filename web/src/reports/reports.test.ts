/** Can a call be taken down from the keyboard, a report be signed and sent, and what is owed be seen? */
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { disconnect } from '@/kit/live'
import { dismiss, notices } from '@/kit/notice'
import { answer } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleIncident, sampleSession } from '@/kit/testing/samples'
import CallsPage from './CallsPage.vue'
import { left, owed, urgency } from './clocks'
import FormsPanel from './FormsPanel.vue'
import ReportsPanel from './ReportsPanel.vue'
import type { Call, Clock, Report, Reports, Similar } from './wire'

const AT = '2026-11-23T01:00:00.000Z'
const session = sampleSession()
session.user.permissions = [...session.user.permissions, 'reports.read', 'reports.write', 'reports.sign']
let asked: Asked[]
let shown: Stage | null = null

const clock = (part: Partial<Clock> = {}): Clock => ({
  body: { zh: '市应急指挥中心', en: 'City' }, kind: 'first', mode: 'phone', since: AT, due_at: new Date(Date.now() + 300_000).toISOString(), met_at: null, late: false,
  source: 'level', example: true, ...part,
})
const report = (part: Partial<Report> = {}): Report => ({
  id: 'r1', incident_id: 'i1', number: 'N-R01', kind: 'first', mode: 'written', serial: 1, state: 'draft', title: '关于洪水的首报（第1号）', body: '一、基本情况', drafted_at: AT,
  drafted_by: '陈晓岚', signed_at: null, signed_by: '', sent_at: null, void_reason: '', version: 3, wordings: [{ version: 1, body: '一、基本情况', at: AT, by: '陈晓岚' }], deliveries: [], ...part,
})
const call = (part: Partial<Call> = {}): Call => ({
  id: 'c1', number: 'JB-1', incident_id: 'i1', incident_number: 'DJ-1', called_at: AT, recorded_at: AT, taken_by: '陈晓岚', channel: 'phone', reporter: '王某', organisation: '', phone: '示例',
  kind: 'fire', happened_at: null, lon: null, lat: null, address: '桥头仓库', area_name: { zh: '桂溪街道', en: 'Guixi' }, dead: null, injured: 1, missing: null, trapped: null, harm: '', state: '冒烟', help: '水泵', ...part,
})
const similar: Similar = { incident: { ...sampleIncident(), merged_into: null, void_reason: '', authority: 'county', command_area: '500231', address: '', commander: '', opened_by: '', summary: '' }, score: 0.9, distance_m: 80, minutes: 3, reasons: [{ zh: '同为火灾', en: 'both fires' }] }

function panel(part: Partial<Reports> = {}): Reports {
  return { reports: [report()], clocks: [clock()], calls: [call()], bodies: ['市应急指挥中心'], as_of: AT, ...part }
}

async function show(page: object, more: Record<string, Answer>): Promise<void> {
  asked = answer({ 'GET /api/areas': { items: [{ code: '500231001', name: { zh: '桥头镇', en: 'Qiaotou' }, level: 'town' }] }, 'GET /api/places': { items: [] }, ...more })
  const holder = defineComponent({ render: () => h(page as never, { incident: sampleIncident() }) })
  shown = await stage(holder, '/here', '/here', session)
}
const posted = (path: string): unknown => asked.find((one) => one.method === 'POST' && one.path === path)?.body

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  notices.value.forEach((notice) => dismiss(notice.id))
  document.body.innerHTML = ''
})

function type(key: string, more: Partial<KeyboardEventInit> = {}): void {
  hook('call-state')?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
}

describe('taking a call', () => {
  it('stands ready for typing and opens an incident by Ctrl+Enter, in the town that the place names', async () => {
    await show(CallsPage, { 'GET /api/calls': { items: [], as_of: AT }, 'GET /api/incidents/similar': [], 'POST /api/calls': call() })
    expect(document.activeElement).toBe(hook('call-state'))
    fill('call-state', '仓库冒烟')
    fill('call-address', '桥头仓库')
    fill('call-kind', 'fire')
    fill('call-injured', '1')
    await settled()
    type('Enter', { ctrlKey: true })
    await settled()
    expect(posted('/api/calls')).toMatchObject({ kind: 'fire', state: '仓库冒烟', injured: 1, opening: { title: '桥头仓库 火灾', level: 4, area_code: '500231001' } })
    expect(posted('/api/calls')).not.toHaveProperty('dead')
    expect(shown?.router.currentRoute.value.path).toBe('/incidents/i1')
  })

  it('puts a place that is only a name on the map, and says that it is only about there', async () => {
    const spot = { name: { zh: '桥头镇', en: 'Qiaotou' }, sort: 'area', area_code: '500231001', area_name: { zh: '桥头镇', en: 'Qiaotou' }, lon: 107.4, lat: 30.3, approximate: true, about_m: 1850.4 }
    await show(CallsPage, { 'GET /api/calls': { items: [], as_of: AT }, 'GET /api/incidents/similar': [], 'GET /api/places': { items: [spot] }, 'POST /api/calls': call() })
    fill('call-state', '冒烟')
    fill('call-address', '桥头村口')
    await new Promise((resolve) => setTimeout(resolve, 420))
    await settled()
    expect(hook('call-spot')?.textContent).toContain('位置按“桥头镇”概略（约 1850 米）')
    type('Enter', { ctrlKey: true })
    await settled()
    expect(posted('/api/calls')).toMatchObject({ lon: 107.4, lat: 30.3, address: '桥头村口（位置按“桥头镇”概略，约 1850 米）' })
  })

  it('joins the incident that is alike by Alt+1', async () => {
    await show(CallsPage, { 'GET /api/calls': { items: [], as_of: AT }, 'GET /api/incidents/similar': [similar], 'POST /api/calls': call() })
    fill('call-state', '仓库冒烟')
    await new Promise((resolve) => setTimeout(resolve, 420))
    await settled()
    expect(hook('call-similar')?.textContent).toContain('同为火灾')
    type('1', { altKey: true, code: 'Digit1' })
    await settled()
    expect(posted('/api/calls')).toMatchObject({ join: 'i1' })
  })

  it('takes nothing down before something is said', async () => {
    await show(CallsPage, { 'GET /api/calls': { items: [call()], as_of: AT } })
    expect(hook<HTMLButtonElement>('call-open')?.disabled).toBe(true)
    type('Enter', { ctrlKey: true })
    await settled()
    expect(posted('/api/calls')).toBeUndefined()
    expect(hook('call-row')?.textContent).toContain('受伤 1')
  })
})

describe('reports', () => {
  it('shows what is owed with its example mark, and records a call to the city', async () => {
    await show(ReportsPanel, { 'GET /api/incidents/i1/reports': panel({ reports: [] }), 'POST /api/incidents/i1/reports/phone': report() })
    expect(hook('clock-row')?.textContent).toContain('首报（电话）→ 市应急指挥中心')
    expect(hook('clock-row')?.textContent).toContain('示例')
    hook('clock-phone')?.click()
    await settled()
    fill('phone-name', '李工')
    await settled()
    hook('phone-save')?.click()
    await settled()
    expect(posted('/api/incidents/i1/reports/phone')).toEqual({ kind: 'first', body: '市应急指挥中心', answered_by: '李工', words: '' })
  })

  it('signs only the wording that was saved', async () => {
    await show(ReportsPanel, { 'GET /api/incidents/i1/reports': panel(), 'POST /api/reports/r1/sign': report({ state: 'signed' }) })
    fill('report-body', '改过')
    await settled()
    expect(hook<HTMLButtonElement>('report-sign')?.disabled).toBe(true)
    fill('report-body', '一、基本情况')
    await settled()
    hook('report-sign')?.click()
    await settled()
    expect(posted('/api/reports/r1/sign')).toEqual({ version: 3 })
  })

  it('sends a signed report, with an address where the centre itself delivers', async () => {
    await show(ReportsPanel, { 'GET /api/incidents/i1/reports': panel({ reports: [report({ state: 'signed' })] }), 'POST /api/reports/r1/send': report({ state: 'sent' }) })
    fill('send-channel', 'text')
    await settled()
    expect(hook<HTMLButtonElement>('report-send')?.disabled).toBe(true)
    fill('send-address', '139-示例')
    await settled()
    hook('report-send')?.click()
    await settled()
    expect(posted('/api/reports/r1/send')).toEqual({ version: 3, to: [{ body: '市应急指挥中心', channel: 'text', address: '139-示例' }] })
  })

  it('notes who received it', async () => {
    const deliveries: Report['deliveries'] = [{ id: 'd1', body: '市里', channel: 'fax', address: '', state: 'sent', sent_at: AT, sent_by: '陈', received_at: null, received_by: '', note: '' }]
    await show(ReportsPanel, { 'GET /api/incidents/i1/reports': panel({ reports: [report({ state: 'sent', deliveries })] }), 'POST /api/reports/deliveries/d1/receipt': report() })
    hook('receipt-open')?.click()
    await settled()
    fill('receipt-name', '市值班员')
    await settled()
    hook('receipt-save')?.click()
    await settled()
    expect(posted('/api/reports/deliveries/d1/receipt')).toEqual({ name: '市值班员' })
  })

})

describe('forms of command', () => {
  it('are shown as the log fills them, and handed out as PDF', async () => {
    const paper = { title: { zh: '事件简报', en: 'Briefing' }, subtitle: { zh: 'ICS 201', en: 'ICS 201' }, number: 'X-ICS201', made_at: AT, marks: [], blocks: [
      { block: 'heading', text: { zh: '态势', en: 'Situation' }, level: 1 }, { block: 'table', head: [{ zh: '时间', en: 'Time' }], rows: [[{ zh: '09:00', en: '09:00' }]] },
    ] }
    await show(FormsPanel, { 'GET /api/incidents/i1/forms': [{ number: '201', title: { zh: '事件简报', en: 'Briefing' } }], 'GET /api/incidents/i1/forms/201': paper })
    expect(hook('paper')?.textContent).toContain('态势')
    expect(hook('paper')?.textContent).toContain('09:00')
    expect(hook<HTMLAnchorElement>('form-pdf')?.getAttribute('href')).toBe('/api/incidents/i1/forms/201?form_as=pdf')
  })
})

describe('a clock', () => {
  it('presses more as its time comes', () => {
    const now = Date.parse(AT)
    const due = (minutes: number): Clock => clock({ due_at: new Date(now + minutes * 60_000).toISOString() })
    expect([30, 5, -1].map((minutes) => urgency(due(minutes), now))).toEqual(['later', 'soon', 'late'])
    expect(urgency(clock({ met_at: AT }), now)).toBe('met')
    expect(left(due(30), now)).toBe('剩 30 分钟')
    expect(owed(due(1))).toContain('首报')
  })
})
