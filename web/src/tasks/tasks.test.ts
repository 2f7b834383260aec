/** Does the desk see who cries, who is silent, who needs more, and who could come instead? */
import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { i18n, setLocale } from '../kit/i18n'
import { answer } from '../kit/testing/http'
import { sampleTask, sampleUnit } from '../kit/testing/samples'
import type { Task } from '../kit/types'
import HelpLines from './HelpLines.vue'
import OfferLine from './OfferLine.vue'
import ParLine from './ParLine.vue'
import SuccessorLine from './SuccessorLine.vue'
import UnitLine from './UnitLine.vue'

const AT = '2026-11-23T01:00:00Z'
setLocale('zh')

function shown(component: object, task: Task, more: object = {}) {
  return mount(component, { props: { task, canAssign: true, ...more }, global: { plugins: [i18n] } })
}

describe('at the desk', () => {
  it('a silent crew is marked, and its word by radio is taken under an id', async () => {
    const par = { id: 'p', every_s: 600, grace_s: 120, reason: '深水', next_at: AT, asked_at: AT, due_at: AT, missed: 2, alarm_id: 'a' }
    const asked = answer({ 'POST /api/tasks/task1/par/safe': {} })
    const line = shown(ParLine, sampleTask({ par }))
    expect(line.text()).toContain('未报平安 2 次')
    await line.find('[data-testid="task-par-safe"]').trigger('click')
    await flushPromises()
    expect(asked[0]?.body).toMatchObject({ client_id: expect.any(String), device_at: expect.any(String) })
    expect(line.emitted('changed')).toHaveLength(1)
  })

  it('a call for help is answered in words', async () => {
    const help = [{ id: 'h', kinds: ['pump'], count: 2, note: '', at: AT, state: 'open' as const, answer: '', answered_by: '', answered_at: null }]
    const asked = answer({ 'POST /api/tasks/task1/help/h/answer': {} })
    const lines = shown(HelpLines, sampleTask({ help }))
    expect(lines.text()).toContain('请求支援：排涝 × 2')
    await lines.find('input').setValue('泵车 10 分钟到')
    await lines.find('form').trigger('submit')
    await flushPromises()
    expect(asked[0]?.body).toEqual({ answer: '泵车 10 分钟到' })
  })

  it('a unit that is silent, too long in its state, or kept for later says so', () => {
    const old = { status_since: '2020-01-01T00:00:00Z', status_warn_s: 1800, status_alert_s: 3600 }
    const unit = { ...sampleUnit({ status: 'en_route', vehicle_urn: 'urn:v', position_at: '2020-01-01T00:00:00Z', online: true }), ...old }
    const tasks = [{ id: 't', incident_id: 'i', incident_number: 'DJ-9', state: 'planned' as const, starts_at: '2026-11-23T02:00:00Z' }]
    const line = mount(UnitLine, { props: { unit: { ...unit, tasks } }, global: { plugins: [i18n] } })
    expect([line.attributes('data-age'), line.attributes('data-silent')]).toEqual(['alert', 'true'])
    expect(line.text()).toContain('车载终端失联')
    expect(line.text()).toContain('预派 11-23 10:00 DJ-9')
    const fresh = mount(UnitLine, { props: { unit: { ...sampleUnit(), position_at: new Date().toISOString(), vehicle_urn: 'urn:v' } }, global: { plugins: [i18n] } })
    expect([fresh.attributes('data-age'), fresh.attributes('data-silent')]).toEqual(['usual', 'false'])
  })

  it('an offer says who was asked, until when, and what follows', async () => {
    answer({ 'GET /api/offer-policies': { items: [{ level: 2, life_s: 60, auto_next: true, shipped: false }] } })
    const line = shown(OfferLine, sampleTask({ state: 'offered', expires_at: AT }))
    await flushPromises()
    expect(line.text()).toContain('已询问 防汛一组（09:00:00）')
    expect(line.text()).toContain('09:00:00 仍未答复即自动询问下一支')
  })

  it('the next unit is named with its reasons and sent by a person with the same order', async () => {
    const successor = { unit_id: 'u2', unit_code: 'R-2', unit_name: { zh: '二队', en: 'Two' }, reasons: [{ zh: '空闲', en: 'free' }], at: AT, task_id: null }
    const asked = answer({ 'POST /api/incidents/i1/tasks': {} })
    const line = shown(SuccessorLine, sampleTask({ state: 'declined', successor }), { successor })
    expect(line.text()).toMatch(/建议改派 二队.*对方不能去.*空闲/)
    await line.find('[data-testid="task-successor-send"]').trigger('click')
    await flushPromises()
    expect(asked[0]?.body).toEqual({ unit_id: 'u2', order: '前往桥头' })
  })
})
