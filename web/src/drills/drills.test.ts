/** Is an exercise unmistakable, and can the control room drive it? */
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n } from '@/kit/i18n'
import { disconnect } from '@/kit/live'
import { answer, Refusal } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import type { Session } from '@/kit/types'
import App from '@/shell/App.vue'
import { useSession } from '@/shell/session'
import { followSpace, page, rememberSpace } from '@/shell/space'
import ControlRoom from './ControlRoom.vue'
import DrillDesigner from './DrillDesigner.vue'
import DrillList from './DrillList.vue'
import { drillSeconds, tPlus } from './time'
import type { DrillDetail } from './wire'

const AT = '2026-11-23T01:00:00.000Z'
const both = (words: string): { zh: string; en: string } => ({ zh: words, en: words })
let shown: Stage | null = null
let unmount: (() => void) | null = null
const anew = vi.spyOn(page, 'loadAnew').mockImplementation(() => {})

beforeEach(() => anew.mockClear())
afterEach(() => {
  shown?.wrapper.unmount()
  unmount?.()
  shown = unmount = null
  disconnect()
  localStorage.clear()
  document.body.innerHTML = ''
})

function detail(part: Partial<DrillDetail> = {}): DrillDetail {
  return {
    id: 'd1', space: 7, title: both('暴雨夜'), template: 'flood-night', state: 'running', scale: 10, simulated: true, drill_s: 60,
    injects: 2, injects_done: 1, created_by: '陈晓岚', created_at: AT, started_at: AT, ended_at: null, version: 3, as_of: new Date().toISOString(),
    purpose: both('检验'), objectives: [both('3 分钟内确认')], present: { dispatcher: 2 },
    inject_list: [
      { id: 'i1', at_s: 0, kind: 'note', title: both('开始'), payload: {}, state: 'done', done_at: AT, done_s: 0, done_by: 'script', result: '' },
      { id: 'i2', at_s: 4000, kind: 'call', title: both('来电'), payload: {}, state: 'waiting', done_at: null, done_s: null, done_by: '', result: '' },
    ],
    lines: [{ seq: 1, at: AT, drill_s: 0, kind: 'start', actor: '陈晓岚', text: both('演练开始') }],
    ...part,
  }
}

function writer(space = 0): Session {
  const found = sampleSession({ space: { id: space, name: '暴雨夜 · 7' } })
  found.user.permissions = [...found.user.permissions, 'drills.read', 'drills.write', 'drills.join']
  return found
}

async function open(session: Session, layout: 'console' | 'bare'): Promise<void> {
  const pinia = createPinia()
  setActivePinia(pinia)
  useSession().session = session
  const meta = { page: { name: 'p', path: '/', title: both('某页'), permission: null, layout, component: async () => ({}) } }
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', name: 'p', component: { template: '<p>page</p>' }, meta }] })
  await router.push('/')
  const wrapper = mount(App, { attachTo: document.body, global: { plugins: [pinia, i18n, router] } })
  unmount = () => wrapper.unmount()
  await settled()
}

describe('the mark of an exercise', () => {
  it.each(['console', 'bare'] as const)('stands on a %s page and in its title, and leaves by a new page', async (layout) => {
    const asked = answer({ 'POST /api/session/space': () => undefined })
    await open(writer(7), layout)
    expect(hook('exercise-banner')?.textContent).toContain('演练')
    expect(hook('exercise-banner')?.textContent).toContain('暴雨夜')
    expect(document.title).toMatch(/^【演练】/)
    hook('exercise-leave')?.click()
    await settled()
    expect(asked.find((one) => one.path === '/api/session/space')?.body).toEqual({ space: 0 })
    expect(anew).toHaveBeenCalledWith('/')
  })

  it('is nowhere in reality', async () => {
    answer({})
    await open(writer(), 'console')
    expect(hook('exercise-banner')).toBeNull()
    expect(document.title).not.toContain('演练')
  })

  it('does not leave when the centre refuses', async () => {
    answer({ 'POST /api/session/space': new Refusal(500) })
    await open(writer(7), 'bare')
    hook('exercise-leave')?.click()
    await settled()
    expect(anew).not.toHaveBeenCalled()
    expect(hook('exercise-banner')).not.toBeNull()
  })

  it('makes the other windows of the browser begin anew', () => {
    const stop = followSpace(() => 0)
    rememberSpace({ id: 7, name: '暴雨夜' })
    window.dispatchEvent(new StorageEvent('storage', { key: 'mudan.space' }))
    expect(anew).toHaveBeenCalledOnce()
    stop()
  })
})

