/** Does the desk see who cries, who is silent, who needs more, and who could come instead? */
import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { i18n, setLocale } from '../kit/i18n'
import { answer } from '../kit/testing/http'
import { sampleTask } from '../kit/testing/samples'
import type { Task } from '../kit/types'
import HelpLines from './HelpLines.vue'
import ParLine from './ParLine.vue'
import SuccessorLine from './SuccessorLine.vue'

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

  it('the next unit is named with its reasons and sent by a person with the same order', async () => {
    const successor = { unit_id: 'u2', unit_code: 'R-2', unit_name: { zh: '二队', en: 'Two' }, reasons: [{ zh: '空闲', en: 'free' }], at: AT, task_id: null }
    const asked = answer({ 'POST /api/incidents/i1/tasks': {} })
    const line = shown(SuccessorLine, sampleTask({ state: 'declined', successor }), { successor })
    expect(line.text()).toMatch(/建议改派 二队\s*空闲/)
    await line.find('[data-testid="task-successor-send"]').trigger('click')
    await flushPromises()
    expect(asked[0]?.body).toEqual({ unit_id: 'u2', order: '前往桥头' })
  })
})
