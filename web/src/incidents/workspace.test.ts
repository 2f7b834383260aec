/** Can an incident be worked on: send a unit, confirm an arrival, write a note, change phase, and close it? */
import { afterEach, describe, expect, it } from 'vitest'
import { disconnect } from '@/kit/live'
import { dismiss, notices } from '@/kit/notice'
import { answer, Refusal } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleAlarm, sampleCandidate, sampleIncident, sampleTask, sampleUnit } from '@/kit/testing/samples'
import type { IncidentDetail } from '@/kit/types'
import IncidentList from './IncidentList.vue'
import IncidentWorkspace from './IncidentWorkspace.vue'
import { orderText } from './order'
import { blocksOf } from './phases'

let asked: Asked[]
let shown: Stage | null = null

async function open(incident: IncidentDetail, more: Record<string, Answer> = {}): Promise<void> {
  asked = answer({
    'GET /api/incidents/i1': incident,
    'GET /api/incidents/i1/candidates': { required: ['flood_rescue'], by_road: true, schematic: false, items: [sampleCandidate()], cannot_arrive: [], total: 1, shortfalls: [], wanted: [], as_of: new Date().toISOString() },
    'GET /api/incidents/i1/drives': { drives: [], decisions: [], as_of: new Date().toISOString() },
    'GET /api/units': { items: [sampleUnit()], as_of: '' },
    'GET /api/map/layers': { items: [], as_of: '' },
    ...more,
  })
  shown = await stage(IncidentWorkspace, '/incidents/i1', '/incidents/:id')
}

const posted = (path: string): unknown => asked.find((call) => call.method === 'POST' && call.path === path)?.body

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  notices.value.forEach((notice) => dismiss(notice.id))
  document.body.innerHTML = ''
})

