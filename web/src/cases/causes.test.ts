/** Do cases of one cause surface, is closing them offered, never forced, and is it said where a case was entered? */
import { afterEach, describe, expect, it } from 'vitest'
import { setLocale } from '@/kit/i18n'
import { disconnect } from '@/kit/live'
import { answer, Refusal } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import type { Permission } from '@/kit/types'
import CasesBoard from './CasesBoard.vue'
import { sampleCase, TYPES } from './testing'
import type { Case, Clusters, Entries, Ties } from './types'

const AT = '2026-11-23T01:00:00.000Z'
let shown: Stage | null = null

const of = (id: string, part: Partial<Case> = {}): Case => sampleCase({ id, number: `RX-${id}`, title: `事 ${id}`, ...part })
const CLUSTERS: Clusters = {
  items: [{ cause: 'building_site', cause_title: { zh: '同一工地施工', en: '' }, example: true, lead_id: 'a', score: 0.72, reasons: [{ zh: '3 个类别', en: '' }, { zh: '2 名反映人', en: '' }], lon: 107.3, lat: 30.3, cases: [of('a'), of('b'), of('d')] }],
  apart: [{ id: 'x', cause_title: { zh: '排水管网堵塞', en: '' }, numbers: ['RX-e', 'RX-f'], reason: '两条管', at: AT, by: '乙' }],
  since: AT, as_of: AT,
}

async function open(path: string, routes: Record<string, Answer>, permissions = ['cases.read', 'cases.write']): Promise<Asked[]> {
  const session = sampleSession()
  session.user.permissions = permissions as Permission[]
  session.user.department = null
  const asked = answer({ 'GET /api/cases/types': TYPES, 'GET /api/cases': { items: [], total: 0, as_of: AT }, ...routes })
  setLocale('zh')
  shown = await stage(CasesBoard, path, '/cases', session)
  await settled()
  return asked
}

const posts = (asked: Asked[]): [string, unknown][] => asked.filter((call) => call.method === 'POST').map((call) => [call.path, call.body])

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

describe('cases that may have one cause', () => {
  it('are shown with what speaks for it and linked under the one that is chosen', async () => {
    const asked = await open('/cases?state=clusters', { 'GET /api/cases/clusters': CLUSTERS, 'POST /api/cases/b/ties': { lead: null, followers: [], as_of: AT } })
    const words = hook('cluster')?.textContent ?? ''
    for (const part of ['同一工地施工', '72 %', '3 个类别；2 名反映人', 'RX-d']) expect(words).toContain(part)
    expect(document.body.textContent).toContain('示例')
    const other = document.querySelector<HTMLInputElement>('input[type=radio][value=b]')
    other?.click()
    other?.dispatchEvent(new Event('change'))
    await settled()
    hook('cluster-tie')?.click()
    await settled()
    expect(posts(asked)).toEqual([['/api/cases/b/ties', { cause: 'building_site', case_ids: ['a', 'd'] }]])
  })

  it('are told apart with a reason, and suggested again when that is taken back', async () => {
    const asked = await open('/cases?state=clusters', { 'GET /api/cases/clusters': CLUSTERS, 'POST /api/cases/clusters/apart': undefined, 'POST /api/cases/clusters/apart/x/withdraw': undefined })
    hook('cluster-apart')?.click()
    await settled()
    fill('cluster-why', '两处工地')
    await settled()
    hook('cluster-apart-give')?.click()
    await settled()
    hook('cluster-again')?.click()
    await settled()
    const [first, second] = posts(asked)
    expect(first).toEqual(['/api/cases/clusters/apart', { id: expect.any(String), cause: 'building_site', case_ids: ['a', 'b', 'd'], reason: '两处工地' }])
    expect(second?.[0]).toBe('/api/cases/clusters/apart/x/withdraw')
  })

  it('say when there are none and when it failed, and offer nothing to who may only read', async () => {
    await open('/cases?state=clusters', { 'GET /api/cases/clusters': { items: [], apart: [], since: AT, as_of: AT } })
    expect(document.body.textContent).toContain('没有发现可能同一原因')
    shown?.wrapper.unmount()
    await open('/cases?state=clusters', { 'GET /api/cases/clusters': new Refusal(503, 'unavailable') })
    expect(document.body.textContent).toContain('重试')
    shown?.wrapper.unmount()
    await open('/cases?state=clusters', { 'GET /api/cases/clusters': CLUSTERS }, ['cases.read'])
    expect(hook('cluster')).not.toBeNull()
    expect([hook('cluster-tie'), hook('cluster-apart'), hook('cluster-again')]).toEqual([null, null, null])
  })
})

