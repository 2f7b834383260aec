/** Does the bar understand what is typed, say what Enter will do, do only that, and say results and refusals? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { disconnect } from '@/kit/live'
import { answer, Refusal } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, press, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleIncident, samplePage, sampleSession, sampleTask, sampleUnit } from '@/kit/testing/samples'
import Shell from '@/shell/Shell.vue'
import { forgetAll } from './history'
import { parse, stepOf } from './parse'

let shown: Stage | null = null
let asked: Asked[] = []
const list = (...items: unknown[]): unknown => ({ items, as_of: '2026-11-23T01:00:00Z' })
const ROUTES: Record<string, Answer> = {
  'GET /api/alarms': samplePage([]),
  'GET /api/incidents': list(sampleIncident(), sampleIncident({ id: 'i2', number: 'DJ-10', title: '火灾' })),
  'GET /api/incidents/i1': sampleIncident(),
  'GET /api/units': list(sampleUnit(), sampleUnit({ id: 'unit2', code: 'FR-02', name: { zh: '防汛二组', en: 'Flood rescue 2' } })),
  'GET /api/tasks': list(sampleTask()),
}

async function open(routes: Record<string, Answer> = {}, permissions: string[] = []): Promise<void> {
  asked = answer({ ...ROUTES, ...routes })
  const session = sampleSession()
  session.user.permissions = [...session.user.permissions, ...permissions] as typeof session.user.permissions
  shown = await stage(Shell, '/', '/', session)
  press('/')
  await settled()
}

async function type(text: string): Promise<void> {
  fill('command-input', text)
  await settled()
}

async function key(name: string, more: KeyboardEventInit = {}): Promise<void> {
  hook('command-input')?.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }))
  await settled()
}

const says = (): string => hook('command-says')?.textContent ?? ''
const offered = (): string[] => [...document.querySelectorAll('[data-testid="command-choice"] strong')].map((one) => one.textContent ?? '')
const sent = (): Asked[] => asked.filter((call) => call.method === 'POST')

beforeEach(forgetAll)
afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

describe('a line', () => {
  it.each([
    ['/派 DJ-1 FR-01', 'send', ['DJ-1', 'FR-01']],
    ['派DJ-1 FR-01', 'send', ['DJ-1', 'FR-01']],
    ['／状态　FR-01 到场', 'status', ['FR-01', '到场']],
    ['/s FR-01 arrive', 'status', ['FR-01', 'arrive']],
    ['预案 flood', 'plan', ['flood']],
    ['GO map', 'go', ['map']],
  ])('%s is understood', (text, verb, args) => {
    const typed = parse(text)
    expect([typed.verb?.name, typed.args]).toEqual([verb, args])
  })

  it('of an unknown word names no verb', () => {
    expect(parse('/xyz 1').verb).toBeNull()
    expect(stepOf('到了')).toBeNull()
  })
})

describe('the bar', () => {
  it('opens by slash and Ctrl+K, takes the focus, and gives it back', async () => {
    await open()
    expect(document.activeElement).toBe(hook('command-input'))
    await key('Escape')
    expect(hook('command-bar')).toBeNull()
    const link = hook('nav-alarms')
    link?.focus()
    link?.dispatchEvent(new KeyboardEvent('keydown', { key: 'K', ctrlKey: true, shiftKey: true, bubbles: true }))
    await settled()
    expect(hook('command-bar')).toBeNull()
    link?.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }))
    await settled()
    expect(document.activeElement).toBe(hook('command-input'))
    await key('Escape')
    expect(document.activeElement).toBe(link)
  })

  it('says what is possible when it does not understand, and what is not allowed', async () => {
    await open()
    await type('/飞 1')
    expect(says()).toContain('没有“飞”这个命令')
    expect(offered()).toContain('/派')
    await type('/封 路')
    expect(says()).toContain('没有权限')
    expect(offered()).toEqual([])
  })

  it('sends a unit only when both are named whole, and says so before', async () => {
    await open({ 'POST /api/incidents/i1/tasks': sampleTask() })
    await type('/派 DJ-1 FR')
    expect(offered()).toEqual(['FR-01', 'FR-02'])
    await key('Enter')
    expect(hook<HTMLInputElement>('command-input')?.value).toBe('/派 DJ-1 FR-01 ')
    expect(sent()).toEqual([])
    expect(says()).toContain('按 Enter 派 防汛一组 FR-01')
    expect(says()).toContain('DJ-1')
    await key('Enter')
    expect(sent().map((call) => [call.path, (call.body as { unit_id: string }).unit_id])).toEqual([['/api/incidents/i1/tasks', 'unit1']])
    expect(says()).toContain('已派')
    await key('ArrowUp')
    expect(hook<HTMLInputElement>('command-input')?.value).toBe('/派 DJ-1 FR-01')
  })

  it('leaves Enter to an unfinished Chinese word', async () => {
    await open({ 'POST /api/incidents/i1/tasks': sampleTask() })
    await type('/派 DJ-1 FR-01')
    await key('Enter', { isComposing: true })
    expect(sent()).toEqual([])
  })

  it('keeps the line and says why when the centre refuses', async () => {
    await open({ 'POST /api/incidents/i1/tasks': new Refusal(409, 'conflict', 'the unit is off duty') })
    await type('/派 DJ-1 FR-01')
    await key('Enter')
    expect(says()).toContain('the unit is off duty')
    expect(hook<HTMLInputElement>('command-input')?.value).toBe('/派 DJ-1 FR-01')
  })

  it('reports a status through the task, and only one that can be next', async () => {
    await open({ 'POST /api/tasks/task1/events': { ...sampleTask({ state: 'on_scene' }), why_not: null } })
    await type('/状态 FR-01 完成')
    expect(says()).toContain('现在可报：到场')
    await type('/状态 FR-01 到场')
    expect(says()).toContain('DJ-1')
    await key('Enter')
    expect(sent().map((call) => [call.path, (call.body as { event: string }).event])).toEqual([['/api/tasks/task1/events', 'arrive']])
    expect(says()).toContain('已记')
  })

  it('asks which incident when a unit has several tasks', async () => {
    const other = sampleTask({ id: 'task2', incident: { ...sampleTask().incident, id: 'i2', number: 'DJ-10' } })
    await open({ 'GET /api/tasks': list(sampleTask(), other) })
    await type('/状态 FR-01 到场')
    expect(offered()).toEqual(['DJ-1', 'DJ-10'])
    await key('ArrowDown')
    await key('Enter')
    expect(sent()).toEqual([])
    expect(hook<HTMLInputElement>('command-input')?.value).toBe('/状态 FR-01 到场 DJ-10 ')
  })

  it('closes a whole road with a reason', async () => {
    const road = (id: number): unknown => ({ type: 'Feature', id, geometry: null, properties: { name_zh: '滨河路', name_en: 'Riverside', length_m: 600 } })
    await open(
      { 'GET /api/roads/network': { type: 'FeatureCollection', graph_version: 'v1', features: [road(3), road(4)] }, 'POST /api/roads/closures': {} },
      ['roads.close'],
    )
    await type('/封 滨河路')
    expect(says()).toBe('写封闭原因')
    await type('/封 滨河路 积水')
    expect(says()).toContain('2 段，1.2 公里')
    await key('Enter')
    expect(sent()[0]?.body).toEqual({ edges: [3, 4], graph_version: 'v1', classes: ['car', 'truck'], reason: '积水' })
  })

  it.each([
    ['/事 DJ-10', '/incidents/i2'],
    ['/去 告警', '/alarms'],
  ])('%s leads to %s', async (line, path) => {
    await open()
    await type(line)
    await key('Enter')
    expect(shown?.router.currentRoute.value.path).toBe(path)
  })
})
