/** Does the exchange say what came and what failed, mend a row, try a file without storing it and follow an import? */
import { afterEach, describe, expect, it } from 'vitest'
import { setLocale } from '@/kit/i18n'
import { disconnect } from '@/kit/live'
import { answer, Refusal } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import type { Permission } from '@/kit/types'
import ExchangePage from './ExchangePage.vue'
import type { Feed, Run } from './wire'

const AT = '2026-11-23T01:00:00.000Z'
const RUN: Run = {
  id: 'r1', platform: 'hall', feed: 'reviews', channel: 'drop', name: '评价.csv', state: 'running', total: 10, reached: 5, sent: 5, good: 3, bad: 1, duplicate: 1, opened: 1, reason: '', by: '', started_at: AT, updated_at: AT, ended_at: null,
}
const FEED: Feed = {
  platform: 'hall', platform_title: { zh: '智慧政务', en: 'Services' }, feed: 'reviews', title: { zh: '好差评', en: 'Reviews' }, fields: [], opens: true, sent: 5, good: 3, bad: 1, duplicate: 1, opened: 1, bad_waiting: 1, written_back: 2, to_write: 0, failed: 0, last_at: AT,
  standing: { state: 'quiet', channel: 'push', heard_at: AT, rows_at: AT, due_at: null, reason: '', expected_s: null, urn: null },
}
const BAD = { id: 7, channel: 'drop', name: '评价.csv', row: 4, raw: { 满意度: '9', 编号: 'a' }, faults: [{ field: '满意度', reason: { zh: '代码 9 不在代码表内', en: 'no code' } }], received_at: AT }
const BASE: Record<string, Answer> = { 'GET /api/records': { items: [FEED], runs: [RUN], days: 7, as_of: AT } }
let shown: Stage | null = null

async function open(query: string, routes: Record<string, Answer>, permissions = ['records.read', 'records.write']): Promise<Asked[]> {
  const session = sampleSession()
  session.user.permissions = permissions as Permission[]
  const asked = answer({ ...BASE, ...routes })
  setLocale('zh')
  shown = await stage(ExchangePage, `/exchange${query}`, '/exchange', session)
  await settled()
  return asked
}

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

describe('the exchange', () => {
  it('says what each feed brought and how far a run is', async () => {
    await open('', {})
    const feed = hook('feed')?.textContent ?? ''
    for (const words of ['好差评', '智慧政务', '5 收到', '3 合格', '1 重复', '2 已回写', '1 行待修正']) expect(feed).toContain(words)
    expect(hook('run')?.textContent).toContain('进行中')
    expect(hook('run')?.querySelector('progress')?.value).toBe(5)
  })

  it('says why a source is silent and why one that only pushes is not', async () => {
    const silent = { ...FEED, feed: 'matters', standing: { ...FEED.standing, state: 'silent', expected_s: 600 } }
    const away = { ...FEED, feed: 'items', standing: { ...FEED.standing, state: 'unreachable', reason: 'no answer' } }
    await open('', { 'GET /api/records': { items: [FEED, silent, away], runs: [], days: 7, as_of: AT } })
    const told = [...document.querySelectorAll('[data-testid=feed]')].map((one) => one.textContent ?? '')
    for (const [place, words] of [[0, '不判为中断（推送）'], [1, '约定 10 分钟内至少联系一次，已超过'], [2, 'no answer']] as const) expect(told[place]).toContain(words)
  })

  it('shows rows, previews and keys only to those who may write', async () => {
    await open('?show=bad', {}, ['records.read'])
    expect(hook('records-bad')).toBeNull()
    expect(hook('records-keys')).toBeNull()
    expect(hook('run')).not.toBeNull()
  })

  it('says when there is nothing and when it failed', async () => {
    await open('', { 'GET /api/records': { items: [], runs: [], days: 7, as_of: AT } })
    expect(hook('state-empty')?.textContent).toContain('没有接入')
    shown?.wrapper.unmount()
    await open('', { 'GET /api/records': new Refusal(500) })
    expect(hook('state-error')).not.toBeNull()
  })

  it('mends a bad row, and says what is still wrong', async () => {
    let tries = 0
    const asked = await open('?show=bad', {
      'GET /api/records/hall/reviews/faults': () => ({ items: tries < 2 ? [BAD] : [], next: null }),
      'POST /api/record-faults/7/replay': () => (++tries < 2 ? { row: 4, state: 'bad', faults: BAD.faults } : { row: 4, state: 'good', faults: [] }),
    })
    expect(hook('bad-row')?.textContent).toContain('不在代码表内')
    expect(hook('bad-download')?.getAttribute('href')).toBe('/api/records/hall/reviews/faults.csv')
    hook('bad-mend')?.click()
    await settled()
    fill('mend-满意度', '8')
    hook('bad-form')?.dispatchEvent(new Event('submit'))
    await settled()
    expect(hook('bad-form')?.querySelector('[role=alert]')?.textContent).toContain('满意度')
    hook('bad-form')?.dispatchEvent(new Event('submit'))
    await settled()
    expect(asked.filter((call) => call.method === 'POST').at(-1)?.body).toEqual({ values: { 满意度: '8' } })
    expect(hook('state-empty')).not.toBeNull()
  })

  it('tries pasted rows without letting them in', async () => {
    const asked = await open('?show=trial', {
      'POST /api/records/hall/reviews/preview': { sent: 2, good: 1, bad: 1, duplicate: 0, opened: 1, rows: [{ row: 2, state: 'good', id: 'a', case: '差评 a', faults: [] }, { row: 3, state: 'bad', faults: BAD.faults }] },
    })
    fill('trial-text', '编号\na')
    await settled()
    hook('trial-preview')?.closest('form')?.dispatchEvent(new Event('submit'))
    await settled()
    const found = hook('trial-found')?.textContent ?? ''
    for (const words of ['共 2 行', '将立案 1', '差评 a', '不在代码表内']) expect(found).toContain(words)
    expect(asked.some((call) => call.path.endsWith('/import'))).toBe(false)
  })

  it('shows what arrived, and tries again now', async () => {
    const told = { id: 'd1', target: 'handling', case_id: 'c1', case_number: 'HP20261123-0001', kind: 'accept', event_title: { zh: '受理', en: 'accepted' }, state: 'waiting', attempts: 3, next_at: AT, number: '', reason: 'HTTP 503', created_at: AT, sent_at: null, receipts: [] }
    const asked = await open('?show=deliveries', { 'GET /api/record-deliveries/hall': { items: [told] }, 'POST /api/record-deliveries/d1/retry': null })
    for (const words of ['HP20261123-0001', '受理', '待送达', '已试 3 次', 'HTTP 503']) expect(hook('delivery')?.textContent).toContain(words)
    hook('delivery-retry')?.click()
    await settled()
    expect(asked.some((call) => call.path === '/api/record-deliveries/d1/retry')).toBe(true)
  })

  it('shows a new secret once', async () => {
    await open('?show=keys', { 'GET /api/record-keys/hall': { items: [] }, 'POST /api/record-keys/hall': { id: 'k1', secret: 's3cret' } })
    fill('key-title', '某系统')
    await settled()
    hook('key-title')?.closest('form')?.dispatchEvent(new Event('submit'))
    await settled()
    expect(hook('key-made')?.textContent).toContain('s3cret')
  })
})
