/** Is the command post set up, staffed and handed over as the screen says, and nothing before it is confirmed? */
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { disconnect } from '@/kit/live'
import { dismiss, notices } from '@/kit/notice'
import { answer, Refusal } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleIncident, sampleSession } from '@/kit/testing/samples'
import PostPanel from './PostPanel.vue'
import type { Post, Seat, Transfer } from './wire'

const AT = '2026-11-23T01:00:00.000Z'
let asked: Asked[]
let shown: Stage | null = null

const seat = (part: Partial<Seat> = {}): Seat => ({
  id: 's1', group_id: null, role: 'commander', role_name: { zh: '总指挥', en: 'Commander' }, person_id: null, name: '张局长', organisation: '应急局', phone: '示例', since: AT, until: null,
  end_reason: '', span: 9, wide: true, ...part,
})
const transfer = (part: Partial<Transfer> = {}): Transfer => ({
  id: 't1', from_name: '张局长', to_name: '李副县长', to_organisation: '', to_phone: '', situation: '渗水两处', briefed_at: AT, offered_at: AT, offered_by: '陈', state: 'offered', answered_at: null,
  answered_by: '', answered_how: '', answer: '', answers: false, ...part,
})
const post = (part: Partial<Post> = {}): Post => ({
  id: 'p1', incident_id: 'i1', name: '现场指挥部', place: '桥头', lon: null, lat: null, contact: '频道3', opened_at: AT, opened_by: '陈', closed_at: null,
  groups: [{ id: 'g1', kind: 'rescue', name: { zh: '抢险救援组', en: 'Rescue' }, section: 'operations', task: '封堵', place: '', contact: '', opened_at: AT, closed_at: null }],
  seats: [seat()], units: [], transfers: [], span_limit: [3, 7], version: 1, ...part,
})
const KINDS = [{ code: 'rescue', name: { zh: '抢险救援组', en: 'Rescue' }, section: 'operations', task: '', example: true }]

async function show(found: Post | null, more: Record<string, Answer> = {}, mayCommand = true): Promise<void> {
  const session = sampleSession()
  if (mayCommand) session.user.permissions = [...session.user.permissions, 'incidents.command']
  asked = answer({ 'GET /api/incidents/i1/post': found, 'GET /api/posts/groups': KINDS, 'GET /api/posts/people': [{ id: 'u9', name: '李副县长', role: 'leader', department: null }], ...more })
  shown = await stage(defineComponent({ render: () => h(PostPanel, { incident: sampleIncident() }) }), '/here', '/here', session)
}
const posted = (path: string): unknown => asked.find((one) => one.method === 'POST' && one.path === path)?.body

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  notices.value.forEach((notice) => dismiss(notice.id))
  document.body.innerHTML = ''
})

describe('the command post', () => {
  it('is set up with place, commander and groups, which are marked as examples', async () => {
    await show(null, { 'POST /api/incidents/i1/post': post() })
    expect(hook('post-form')?.textContent).toContain('示例')
    hook('post-open')?.click()
    await settled()
    expect(posted('/api/incidents/i1/post')).toMatchObject({ place: '桥头', commander: { name: '陈晓岚' }, groups: ['coordination', 'rescue'] })
    expect(hook('group-card')?.textContent).toContain('抢险救援组')
  })

  it('says who commands and that one person leads too many', async () => {
    await show(post())
    expect(hook('seat-row')?.textContent).toContain('张局长')
    expect(hook('seat-span')?.textContent).toContain('! 下属 9')
    expect(hook('group-card')?.textContent).toContain('还没有组长')
  })

  it('offers command to an account by name, with the briefing from the log', async () => {
    await show(post(), { 'POST /api/posts/p1/transfers': post({ transfers: [transfer()] }) })
    hook('transfer-open')?.click()
    await settled()
    fill('transfer-name', '李副县长')
    await settled()
    expect(hook<HTMLTextAreaElement>('transfer-situation')?.value).toContain('示例河超警戒')
    hook('transfer-send')?.click()
    await settled()
    expect(posted('/api/posts/p1/transfers')).toMatchObject({ to: { name: '李副县长', person: 'u9' } })
    expect(hook('transfer-waiting')?.textContent).toContain('等待接受')
  })

  it('records the answer on the word of the receiver, with how it came', async () => {
    await show(post({ transfers: [transfer()] }), { 'POST /api/posts/transfers/t1/answer': post() })
    hook('transfer-accept')?.click()
    await settled()
    expect(posted('/api/posts/transfers/t1/answer')).toEqual({ event: 'accept', how: 'radio', words: '' })
  })

  it('lets the receiver answer for themselves, also without the right to command', async () => {
    await show(post({ transfers: [transfer({ answers: true })] }), { 'POST /api/posts/transfers/t1/answer': post() }, false)
    hook('transfer-accept')?.click()
    await settled()
    expect(posted('/api/posts/transfers/t1/answer')).toEqual({ event: 'accept', how: 'self', words: '' })
  })

  it('puts somebody into a group', async () => {
    await show(post(), { 'POST /api/posts/p1/seats': post() })
    hook('group-seat')?.click()
    await settled()
    fill('seat-name', '王队长')
    await settled()
    hook('seat-save')?.click()
    await settled()
    expect(posted('/api/posts/p1/seats')).toMatchObject({ role: 'leader', group_id: 'g1', holder: { name: '王队长', person: null } })
  })

  it('reads anew and says why when it was refused', async () => {
    await show(post({ transfers: [transfer()] }), { 'POST /api/posts/transfers/t1/answer': new Refusal(409, 'conflict', 'a transfer that is accepted cannot accept') })
    hook('transfer-accept')?.click()
    await settled()
    expect(notices.value.at(-1)?.text).toContain('a transfer that is accepted')
  })

  it('is only read by those who do not command', async () => {
    await show(null, {}, false)
    expect(hook('post-form')).toBeNull()
    expect(hook('post-panel')?.textContent).toContain('没有设立指挥部')
  })
})
