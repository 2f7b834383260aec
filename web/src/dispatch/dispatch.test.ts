/** Is the joint assignment shown beside the plain one, sent with one confirmation, and is advice ordered as it is worded? */
import { afterEach, describe, expect, it } from 'vitest'
import { disconnect } from '@/kit/live'
import { answer } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleIncident, sampleSession, sampleUnit } from '@/kit/testing/samples'
import DispatchPage from './DispatchPage.vue'

const AT = '2026-11-23T01:00:00.000Z'
const word = (zh: string): { zh: string; en: string } => ({ zh, en: zh })
const pair = (incident: string, unit: string | null, eta: number | null): object => ({
  incident_id: incident, incident_number: `DJ-${incident}`, incident_title: '内涝', level: 2, unit_id: unit, unit_name: unit ? word(`力量${unit}`) : null, eta_s: eta,
})
const JOINT = { by_road: true, greedy: [pair('i1', 'A', 60), pair('i2', 'B', 900)], joint: [pair('i1', 'B', 120), pair('i2', 'A', 300)], saved_s: 540, as_of: AT }
const TURN = {
  incident_id: 'i1', incident_number: 'DJ-i1', incident_title: '被困', level: 1, task_id: 't1', unit: sampleUnit(), from_level: 4, from_number: 'DJ-9', eta_s: 120, otherwise_s: 600,
  policy: word('前往Ⅳ级事件途中，可改派至Ⅰ、Ⅱ级'), example: true,
}
const MOVE = { kind: 'ambulance', coverage: 0.62, target_s: 480, example: true, unit: sampleUnit(), post: word('东门驻点'), lon: 107.3, lat: 30.3, after: 0.68, drive_s: 300, as_of: AT }
let shown: Stage | null = null
let asked: Asked[] = []

async function open(more: Record<string, Answer> = {}): Promise<void> {
  asked = answer({
    'GET /api/dispatch/joint': JOINT,
    'GET /api/dispatch/diversions': { items: [TURN], by_road: true, as_of: AT },
    'GET /api/dispatch/diversion-policy': { items: [{ level: 4, levels: [1, 2], least_gain_s: 120, example: true, says: TURN.policy }] },
    'GET /api/dispatch/move-up': (call: Asked) => (call.query.get('kind') === 'ambulance' ? MOVE : { ...MOVE, kind: call.query.get('kind'), unit: null, post: null, after: null }),
    'GET /api/incidents/i1': sampleIncident(),
    'GET /api/incidents/i2': sampleIncident({ id: 'i2' }),
    ...more,
  })
  const session = sampleSession()
  session.user.permissions = [...session.user.permissions, 'tasks.assign']
  shown = await stage(DispatchPage, '/dispatch', '/dispatch', session)
  await settled()
}

const posted = (): Asked | undefined => asked.find((call) => call.method === 'POST')

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

describe('several calls at once', () => {
  it('shows who moves and what it changes, and sends all with one confirmation', async () => {
    await open({ 'POST /api/dispatch/joint': { tasks: [] } })
    const rows = [...document.querySelectorAll('[data-testid="joint-row"]')].map((one) => one.textContent ?? '')
    expect(rows[0]).toMatch(/力量A.*力量B.*晚到.*换力量/s)
    expect(rows[1]).toMatch(/力量B.*力量A.*早到.*换力量/s)
    hook('joint-send')?.click()
    await settled()
    hook('joint-confirm')?.click()
    await settled()
    await settled()
    expect(posted()?.path).toBe('/api/dispatch/joint')
    expect(posted()?.body).toMatchObject({ pairs: [{ incident_id: 'i1', unit_id: 'B' }, { incident_id: 'i2', unit_id: 'A' }] })
  })

  it('says so when nothing waits', async () => {
    await open({ 'GET /api/dispatch/joint': { ...JOINT, greedy: [], joint: [] } })
    expect(hook('joint-none')?.textContent).toContain('没有等待派单的事件')
  })
})

describe('advice', () => {
  it('names the line of the table and turns a unit only with a reason', async () => {
    await open({ 'POST /api/dispatch/divert': { tasks: [] } })
    expect(hook('turn')?.textContent).toContain('改派规则：前往Ⅳ级事件途中')
    expect(hook('diversion-policy')?.textContent).toContain('可改派至Ⅰ、Ⅱ级')
    hook('turn-do')?.click()
    await settled()
    fill('reason-text', '有人被困')
    await settled()
    hook('reason-submit')?.click()
    await settled()
    await settled()
    expect(posted()?.body).toMatchObject({ task_id: 't1', incident_id: 'i1', reason: '有人被困' })
  })

  it('tells coverage before and after, and orders a move with one click', async () => {
    await open({ 'POST /api/dispatch/move-up': {} })
    expect(hook('move-ambulance')?.textContent).toContain('覆盖 62.0% → 68.0%')
    expect(hook('move-fire')?.textContent).toContain('无需前移')
    hook('move-do-ambulance')?.click()
    await settled()
    expect(posted()?.body).toMatchObject({ post: '东门驻点', lon: 107.3 })
  })
})
