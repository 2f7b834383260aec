/** Do the open cases stand on a map beside their list, and is a long list said to be at least so long? */
import { afterEach, expect, it } from 'vitest'
import { setLocale } from '@/kit/i18n'
import { disconnect } from '@/kit/live'
import { answer, Refusal } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import type { Permission } from '@/kit/types'
import MapView from '@/kit/MapView.vue'
import CasesBoard from './CasesBoard.vue'
import type { CaseMap } from './types'

const AT = '2026-11-23T01:00:00.000Z'
const POINT = { id: 'c1', number: 'RX1', title: '井盖破了', type: 'hotline', class_code: '0201', state: 'handling', lamp: 'overdue', next_due_at: AT, lon: 107.35, lat: 30.33 } as const
const FEW: CaseMap = { points: [POINT], cells: [], total: 1, as_of: AT }
const MANY: CaseMap = { points: [], cells: [{ lon: 107.35, lat: 30.33, count: 1234, lamp: 'amber' }], total: 1234, as_of: AT }
let shown: Stage | null = null

async function open(path: string, routes: Record<string, Answer>, permissions = ['cases.read']): Promise<Asked[]> {
  const session = sampleSession()
  session.user.permissions = permissions as Permission[]
  session.user.department = null
  const asked = answer({
    'GET /api/cases/types': { items: [], departments: [] }, 'GET /api/cases': { items: [], total: 0, at_least: false, as_of: AT },
    'GET /api/cases/map': FEW, ...routes,
  })
  setLocale('zh')
  shown = await stage(CasesBoard, path, '/cases', session)
  await settled()
  return asked
}

const maps = (asked: Asked[]): Asked[] => asked.filter((call) => call.path === '/api/cases/map')
const pick = async (source: string, properties: Record<string, unknown>): Promise<void> => {
  shown!.wrapper.findComponent(MapView).vm.$emit('pick', { source, properties })
  await settled()
}

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

it('the map is asked for only when it is wanted, and the list stays beside it', async () => {
  const asked = await open('/cases', {})
  expect([hook('cases-map'), maps(asked)]).toEqual([null, []])
  hook('cases-on-map')!.click()
  await settled()
  expect(maps(asked)).toHaveLength(1)
  expect(Number(maps(asked)[0]!.query.get('west'))).toBeLessThan(Number(maps(asked)[0]!.query.get('east')))
  expect(hook('cases-map-total')?.textContent).toContain('图内 1 件')
  expect(document.body.textContent).toContain('没有这样的案件')
})

it('a point opens its case, by the map of the chosen type', async () => {
  const asked = await open('/cases?view=map&type=hotline', {})
  expect(maps(asked).at(-1)!.query.get('type')).toBe('hotline')
  const [feature] = shown!.wrapper.findComponent(MapView).props('sources')!['cases']!.features
  expect(feature!.properties).toMatchObject({ id: 'c1', lamp: 'overdue' })
  await pick('cases', feature!.properties!)
  expect(shown!.router.currentRoute.value.query['case']).toBe('c1')
})

it('a number of many goes nearer without opening anything, and the whole county is one press away', async () => {
  const asked = await open('/cases?view=map', { 'GET /api/cases/map': MANY })
  expect(hook('cases-map-total')?.textContent).toContain('图内 1234 件')
  const first = maps(asked)[0]!.query
  await pick('crowds', { lon: 107.35, lat: 30.33 })
  const second = maps(asked).at(-1)!.query
  expect(Number(second.get('east')) - Number(second.get('west'))).toBeLessThan(Number(first.get('east')) - Number(first.get('west')))
  expect(shown!.router.currentRoute.value.query['case']).toBeUndefined()
  hook('cases-map-whole')!.click()
  await settled()
  expect(maps(asked).at(-1)!.query.get('west')).toBe(first.get('west'))
})

it('a map that failed says so; who may not read all cases has none', async () => {
  await open('/cases?view=map', { 'GET /api/cases/map': new Refusal(503, 'unavailable') })
  expect(hook('cases-map')?.textContent).toContain('重试')
  shown?.wrapper.unmount()
  const asked = await open('/cases?view=map', {}, ['cases.own'])
  expect([hook('cases-map'), hook('cases-on-map'), maps(asked)]).toEqual([null, null, []])
})

it('what was counted only so far is said to be at least so many, and goes on until a page is not full', async () => {
  const row = { id: 'x', number: 'RX9', title: '多', type: 'hotline', type_title: { zh: '热线', en: '' }, class_title: { zh: '井盖', en: '' }, state_title: { zh: '办', en: '' }, partners: [], asked: [], can: [], lamp: 'green' }
  await open('/cases', { 'GET /api/cases': { items: [row], total: 1, at_least: true, as_of: AT } })
  expect(hook('cases-total')?.textContent).toContain('至少 1 件')
  expect(hook('cases-more')?.textContent).toContain('至少 1')
  hook('cases-more')!.click()
  await settled()
  expect(hook('cases-more')).toBeNull()
})
