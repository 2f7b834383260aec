/** Are directives shown by urgency, done with proof, spoken for only with words, and reminded of together? */
import { afterEach, describe, expect, it } from 'vitest'
import { h } from 'vue'
import type { Component } from 'vue'
import { disconnect } from '@/kit/live'
import { setLocale } from '@/kit/i18n'
import { answer, Refusal } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import type { Permission } from '@/kit/types'
import DirectivesBoard from './DirectivesBoard.vue'
import IssueDialog from './IssueDialog.vue'
import type { DirectiveDetail } from './types'

const AT = '2026-11-23T01:00:00.000Z'
let shown: Stage | null = null

function directive(part: Partial<DirectiveDetail> = {}): DirectiveDetail {
  return {
    id: 'd1', number: 'D20261123-001', title: '巡查堤防', text: '每 2 km 一人', source: 'plan', origin: null, level: 2, mandatory: true,
    target: { name: { zh: '水利局', en: 'Water' }, department: 'water', role: null, group: null, person_id: null }, area_code: '500231', incident_id: null, incident_number: null,
    state: 'received', evidence: ['text'], evidence_count: 0, evidence_given: [], deadline_kind: 'after_receipt', within_s: 1800, receive_by: AT, due_at: AT, next_deadline: AT, overdue: true, ladder: 1, next_reminder_at: null, every_s: null, next_occurrence_at: null, occurrence: 1,
    series_stopped: false, depends_on: [], created_at: AT, created_by: '甲', issued_at: AT, received_at: AT, received_by: '乙', submitted_at: null, submitted_by: '', ended_at: null, verified_by: '',
    end_reason: '', extension_asked: false, mine: true, can: ['start', 'submit'], version: 4, history: [], proof: [], extensions: [], as_of: AT, ...part,
  }
}

async function open(component: Component, path: string, routes: Record<string, Answer>, permissions: string[]): Promise<Asked[]> {
  const session = sampleSession()
  session.user.permissions = permissions as Permission[]
  const asked = answer(routes)
  setLocale('zh')
  shown = await stage(component, path, path.split('?')[0], session)
  await settled()
  return asked
}

function routes(one: DirectiveDetail): Record<string, Answer> {
  return { 'GET /api/directives': { items: [one], total: 1, as_of: AT }, 'GET /api/directives/d1': one }
}

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

describe('the board', () => {
  it('says what is late, for whom, and that somebody was reminded', async () => {
    await open(DirectivesBoard, '/directives', routes(directive()), ['directives.read', 'directives.own'])
    const row = hook('directive-row')?.textContent ?? ''
    for (const words of ['巡查堤防', '水利局', '已签收', '必办', '催办', '超期']) expect(row).toContain(words)
    expect(hook('directive-new')).toBeNull()
    expect(hook('directive-select')).toBeNull()
  })

  it('reminds of several at once', async () => {
    const asked = await open(DirectivesBoard, '/directives', { ...routes(directive()), 'POST /api/directives/remind': { items: [], total: 1, as_of: AT } }, ['directives.read', 'directives.write'])
    hook('directive-select')?.click()
    await settled()
    hook('directives-remind')?.click()
    await settled()
    expect(asked.find((call) => call.method === 'POST')?.body).toEqual({ ids: ['d1'] })
    expect(hook('directives-selection')).toBeNull()
  })

  it('asks for what the tabs say', async () => {
    const asked = await open(DirectivesBoard, '/directives', routes(directive()), ['directives.read', 'directives.write'])
    hook('directives-state-overdue')?.click()
    await settled()
    hook('directives-mine')?.click()
    await settled()
    const last = asked.filter((call) => call.path === '/api/directives').at(-1)
    expect([last?.query.get('state'), last?.query.get('whose')]).toEqual(['overdue', 'mine'])
  })

  it('says when there is nothing and when it failed', async () => {
    await open(DirectivesBoard, '/directives', { 'GET /api/directives': { items: [], total: 0, as_of: AT } }, ['directives.read'])
    expect(hook('state-empty')?.textContent).toContain('没有未办结的督办')
    shown?.wrapper.unmount()
    await open(DirectivesBoard, '/directives', { 'GET /api/directives': new Refusal(500) }, ['directives.read'])
    expect(hook('state-error')).not.toBeNull()
  })
})

