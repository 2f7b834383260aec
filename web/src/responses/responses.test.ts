/** Is advice seen, is all that follows shown before it is decided, and does nobody decide what is not theirs? */
import { afterEach, describe, expect, it } from 'vitest'
import { disconnect } from '@/kit/live'
import { answer } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import type { Permission } from '@/kit/types'
import ResponseList from './ResponseList.vue'
import ResponsePage from './ResponsePage.vue'
import type { ResponseDetail } from './wire'

const AT = '2026-11-23T01:00:00.000Z'
const WORD = { zh: '防汛四级响应', en: 'Level IV' }
const PREVIEW = { level: 'IV', title: WORD, items: [{ kind: 'task', title: { zh: '巡查堤防', en: 'Patrol' }, who: { zh: '水利局', en: 'Water' }, within_s: 1800 }], standing: [] as object[], closures: [] as object[] }
let shown: Stage | null = null
let asked: Asked[] = []

function detail(part: Partial<ResponseDetail> = {}): ResponseDetail {
  const level = { key: 'IV', statutory: 4, title: WORD, approver: { zh: '防汛办值班长', en: 'Duty chief' }, end_by: WORD, commander: WORD, holds: true, since: AT, conditions: ['high'], may: true, may_end: true }
  return {
    id: 'r1', slug: 'flood', title: { zh: '防汛预案', en: 'Flood plan' }, example: true, area_code: '500231', area_name: { zh: '示例县', en: 'County' }, incident_id: null, incident_number: null,
    state: 'advised', level: null, level_title: null, statutory: null, proposed: 'IV', proposed_title: WORD, proposed_statutory: 4, proposed_at: AT, proposed_by: '预案引擎', decide_by: '2026-11-23T01:10:00Z',
    overdue: false, opened_at: AT, started_at: null, level_since: null, ended_at: null, next_due_at: null, open_items: 0, version: 2, plan_hash: 'abcdef0123', plan_number: 1, raise_only: false, levels: [level],
    conditions: [{ name: 'high', says: { zh: '超警戒水位', en: 'Over warning level' }, holds: true, since: AT, due_at: null, stale: false, example: true, evidence: [{ name: { zh: '桂溪站', en: 'Guixi' }, value: 389.9, limit: 389.2, unit: 'm' }] }],
    asked_at: AT, issues: [], lines: [{ at: AT, kind: 'advised', actor: '预案引擎', to_level: 'IV', reason: '', text: { zh: '建议四级', en: 'IV advised' } }], ...part,
  }
}

async function open(page: object, path: string, route: string, answers: Record<string, Answer>, more: Permission[] = []): Promise<void> {
  asked = answer(answers)
  const session = sampleSession()
  session.user.permissions = [...session.user.permissions, 'responses.read', ...more]
  shown = await stage(page, path, route, session)
}

const one = (found: ResponseDetail, more: Record<string, Answer> = {}): Promise<void> =>
  open(ResponsePage, '/responses/r1', '/responses/:id', { 'GET /api/responses/r1': found, 'GET /api/responses/r1/preview': PREVIEW, ...more }, ['responses.approve'])

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

describe('the list', () => {
  it('shows what waits for a decision, and starting by hand only to who may', async () => {
    await open(ResponseList, '/responses', '/responses', { 'GET /api/responses': { items: [detail()], as_of: AT } })
    expect(hook('response-waits')?.textContent).toContain('防汛四级响应')
    expect(hook('response-start')).toBeNull()
  })

  it('says so when nothing is advised', async () => {
    await open(ResponseList, '/responses', '/responses', { 'GET /api/responses': { items: [], as_of: AT } })
    expect(hook('state-empty')?.textContent).toContain('没有预案响应')
  })
})