describe('the clock of an exercise', () => {
  it('runs at its scale while the exercise runs and stands otherwise', () => {
    const drill = detail({ as_of: AT })
    expect(drillSeconds(drill, Date.parse(AT) + 5000)).toBe(110)
    expect(drillSeconds({ ...drill, state: 'paused' }, Date.parse(AT) + 5000)).toBe(60)
    expect(tPlus(3905)).toBe('T+1:05:05')
  })
})

async function room(part: Partial<DrillDetail>, more: Record<string, Answer> = {}): Promise<Asked[]> {
  const asked = answer({ 'GET /api/drills/d1': detail(part), ...more })
  shown = await stage(ControlRoom, '/drills/d1', '/drills/:id', writer())
  return asked
}

describe('the control room', () => {
  it('pauses with the version that was looked at and shows what came of it', async () => {
    const asked = await room({}, { 'POST /api/drills/d1/pause': detail({ state: 'paused' }) })
    expect(hook('drill-present')?.textContent).toContain('调度员 2')
    hook('drill-pause')?.click()
    await settled()
    expect(asked.find((one) => one.path.endsWith('/pause'))?.body).toEqual({ version: 3, reason: '' })
    expect(hook('drill-state')?.textContent).toBe('已暂停')
  })

  it('asks why before it ends', async () => {
    const asked = await room({}, { 'POST /api/drills/d1/end': detail({ state: 'ended' }) })
    hook('drill-end')?.click()
    await settled()
    expect(asked.some((one) => one.path.endsWith('/end'))).toBe(false)
    fill('reason-text', '目标完成')
    await settled()
    hook('reason-submit')?.click()
    await settled()
    expect(asked.find((one) => one.path.endsWith('/end'))?.body).toEqual({ version: 3, reason: '目标完成' })
    expect(hook('drill-end')).toBeNull()
  })

  it('lets an inject happen at once, skips one and adds one', async () => {
    const asked = await room({}, { 'POST /api/drills/d1/injects/i2/now': detail(), 'POST /api/drills/d1/injects/i2/skip': detail(), 'POST /api/drills/d1/injects': detail() })
    hook('inject-now')?.click()
    await settled()
    hook('inject-skip')?.click()
    await settled()
    fill('add-title', '追问')
    fill('add-text', '水位多少')
    hook('add-submit')?.click()
    await settled()
    const sent = asked.filter((one) => one.method === 'POST')
    expect(sent.map((one) => one.path)).toEqual(['/api/drills/d1/injects/i2/now', '/api/drills/d1/injects/i2/skip', '/api/drills/d1/injects'])
    expect(sent[2]?.body).toEqual({ inject: { kind: 'message', after: '0min', title: both('追问'), role: 'duty_officer', text: both('水位多少') } })
  })

  it('enters the exercise and begins at the same page', async () => {
    const asked = await room({}, { 'POST /api/session/space': () => undefined })
    hook('enter-7')?.click()
    await settled()
    expect(asked.find((one) => one.path === '/api/session/space')?.body).toEqual({ space: 7 })
    expect(anew).toHaveBeenCalledWith('/drills/d1')
  })
})

describe('the list and the designer', () => {
  it('say which exercises go on, and offer no new one inside an exercise', async () => {
    answer({ 'GET /api/drills': { items: [detail()], as_of: AT } })
    shown = await stage(DrillList, '/drills', '/drills', writer(7))
    expect(hook('drill-d1')?.textContent).toContain('进行中')
    expect(hook('drill-new')).toBeNull()
  })

  it('show the faults of a script by line and make none of it', async () => {
    const fault = { line: 4, column: 1, path: 'injects', text: both('缺少注入事项') }
    answer({
      'GET /api/drills/scripts': [{ id: 's', title: both('脚本'), purpose: both(''), scale: 5, minutes: 3, injects: 1, text: 'id: s' }],
      'POST /api/drills/check': { faults: [fault], injects: 0, minutes: 0, planned: [] },
    })
    shown = await stage(DrillDesigner, '/drills/new', '/drills/new', writer())
    fill('drill-template', 's')
    await new Promise((done) => setTimeout(done, 600))
    await settled()
    expect(hook('drill-faults')?.textContent).toContain('第 4 行')
    expect(hook<HTMLButtonElement>('drill-make')?.disabled).toBe(true)
  })
})
