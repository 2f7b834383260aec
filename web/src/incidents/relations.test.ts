/** Can incidents be merged, told apart, split and handed over on the screen, each with its reason and its way back? */
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { disconnect } from '@/kit/live'
import { dismiss, notices } from '@/kit/notice'
import { answer } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleIncident, sampleSession, sampleTask } from '@/kit/testing/samples'
import RelationsPanel from './RelationsPanel.vue'
import { discoverTabs } from './tabs'
import type { Bonds } from './wire'

const AT = '2026-11-23T01:00:00.000Z'
let asked: Asked[]
let shown: Stage | null = null

const other = { ...sampleIncident({ id: 'i2', number: 'DJ-2', title: '下游漫溢', level: 3 }), merged_into: null, void_reason: '', authority: 'county', command_area: '500231', address: '', commander: '', opened_by: '', summary: '' }

function bonds(part: Partial<Bonds> = {}): Bonds {
  return { relations: [], merges: [], handovers: [], similar: [], matters: [], as_of: AT, ...part }
}

async function show(found: Bonds, more: Record<string, Answer> = {}): Promise<void> {
  const session = sampleSession()
  session.user.permissions = [...session.user.permissions, 'incidents.command']
  asked = answer({
    'GET /api/incidents/i1/bonds': found, 'GET /api/incidents': { items: [sampleIncident(), other], total: 2, next: null, as_of: AT },
    'GET /api/areas': { items: [{ code: '500231001', name: { zh: '桂溪街道', en: 'Guixi' }, level: 'town' }] }, ...more,
  })
  const incident = sampleIncident({ task_list: [sampleTask()], command_area: '500231' })
  shown = await stage(defineComponent({ render: () => h(RelationsPanel, { incident }) }), '/here', '/here', session)
}
const posted = (path: string): unknown => asked.find((one) => one.method === 'POST' && one.path === path)?.body

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  notices.value.forEach((notice) => dismiss(notice.id))
  document.body.innerHTML = ''
})

describe('the relations of an incident', () => {
  it('merges into one that is alike, with the reason, and goes there', async () => {
    const like = { incident: other, score: 0.8, distance_m: 90, minutes: 4, reasons: [{ zh: '相距 90 米', en: '90 m' }] }
    await show(bonds({ similar: [like] }), { 'POST /api/incidents/i1/merge': other })
    expect(hook('similar-row')?.textContent).toContain('相距 90 米')
    hook('similar-merge')?.click()
    await settled()
    expect(hook('link-dialog')?.textContent).toContain('级别（Ⅱ级）更高')
    expect(hook<HTMLButtonElement>('bond-save')?.disabled).toBe(true)
    fill('bond-reason', '同一处险情')
    await settled()
    hook('bond-save')?.click()
    await settled()
    expect(posted('/api/incidents/i1/merge')).toEqual({ target: 'i2', version: 7, reason: '同一处险情' })
    expect(shown?.router.currentRoute.value.path).toBe('/incidents/i2')
  })

  it('undoes a merge with the reason', async () => {
    const merge = { id: 'm1', source_id: 'i1', source_number: 'DJ-1', source_title: '甲', target_id: 'i2', target_number: 'DJ-2', target_title: '乙', at: AT, by: '陈', reason: '同', moved: {}, undone_at: null, undone_by: null, undone_reason: null }
    await show(bonds({ merges: [merge] }), { 'POST /api/incidents/i1/unmerge': sampleIncident() })
    hook('merge-undo')?.click()
    await settled()
    fill('reason-text', '是两处')
    await settled()
    hook('reason-submit')?.click()
    await settled()
    expect(posted('/api/incidents/i1/unmerge')).toEqual({ reason: '是两处' })
  })

  it('splits off chosen tasks', async () => {
    await show(bonds(), { 'POST /api/incidents/i1/split': other })
    hook('split-open')?.click()
    await settled()
    hook<HTMLInputElement>('split-task')?.click()
    fill('split-title', '另一处')
    fill('split-reason', '两处')
    await settled()
    hook('split-save')?.click()
    await settled()
    expect(posted('/api/incidents/i1/split')).toMatchObject({ title: '另一处', task_ids: ['task1'], alarm_ids: [], version: 7 })
  })

  it('asks the city for help and leaves command where it is', async () => {
    await show(bonds(), { 'POST /api/incidents/i1/escalate': bonds() })
    hook('handover-open')?.click()
    await settled()
    fill('handover-reason', '力量不足')
    await settled()
    hook('handover-send')?.click()
    await settled()
    expect(posted('/api/incidents/i1/escalate')).toEqual({ version: 7, reason: '力量不足', authority: 'city', body: '市应急指挥中心', with_command: false })
  })

  it('notes who signed for a hand-over', async () => {
    const handover = { id: 'h1', kind: 'escalate' as const, from_authority: 'county', to_authority: 'city', to_area: '', to_body: '市里', with_command: true, reason: '援', state: 'sent' as const, sent_at: AT, sent_by: '陈', answered_at: null, answered_by: '', answer: '', returned_at: null, returned_by: '', return_reason: '', answers: true }
    await show(bonds({ handovers: [handover] }), { 'POST /api/incidents/handovers/h1/answer': bonds() })
    hook('handover-receive')?.click()
    await settled()
    fill('handover-name', '李工')
    await settled()
    hook('handover-confirm')?.click()
    await settled()
    expect(posted('/api/incidents/handovers/h1/answer')).toEqual({ event: 'receive', name: '李工', words: '' })
  })
})

describe('the tabs of the workspace', () => {
  it('are brought by the areas, each named once and in order', () => {
    const tabs = discoverTabs()
    const names = tabs.map((tab) => tab.name)
    expect(names).toEqual(expect.arrayContaining(['post', 'reports', 'relations', 'forms']))
    expect(new Set(names).size).toBe(names.length)
    expect(tabs.map((tab) => tab.order)).toEqual([...tabs.map((tab) => tab.order)].sort((a, b) => a - b))
  })
})
