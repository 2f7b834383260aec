/** Can a warning be written, checked against what lacks, sent by those who may, and followed on its way? */
import { afterEach, describe, expect, it } from 'vitest'
import { disconnect } from '@/kit/live'
import { answer } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import { field, instant } from '@/kit/time'
import type { Permission } from '@/kit/types'
import { blank, said } from './form'
import { fitOf, ringOf, sourcesOf } from './shapes'
import WarningEditor from './WarningEditor.vue'
import WarningList from './WarningList.vue'
import WarningPage from './WarningPage.vue'
import type { Content, WarningDetail } from './wire'

const AT = '2026-11-23T01:00:00.000Z'
const COVERAGE = { towns: [], villages: 0, residents: 1200, example: true, units: [], things: {} }
const SETTINGS = {
  issuer: { code: '50023100000000', name: { zh: '示例局', en: 'Office' }, contact: '', web: '', example: true },
  templates: [{ name: 'fog', title: { zh: '大雾', en: 'Fog' }, example: true, slots: [{ name: 'visibility', title: { zh: '能见度', en: 'Visibility' }, kind: 'number', unit: ' m' }] }],
  event_types: { '11B17': '大雾' }, webhooks: 0, exercise: false,
}
const PREVIEW = { lacks: [{ field: 'headline', words: { zh: '中文内容未填', en: 'missing' } }], findings: [], cap: '<alert/>', text: '快走', text_parts: 1, coverage: COVERAGE, changes: [] }
let shown: Stage | null = null
let asked: Asked[] = []

function content(part: Partial<Content> = {}): Content {
  return { ...blank(SETTINGS, Date.parse(AT)), headline: { zh: '发布大雾橙色预警', en: 'Fog warning' }, ...part }
}

function detail(part: Partial<WarningDetail> = {}): WarningDetail {
  const words = part.content ?? content()
  const { event, headline, area } = words
  return {
    id: 'w1', chain: 'w1', previous: null, state: 'checked', status: 'Actual', msg_type: 'Alert', level: 2, event, headline, area, area_code: '500231',
    expires_at: '2099-01-01T00:00:00Z', onset: null, incident_id: null, author: '甲', created_at: AT, checker: '乙', checked_at: AT, approver: '', approved_at: null,
    sent_by: '', sent_at: null, ended_at: null, identifier: null, in_force: false, sandboxed: false, version: 3, content: words, text: '快走', text_parts: 1, lacks: [],
    moves: ['approve', 'return'], may_follow: false, messages: [], changes: [], coverage: COVERAGE, events: [], deliveries: [], reached: [], call: null, may_call: false, ...part,
  }
}

async function open(page: object, path: string, route: string, answers: Record<string, Answer>, more: Permission[] = []): Promise<void> {
  asked = answer({ 'GET /api/areas': { items: [{ code: '500231001', name: { zh: '桂溪街道', en: 'Guixi' }, level: 'town' }] }, 'GET /api/map/layers': { items: [] }, ...answers })
  const session = sampleSession()
  session.user.permissions = [...session.user.permissions, 'warnings.read', ...more]
  shown = await stage(page, path, route, session)
}

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

describe('the list', () => {
  it('shows what is in force with its level and marks what is not real', async () => {
    const items = [detail({ state: 'sent', in_force: true }), detail({ id: 'w2', status: 'Exercise', sandboxed: true })]
    await open(WarningList, '/warnings', '/warnings', { 'GET /api/warnings': { items, next: null, as_of: AT } }, ['warnings.write'])
    expect(document.querySelectorAll('[data-testid="warning-row"]')).toHaveLength(2)
    expect(document.querySelectorAll('[data-testid="warning-sandbox"]')).toHaveLength(1)
    expect(hook('warning-new')).not.toBeNull()
  })

  it('offers nothing new to who may only read', async () => {
    await open(WarningList, '/warnings', '/warnings', { 'GET /api/warnings': { items: [], next: null, as_of: AT } })
    expect(hook('warning-new')).toBeNull()
    expect(hook('state-empty')).not.toBeNull()
  })
})

