/** Does a review show what the log says, keep versions, ask a second person to sign, and list what can be reviewed? */
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Component } from 'vue'
import { disconnect } from '@/kit/live'
import { answer } from '@/kit/testing/http'
import type { Answer } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import type { IncidentDetail } from '@/kit/types'
import ReviewPage from './ReviewPage.vue'
import ReviewPanel from './ReviewPanel.vue'
import ReviewsPage from './ReviewsPage.vue'
import type { Review, ReviewList, Version } from './wire'

const AT = '2026-11-23T01:00:00Z'
const both = (words: string): { zh: string; en: string } => ({ zh: words, en: words })
const PAPER = { title: both('行动后评估'), subtitle: both('内涝'), number: 'AAR-1', made_at: AT, marks: [both('演练')], blocks: [{ block: 'words', text: both('本节没有记录到数据。') }] }
const OF = '/api/reviews/incident/i1'
let shown: Stage | null = null

afterEach(() => {
  shown?.wrapper.unmount()
  disconnect()
  document.body.innerHTML = ''
})

function version(part: Partial<Version> = {}): Version {
  return { number: 1, made_at: AT, made_by: '李', made_by_id: 'u9', note: '初稿', sign_role: 'duty_officer', hash: 'ab'.repeat(32), signed_at: null, signed_by: '', sign_note: '', ...part }
}

function review(part: Partial<Review> = {}): Review {
  return { kind: 'incident', id: 'i1', space: 0, number: 'E-1', title: both('内涝'), began_at: AT, ended_at: null, state: 'none', versions: [], objectives: [], as_of: AT, ...part }
}

async function open(permissions: string[], found: Review = review(), more: Record<string, Answer> = {}, page?: Component, path = '/'): Promise<ReturnType<typeof answer>> {
  const asked = answer({ [`GET ${OF}`]: found, [`GET ${OF}/paper`]: PAPER, 'GET /api/directives/targets': { departments: [], roles: [{ code: 'leader', name: both('领导') }] }, ...more })
  const Host = page ?? defineComponent({ render: () => h(ReviewPanel, { incident: { id: 'i1', version: 1 } as IncidentDetail }) })
  const session = sampleSession()
  session.user.permissions = permissions as typeof session.user.permissions
  shown = await stage(Host, path, page === ReviewPage ? '/reviews/:kind/:id' : path.split('?')[0], session)
  return asked
}