describe('a leading case', () => {
  const TIES: Ties = {
    lead: null, as_of: AT,
    followers: [of('b', { state: 'checking', can: ['pass'], closed_at: null }), of('d', { can: ['sign'], closed_at: null }), of('e', { closed_at: AT, can: ['pass'] })],
  }

  it('offers to close those under it only when it is closed, each by its own step, and says what did not go', async () => {
    const routes = { 'GET /api/cases/c1': sampleCase({ closed_at: AT }), 'GET /api/cases/c1/ties': { ...TIES, followers: [...TIES.followers, of('g', { can: ['force_close'], closed_at: null })] } }
    const asked = await open('/cases?case=c1', { ...routes, 'POST /api/cases/b/steps': sampleCase({ id: 'b' }), 'POST /api/cases/g/steps': new Refusal(409, 'conflict', 'the case has changed meanwhile; look again') })
    expect(hook('case-ties')?.textContent).toContain('同因的 3 件仍在办')
    expect([hook('tie-choose-RX-d'), hook('tie-choose-RX-e'), hook('tie-close')]).toEqual([null, null, null])
    for (const one of ['b', 'g']) {
      hook(`tie-choose-RX-${one}`)?.click()
      await settled()
    }
    expect((hook('tie-close') as HTMLButtonElement).disabled).toBe(true)
    fill('tie-reason', '工地已停工')
    await settled()
    hook('tie-close')?.click()
    await settled()
    expect(posts(asked).map(([path, body]) => [path, (body as Record<string, unknown>)['event'], (body as Record<string, unknown>)['reason']])).toEqual([
      ['/api/cases/b/steps', 'pass', '工地已停工'], ['/api/cases/g/steps', 'force_close', '工地已停工'],
    ])
    expect(hook('tie-told')?.textContent).toContain('RX-b 已结案')
    expect(hook('tie-told')?.textContent).toContain('RX-g 未结案')
  })

  it('offers nothing while it is open, and a link can be undone', async () => {
    const asked = await open('/cases?case=c1', { 'GET /api/cases/c1': sampleCase(), 'GET /api/cases/c1/ties': { ...TIES, lead: { lead_id: 'z', lead_number: 'RX-z', lead_title: '爆管', cause_title: { zh: '供水管道破裂', en: '' }, at: AT, by: '甲' } }, 'DELETE /api/cases/c1/ties': { ...TIES, followers: [] } })
    expect(hook('tie-choose-RX-b')).toBeNull()
    expect(hook('case-ties')?.textContent).toContain('供水管道破裂')
    hook('tie-free')?.click()
    await settled()
    expect(asked.find((call) => call.method === 'DELETE')?.path).toBe('/api/cases/c1/ties')
  })
})

describe('a case that other systems need', () => {
  const SEND: Entries['items'][number]['sends'][number] = {
    id: 's1', event_title: { zh: '立案', en: '' }, state: 'accepted', attempts: 1, reason: '', next_at: null, created_at: AT, sent_at: AT, fields: { caseNumber: 'RX-1', orderNo: null },
    receipts: [{ kind: 'accepted', text: '已收', at: AT }],
  }

  it('says where it was entered, what was sent, their number and receipt, and what has not arrived', async () => {
    const items: Entries['items'] = [
      { platform: 'g', target: 'orders', title: { zh: '上级工单系统', en: '' }, state: 'waiting', number: 'W-1', sends: [SEND, { ...SEND, id: 's2', state: 'waiting', attempts: 3, next_at: AT, reason: 'HTTP 503', receipts: [] }] },
      { platform: 'g', target: 'other', title: { zh: '省平台', en: '' }, state: 'none', number: '', sends: [] },
    ]
    await open('/cases?case=c1', { 'GET /api/cases/c1': sampleCase(), 'GET /api/cases/c1/entries': { items, as_of: AT } })
    const words = hook('case-entries')?.textContent ?? ''
    for (const part of ['上级工单系统', '对方编号 W-1', '对方已签收', '签收', '已收', '已试 3 次', 'HTTP 503', 'caseNumber', 'RX-1', '省平台', '立案后送出']) expect(words).toContain(part)
  })

  it('the meter says how many entries were spared and about how long they would have taken', async () => {
    const sums = { day: '2026-11-23', form: 'intake', department: '', entries: 2, fields: 8, seconds: 120, avoided: 0 }
    await open('/cases', { 'GET /api/cases/burden': { items: [sums], spared: [{ platform: 'g', target: 'orders', title: { zh: '上级工单系统', en: '' }, entries: 12, fields: 120 }], seconds_per_field: 15, as_of: AT } })
    const card = hook('cases-burden') as HTMLDetailsElement
    card.open = true
    card.dispatchEvent(new Event('toggle'))
    await settled()
    expect(hook('burden-spared')?.textContent).toContain('免去录入 12 次、120 个字段，按本中心表单的平均速度约 30 分钟')
  })
})