describe('the workspace', () => {
  it('shows what it is, its phase, its alarms and what was done', async () => {
    await open(sampleIncident())
    expect(hook('incident-header')?.textContent).toContain('示例河超警戒')
    expect(hook('incident-phase')?.textContent).toBe('派遣')
    expect(hook('timeline')?.textContent).toContain('建立事件')
    expect(document.body.textContent).toContain('a1 水位超警戒')
  })

  it('offers new alarms with score, reasons and the time they call, and one click says that they belong', async () => {
    const child = {
      id: 'c1', alarm: sampleAlarm('b7'), score: 0.82, reasons: [{ kind: 'distance', text: { zh: '相距 80 米', en: '80 m apart' }, weight: 0.26 }], state: 'offered', quiet: true,
      offered_at: new Date().toISOString(), calls_at: new Date(Date.now() + 600_000).toISOString(), decided_at: null, decided_by: null, note: '',
    }
    await open(sampleIncident(), {
      'GET /api/incidents/i1/children': { items: [child], as_of: '' },
      'POST /api/incidents/i1/children/c1/accept': { items: [{ ...child, state: 'accepted', decided_by: '陈晓岚' }], as_of: '' },
    })
    const text = hook('child')?.textContent ?? ''
    for (const part of ['b7 水位超警戒', '相关度 82 %', '相距 80 米', '前无人处理将恢复提示']) expect(text).toContain(part)
    hook('child-accept')?.click()
    await settled()
    expect(hook('child')?.textContent).toContain('陈晓岚 已确认属于本事件')
    expect(hook('child-undo')).not.toBeNull()
  })

  it('sends a unit with an order that says what and where, and only when told to', async () => {
    await open(sampleIncident(), { 'POST /api/incidents/i1/tasks': sampleTask() })
    hook('candidate-assign')?.click()
    await settled()
    expect(posted('/api/incidents/i1/tasks')).toBeUndefined()
    const order = hook<HTMLTextAreaElement>('assign-order')?.value ?? ''
    expect(order).toContain('桥头')
    expect(order).toContain('107.3500, 30.3300')
    hook('assign-submit')?.click()
    await settled()
    expect(posted('/api/incidents/i1/tasks')).toEqual({ unit_id: 'unit1', order, expires_s: 300 })
    expect(hook('task-card')).toBeNull() // nothing is shown as sent before the centre says so
  })

  it('confirms a proposed arrival with an id of its own', async () => {
    const proposal = { event: 'arrive' as const, at: '2026-11-23T01:10:00Z', reason: { zh: '进入 200 m 内', en: 'within 200 m' } }
    await open(sampleIncident({ task_list: [sampleTask({ proposal })] }), { 'POST /api/tasks/task1/events': sampleTask() })
    expect(hook('task-proposal')?.textContent).toContain('进入 200 m 内')
    hook('task-confirm-arrive')?.click()
    await settled()
    expect(posted('/api/tasks/task1/events')).toMatchObject({ event: 'arrive' })
    expect((posted('/api/tasks/task1/events') as { client_id: string }).client_id).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('shows the receipt of the order and why a unit declined', async () => {
    const declined = sampleTask({ id: 't2', state: 'declined', next: [], decline_reason: '车坏了' })
    await open(sampleIncident({ task_list: [sampleTask(), declined] }))
    expect(document.body.textContent).toContain('终端已收到')
    expect(document.body.textContent).toContain('车坏了')
  })

  it('will not close while tasks are open, and says so', async () => {
    await open(sampleIncident({ task_list: [sampleTask()] }))
    hook('incident-close')?.click()
    await settled()
    fill('close-summary', '已处理')
    await settled()
    expect(hook('close-blocks')?.textContent).toContain('还有 1 个任务')
    expect(hook<HTMLButtonElement>('close-submit')?.disabled).toBe(true)
  })

  it('closes with an outcome and a summary', async () => {
    await open(sampleIncident({ alarms: [] }), { 'POST /api/incidents/i1/close': sampleIncident({ phase: 'closed' }) })
    hook('incident-close')?.click()
    await settled()
    expect(hook<HTMLButtonElement>('close-submit')?.disabled).toBe(true)
    fill('close-disposition', 'false_alarm')
    fill('close-summary', '传感器故障')
    await settled()
    hook('close-submit')?.click()
    await settled()
    expect(posted('/api/incidents/i1/close')).toEqual({ disposition: 'false_alarm', summary: '传感器故障', version: 7 })
    expect(hook('incident-phase')?.textContent).toBe('已结束')
  })

  it('writes a note', async () => {
    await open(sampleIncident(), { 'POST /api/incidents/i1/notes': sampleIncident() })
    fill('note-text', '已通知村社')
    await settled()
    hook('note-send')?.click()
    await settled()
    expect(posted('/api/incidents/i1/notes')).toEqual({ text: '已通知村社' })
  })

  it('moves to the next phase, and asks why before side tracks', async () => {
    await open(sampleIncident(), { 'POST /api/incidents/i1/phase': sampleIncident({ phase: 'responding' }) })
    hook('incident-phase-suspended')?.click()
    await settled()
    expect(posted('/api/incidents/i1/phase')).toBeUndefined()
    hook('incident-phase-responding')?.click()
    await settled()
    expect(posted('/api/incidents/i1/phase')).toEqual({ phase: 'responding', version: 7 })
  })

  it('reloads and says so when the incident has moved on', async () => {
    await open(sampleIncident(), { 'POST /api/incidents/i1/phase': new Refusal(409, 'conflict') })
    const before = asked.filter((call) => call.path === '/api/incidents/i1').length
    hook('incident-phase-responding')?.click()
    await settled()
    expect(asked.filter((call) => call.path === '/api/incidents/i1').length).toBe(before + 1)
    expect(notices.value.at(-1)?.text).toContain('情况已变化')
  })
})

describe('the list of incidents', () => {
  it('shows them, and says so when there are none', async () => {
    answer({ 'GET /api/incidents': { items: [sampleIncident()], total: 1, next: null, as_of: new Date().toISOString() } })
    shown = await stage(IncidentList, '/incidents')
    expect(hook('incident-row')?.textContent).toContain('DJ-1')
    shown.wrapper.unmount()
    answer({ 'GET /api/incidents': { items: [], total: 0, next: null, as_of: new Date().toISOString() } })
    shown = await stage(IncidentList, '/incidents')
    expect(hook('state-empty')?.textContent).toContain('没有处置中的事件')
  })
})

describe('orders and blocks', () => {
  it('say the worst active alarm and its response', () => {
    const alarms = [sampleAlarm('a2'), sampleAlarm('a1', { level: 1, response: { zh: '立即转移', en: 'move now' } })]
    expect(orderText(sampleIncident({ alarms }))).toContain('立即转移')
  })

  it('let alarms warn and tasks block', () => {
    const blocks = blocksOf(sampleIncident({ task_list: [sampleTask()] }))
    expect(blocks).toEqual([
      { key: 'tasks', count: 1, grave: true },
      { key: 'alarms', count: 1, grave: false },
    ])
  })
})