describe('one response', () => {
  it('shows the values that a condition was judged by', async () => {
    await one(detail())
    expect(hook('level-IV')?.textContent).toContain('389.9')
    expect(hook('level-IV')?.textContent).toContain('389.2')
  })

  it('says which roads would close, and sends the wind that was stated', async () => {
    const area = { says: WORD, closes: true, depth_m: null, names: [{ zh: '沿河路', en: 'River Road' }], length_m: 1200, geometry: {} }
    const gauge = { ...area, says: { zh: '永安站：积水 0.42 米', en: 'Yongan: 0.42 m' }, depth_m: 0.42 }
    const ahead = (rule: string, grounds: object[]): object => ({ id: rule, rule, says: WORD, example: true, wind: null, grounds })
    const closures = [ahead('flood_depth', [gauge]), ahead('upwind', [area])]
    const done = detail({ state: 'active', level: 'IV', proposed: null, proposed_title: null })
    await one(detail(), { 'GET /api/responses/r1/preview': { ...PREVIEW, closures }, 'POST /api/responses/r1/approve': done })
    hook('response-approve')?.click()
    await settled()
    expect(hook('ahead-flood_depth')?.textContent).toContain('永安站：积水 0.42 米 · 立即封闭')
    expect(hook('ahead-upwind')?.textContent).toContain('沿河路 共 1.2 千米')
    fill('wind-from', '4')
    await settled()
    expect(asked.at(-1)?.query.toString()).toBe('level=IV&wind_from_deg=90&wind_ms=3')
    hook('decide-submit')?.click()
    await settled()
    expect(asked.find((one) => one.method === 'POST')?.body).toMatchObject({ wind: { from_deg: 90, speed_ms: 3 } })
  })

  it('shows what will be issued before it is approved, on the version that was read', async () => {
    await one(detail(), { 'POST /api/responses/r1/approve': detail({ state: 'active', level: 'IV', level_title: WORD, statutory: 4, proposed: null, proposed_title: null }) })
    hook('response-approve')?.click()
    await settled()
    expect(hook('preview')?.textContent).toContain('巡查堤防')
    hook('decide-submit')?.click()
    await settled()
    expect(asked.find((call) => call.method === 'POST')?.body).toEqual({ version: 2, reason: '', despite: false })
    expect(hook('response')?.dataset['state']).toBe('active')
  })

  it('names who decides to everybody else', async () => {
    const found = detail()
    found.levels[0]!.may = false
    await one(found)
    expect(hook('response-approve')).toBeNull()
    expect(hook('response-proposal')?.textContent).toContain('防汛办值班长')
  })

  it('asks for a reason before advice is not followed', async () => {
    await one(detail(), { 'POST /api/responses/r1/reject': detail({ state: 'rejected', proposed: null, proposed_title: null }) })
    hook('response-reject')?.click()
    await settled()
    expect(hook<HTMLButtonElement>('reason-submit')?.disabled).toBe(true)
    fill('reason-text', '误报')
    await settled()
    hook('reason-submit')?.click()
    await settled()
    expect(asked.find((call) => call.method === 'POST')?.body).toEqual({ version: 2, reason: '误报' })
  })

  it('says in words what still holds before it is ended, and ends it only with a reason and a tick', async () => {
    const active = detail({ state: 'active', level: 'IV', level_title: WORD, statutory: 4, proposed: null, proposed_title: null })
    const standing = [{ level: 'IV', title: WORD, since: AT, conditions: [{ zh: '超警戒水位', en: 'Over warning level' }] }]
    await one(active, { 'GET /api/responses/r1/preview': { ...PREVIEW, items: [], standing }, 'POST /api/responses/r1/end': { ...active, state: 'deactivating' } })
    hook('response-end')?.click()
    await settled()
    expect(hook('decide-standing')?.textContent).toContain('超警戒水位')
    fill('decide-reason', '市里接手')
    await settled()
    expect(hook<HTMLButtonElement>('decide-submit')?.disabled).toBe(true)
    hook('decide-despite')?.click()
    await settled()
    hook('decide-submit')?.click()
    await settled()
    expect(asked.find((call) => call.method === 'POST')?.body).toEqual({ version: 2, reason: '市里接手', despite: true })
  })
})