describe('a directive', () => {
  it('is submitted only after its proof was given', async () => {
    const one = directive()
    const text = { id: 'e1', kind: 'text' as const, at: AT, recorded_at: AT, given_by: '乙', text: '已加固', form: {}, url: null }
    const asked = await open(DirectivesBoard, '/directives?directive=d1', { ...routes(one), 'POST /api/directives/d1/evidence': directive({ proof: [text], evidence_given: ['text'], version: 5 }), 'POST /api/directives/d1/steps': directive({ state: 'submitted', can: [] }) }, ['directives.read', 'directives.own'])
    expect(hook<HTMLButtonElement>('directive-submit')?.disabled).toBe(true)
    fill('proof-text', '已加固')
    await settled()
    hook('proof-give')?.closest('form')?.dispatchEvent(new Event('submit'))
    await settled()
    expect(hook('evidence-list')?.textContent).toContain('已加固')
    hook('directive-submit')?.click()
    await settled()
    expect(asked.find((call) => call.path.endsWith('/steps'))?.body).toMatchObject({ event: 'submit', version: 5 })
    expect(hook('directive-state')?.textContent).toContain('待核')
  })

  it('is received for the doer only with the word of who reported it', async () => {
    const one = directive({ mine: false, state: 'issued', can: ['receive', 'waive'] })
    const asked = await open(DirectivesBoard, '/directives?directive=d1', { ...routes(one), 'POST /api/directives/d1/steps': one }, ['directives.read', 'directives.write'])
    hook('directive-receive')?.click()
    await settled()
    expect(asked.some((call) => call.method === 'POST')).toBe(false)
    fill('directive-words', '水利局王某电话')
    await settled()
    hook('directive-ask')?.dispatchEvent(new Event('submit'))
    await settled()
    expect(asked.find((call) => call.method === 'POST')?.body).toMatchObject({ event: 'receive', note: '水利局王某电话' })
  })

  it('has more time granted', async () => {
    const asking = { until: AT, reason: '路断', state: 'asked' as const, asked_by: '乙', asked_at: AT, decided_by: '', decided_at: null, decision_reason: '' }
    const one = directive({ extension_asked: true, extensions: [asking] })
    const asked = await open(DirectivesBoard, '/directives?directive=d1', { ...routes(one), 'POST /api/directives/d1/extension/decide': directive() }, ['directives.read', 'directives.write'])
    expect(hook('directive-extension')?.textContent).toContain('路断')
    hook('extension-grant')?.click()
    await settled()
    expect(asked.find((call) => call.method === 'POST')?.body).toEqual({ grant: true })
    expect(hook('directive-extension')).toBeNull()
  })
})

describe("a leader's instruction", () => {
  it('becomes a directive of the incident', async () => {
    const asked = await open(
      { render: () => h(IssueDialog, { instruction: true, incident: { id: 'i1', number: 'N1', level: 1, area_code: '500231' } }) },
      '/x',
      { 'GET /api/directives/targets': { departments: [{ code: 'water', name: { zh: '水利局', en: 'Water' } }], roles: [] }, 'GET /api/duty/contacts': { items: [], as_of: AT }, 'POST /api/directives': directive() },
      ['directives.write'],
    )
    fill('directive-title', '查明渗水原因')
    fill('directive-target', 'department:water')
    await settled()
    hook('directive-form')?.dispatchEvent(new Event('submit'))
    await settled()
    expect(asked.find((call) => call.method === 'POST')?.body).toMatchObject({
      title: '查明渗水原因', source: 'instruction', target: { department: 'water' }, incident_id: 'i1', area_code: '500231', level: 1, mandatory: true, deadline: { kind: 'after_receipt', within_s: 3600 },
    })
  })
})
