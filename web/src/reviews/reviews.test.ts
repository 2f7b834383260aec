/** Does the workspace show the report, and does what was agreed become a directive? */
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { disconnect } from '@/kit/live'
import { answer } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import type { IncidentDetail } from '@/kit/types'
import ReviewPanel from './ReviewPanel.vue'

const both = (words: string): { zh: string; en: string } => ({ zh: words, en: words })
const PAPER = { title: both('行动后评估'), subtitle: both('内涝'), number: 'AAR-1', made_at: '2026-11-23T01:00:00Z', marks: [both('演练')], blocks: [{ block: 'words', text: both('本节没有记录到数据。') }] }
let shown: Stage | null = null

afterEach(() => {
  shown?.wrapper.unmount()
  disconnect()
  document.body.innerHTML = ''
})

async function open(permissions: string[]): ReturnType<typeof stage> {
  const Host = defineComponent({ render: () => h(ReviewPanel, { incident: { id: 'i1', version: 1 } as IncidentDetail }) })
  const session = sampleSession()
  session.user.permissions = permissions as typeof session.user.permissions
  return stage(Host, '/', '/', session)
}

describe('the review', () => {
  it('shows what the log says, with its marks, and where nothing was recorded', async () => {
    answer({ 'GET /api/incidents/i1/review': PAPER })
    shown = await open(['reviews.read'])
    expect(hook('paper')?.textContent).toContain('本节没有记录到数据')
    expect(hook('paper')?.textContent).toContain('演练')
    expect(hook<HTMLAnchorElement>('review-data')?.getAttribute('href')).toBe('/api/incidents/i1/review/data')
    expect(hook('agree-title')).toBeNull()
  })

  it('issues what was agreed and reads the report again', async () => {
    const asked = answer({
      'GET /api/incidents/i1/review': PAPER,
      'GET /api/directives/targets': { departments: [], roles: [{ code: 'leader', name: both('领导') }] },
      'POST /api/incidents/i1/review/actions': {},
    })
    shown = await open(['reviews.read', 'reviews.write'])
    fill('agree-title', '补警示牌')
    fill('agree-target', 'role:leader')
    fill('agree-until', '2026-12-01T08:00')
    await settled()
    hook('agree-submit')?.click()
    await settled()
    const sent = asked.find((one) => one.method === 'POST')?.body as Record<string, unknown>
    expect(sent).toMatchObject({ title: '补警示牌', target: { role: 'leader' } })
    expect(asked.filter((one) => one.path.endsWith('/review'))).toHaveLength(2)
  })
})