describe('the review', () => {
  it('shows what the log says, with its marks, and where nothing was recorded', async () => {
    await open(['reviews.read'])
    expect(hook('paper')?.textContent).toContain('本节没有记录到数据')
    expect(hook('paper')?.textContent).toContain('演练')
    expect(hook<HTMLAnchorElement>('review-data')?.getAttribute('href')).toBe(`${OF}/data`)
    expect(hook<HTMLAnchorElement>('review-replay')?.getAttribute('href')).toBe('/replay?incident=i1')
    expect(hook('agree-title')).toBeNull()
    expect(hook('review-keep')).toBeNull()
  })

  it('issues what was agreed and reads the report again', async () => {
    const asked = await open(['reviews.read', 'reviews.write'], review(), { [`POST ${OF}/actions`]: {} })
    fill('agree-title', '补警示牌')
    fill('agree-target', 'role:leader')
    fill('agree-until', '2026-12-01T08:00')
    await settled()
    hook('agree-submit')?.click()
    await settled()
    const sent = asked.find((one) => one.method === 'POST')?.body as Record<string, unknown>
    expect(sent).toMatchObject({ title: '补警示牌', target: { role: 'leader' } })
    expect(asked.filter((one) => one.path.endsWith('/paper'))).toHaveLength(2)
  })

  it('keeps a version and asks for the version in PDF and open data', async () => {
    const kept = review({ state: 'open', versions: [version()] })
    const asked = await open(['reviews.read', 'reviews.write'], review(), { [`POST ${OF}/versions`]: kept })
    fill('review-note', '初稿')
    hook('review-keep')?.click()
    await settled()
    expect(asked.find((one) => one.method === 'POST')?.body).toEqual({ seen: 0, note: '初稿', sign_role: 'leader' })
    fill('review-version', '1')
    await settled()
    expect(hook<HTMLAnchorElement>('review-pdf')?.getAttribute('href')).toBe(`${OF}/paper?version=1&form_as=pdf`)
    expect(hook<HTMLAnchorElement>('review-data')?.getAttribute('href')).toBe(`${OF}/data?version=1`)
  })

  it('lets a second person of the named role sign, and nobody else', async () => {
    await open(['reviews.read', 'reviews.sign'], review({ state: 'open', versions: [version()] }))
    expect(hook('review-sign')).not.toBeNull()
    shown?.wrapper.unmount()
    await open(['reviews.read', 'reviews.sign'], review({ state: 'open', versions: [version({ made_by_id: 'u1' })] }))
    expect(hook('review-sign')).toBeNull()
    shown?.wrapper.unmount()
    await open(['reviews.read', 'reviews.sign'], review({ state: 'open', versions: [version({ sign_role: 'leader' })] }))
    expect(hook('review-sign')).toBeNull()
  })

  it('takes nothing more once it is signed, and says what changed since', async () => {
    const signed = review({ state: 'signed', versions: [version({ signed_at: AT, signed_by: '王' })] })
    const changes = { old: 1, new: null, changes: [{ section: both('时间线'), kind: 'added', cells: [both('补记')] }] }
    await open(['reviews.read', 'reviews.write'], signed, { [`GET ${OF}/changes`]: changes })
    expect(hook('review-v1')?.textContent).toContain('王')
    expect(hook('agree-title')).toBeNull()
    expect(hook<HTMLInputElement>('review-note')?.required).toBe(true)
    hook('review-compare')?.click()
    await settled()
    expect(hook('review-changes')?.textContent).toContain('补记')
  })

  it('lets people judge the objectives of an exercise', async () => {
    const path = '/api/reviews/drill/d1'
    const one = { number: 1, text: both('三分钟内确认'), verdict: null, note: '', by: '', at: null }
    const found = review({ kind: 'drill', id: 'd1', space: 7, objectives: [one] })
    const judged = review({ ...found, objectives: [{ ...one, verdict: 'partly', by: '陈', at: AT }] })
    const routes = { [`GET ${path}`]: found, [`GET ${path}/paper`]: PAPER, [`POST ${path}/judgements`]: judged }
    await open(['reviews.read', 'reviews.write'], found, routes, ReviewPage, '/reviews/drill/d1')
    hook('judge-1')?.click()
    await settled()
    fill('judge-verdict', 'partly')
    hook('judge-submit')?.click()
    await settled()
    expect(hook('objective-1')?.textContent).toContain('部分达到')
  })
})

describe('the list', () => {
  const LIST: ReviewList = {
    items: [{ kind: 'drill', id: 'd1', number: 'flood-night', title: both('暴雨夜'), level: null, began_at: AT, ended_at: null, state: 'open', versions: 2, made_at: AT, sign_role: 'leader', signed_by: '', signed_at: null }],
    total: 1,
    as_of: AT,
  }

  it('leads to each report and asks for what is chosen', async () => {
    const asked = await open(['reviews.read'], review(), { 'GET /api/reviews': LIST }, ReviewsPage, '/reviews')
    expect(hook('review-d1')?.querySelector('a')?.getAttribute('href')).toBe('/reviews/drill/d1')
    expect(hook('review-d1')?.textContent).toContain('待签审')
    fill('reviews-kind', 'drill')
    await settled()
    expect(asked.at(-1)?.query.get('kind')).toBe('drill')
  })

  it('says when nothing fits', async () => {
    await open(['reviews.read'], review(), { 'GET /api/reviews': { items: [], total: 0, as_of: AT } }, ReviewsPage, '/reviews?state=signed')
    expect(document.body.textContent).toContain('没有符合条件的复盘')
  })
})