describe('one warning', () => {
  it('is approved on the version that was read, and only after it was read', async () => {
    await open(WarningPage, '/warnings/w1', '/warnings/:id', { 'GET /api/warnings/w1': detail(), 'POST /api/warnings/w1/approve': detail({ state: 'approved', version: 4, moves: ['send'] }) }, ['warnings.approve'])
    hook('warning-approve')?.click()
    await settled()
    expect(hook<HTMLButtonElement>('move-submit')?.disabled).toBe(true)
    hook<HTMLInputElement>('move-read')?.click()
    await settled()
    hook<HTMLButtonElement>('move-submit')?.click()
    await settled()
    const sent = asked.find((one) => one.method === 'POST')
    expect(sent?.body).toEqual({ version: 3 })
    expect(hook('warning-send')).not.toBeNull()
  })

  it('cannot go on while something lacks', async () => {
    const lacks = [{ field: 'place', words: { zh: '未选定区域', en: 'no area' } }]
    await open(WarningPage, '/warnings/w1', '/warnings/:id', { 'GET /api/warnings/w1': detail({ lacks }) }, ['warnings.approve'])
    hook('warning-approve')?.click()
    await settled()
    hook<HTMLInputElement>('move-read')?.click()
    await settled()
    expect(hook<HTMLButtonElement>('move-submit')?.disabled).toBe(true)
    expect(hook('move-dialog')?.textContent).toContain('未选定区域')
  })

  it('shows what an update changes before it is approved', async () => {
    const changes = [{ field: 'level', words: { zh: '级别', en: 'Level' }, before: 3, after: 2 }]
    await open(WarningPage, '/warnings/w1', '/warnings/:id', { 'GET /api/warnings/w1': detail({ msg_type: 'Update', previous: 'w0', changes }) }, ['warnings.approve'])
    hook('warning-approve')?.click()
    await settled()
    expect(document.querySelectorAll('[data-testid="warning-changes"] del')[0]?.textContent).toBe('3')
  })

  it('says at the top that an exercise stays inside, and how far each channel got', async () => {
    const deliveries = [{ id: 'd1', channel: 'sandbox', target: '', state: 'delivered', attempts: 1, next_at: AT, delivered_at: AT, reason: '', receipt: { how: 'file', file: 'sandbox/d1.json' } }]
    await open(WarningPage, '/warnings/w1', '/warnings/:id', { 'GET /api/warnings/w1': detail({ status: 'Exercise', sandboxed: true, state: 'sent', moves: [], deliveries }) })
    expect(hook('sandbox-banner')).not.toBeNull()
    expect(hook('delivery-row')?.textContent).toContain('sandbox/d1.json')
    expect(hook('public-view')?.textContent).toContain('【演练】')
  })

  it('begins a cancellation with its reason', async () => {
    await open(WarningPage, '/warnings/w1', '/warnings/:id', { 'GET /api/warnings/w1': detail({ state: 'sent', moves: [], may_follow: true }), 'POST /api/warnings/w1/follow': detail({ id: 'w2', msg_type: 'Cancel', previous: 'w1' }) }, ['warnings.write'])
    hook('warning-cancel')?.click()
    await settled()
    fill('reason-text', '雾已散')
    await settled()
    hook<HTMLButtonElement>('reason-submit')?.click()
    await settled()
    expect(asked.find((one) => one.method === 'POST')?.body).toEqual({ msg_type: 'Cancel', note: '雾已散' })
    expect(shown?.router.currentRoute.value.path).toBe('/warnings/w2/edit')
  })
})

describe('the editor', () => {
  it('previews what is typed, says what lacks, and keeps a draft', async () => {
    await open(WarningEditor, '/warnings/new', '/warnings/new', { 'GET /api/warnings/settings': SETTINGS, 'POST /api/warnings/preview': PREVIEW, 'POST /api/warnings': detail({ state: 'draft' }) }, ['warnings.write'])
    expect(hook('warning-lacks')?.textContent).toContain('中文内容未填')
    fill('warning-headline-zh', '发布大雾橙色预警')
    hook('town-500231001')?.click()
    fill('draw-figures', '30.33,107.35')
    await settled()
    hook('draw-add')?.click()
    await settled()
    hook('warning-form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    await settled()
    const kept = asked.find((one) => one.method === 'POST' && one.path === '/api/warnings')?.body as { content: Content; status: string }
    expect(kept.status).toBe('Actual')
    expect(kept.content.headline.zh).toBe('发布大雾橙色预警')
    expect(kept.content.geocodes).toEqual(['500231001'])
    expect(kept.content.circles).toEqual([{ lat: 30.33, lon: 107.35, radius_km: 3 }])
  })

  it('fills the form from a template and keeps what was drawn', async () => {
    await open(WarningEditor, '/warnings/new', '/warnings/new', { 'GET /api/warnings/settings': SETTINGS, 'POST /api/warnings/preview': PREVIEW, 'POST /api/warnings/fill': content({ event_type: '11B17' }) }, ['warnings.write'])
    hook('town-500231001')?.click()
    fill('warning-template', 'fog')
    await settled()
    fill('slot-visibility', '50')
    hook('warning-fill')?.click()
    await settled()
    expect(asked.find((one) => one.path === '/api/warnings/fill')?.body).toMatchObject({ template: 'fog', values: { visibility: 50 } })
    expect(hook<HTMLInputElement>('warning-headline-zh')?.value).toBe('发布大雾橙色预警')
    expect(hook<HTMLInputElement>('town-500231001')?.checked).toBe(true)
  })
})

describe('figures', () => {
  it('reads and writes times of the centre', () => {
    expect(field('2026-11-23T01:05:09Z')).toBe('2026-11-23T09:05')
    expect(instant('2026-11-23T09:05')).toBe('2026-11-23T01:05:00.000Z')
  })

  it('draws circles as closed rings around their middle', () => {
    const ring = ringOf({ lon: 107.35, lat: 30.33, radius_km: 11.12 })
    expect(ring[0]).toEqual(ring[ring.length - 1])
    expect(Math.max(...ring.map(([, lat]) => lat ?? 0))).toBeCloseTo(30.43, 2)
    expect(fitOf({ polygons: [], circles: [{ lon: 107, lat: 30, radius_km: 1 }] })).toHaveLength(ring.length)
    expect(sourcesOf({ polygons: [[[1, 2], [3, 4], [5, 6], [1, 2]]], circles: [] })['area']?.features).toHaveLength(1)
  })

  it('says every value in one line', () => {
    expect([said(null), said([]), said({ zh: '甲', en: 'a' }), said(['a', 'b']), said(3)]).toEqual(['–', '–', '甲 / a', 'a、b', '3'])
    expect(said('2026-11-23T01:00:00Z')).toBe('2026-11-23 09:00:00')
  })
})
