/** Is the past shown as it was, second by second, and never taken for now? */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { disconnect } from '@/kit/live'
import { answer } from '@/kit/testing/http'
import type { Asked } from '@/kit/testing/http'
import { fill, hook, press, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import ReplayPage from './ReplayPage.vue'
import { closuresThen, density, placeAt, thingsThen, valueAt, warnedThen } from './then'
import type { Line, Replay } from './wire'

const both = (words: string): { zh: string; en: string } => ({ zh: words, en: words })
const line = (at_s: number, words: string): Line => ({ at_s, noun: 'incidents', ref: 'i1', level: null, mark: 'E-1', text: both(words) })
const PAST: Replay = {
  space: 0, start: '2026-11-23T01:00:00Z', end: '2026-11-23T02:00:00Z', step_s: 10, degrees: 100_000, as_of: '2026-11-23T03:00:00Z',
  limits: { window_s: 604_800, steps: 2000, points: 200_000, rows: 5000 }, cut: [],
  tracks: [{ id: 'urn:V1', name: both('救援一号'), kind: 'flood_rescue', unit: 'u1', at_s: [-30, 100], lon: [11_550_000, 11_551_000], lat: [3_524_000, 3_524_000] }],
  homes: [{ id: 'u1', name: both('救援一号'), kind: 'flood_rescue', lon: 115.6, lat: 35.3 }, { id: 'u2', name: both('无车班组'), kind: 'patrol', lon: 115.6, lat: 35.3 }],
  alarms: [{ id: 'a1', level: 1, title: both('超汛限'), entity: 'urn:S1', name: both('沙土水库'), lon: 115.4, lat: 35.2, steps: [[50, 'raised'], [80, 'acknowledged'], [200, 'cleared']] }],
  incidents: [{ id: 'i1', number: 'E-1', title: '内涝', kind: 'flood', lon: 115.5, lat: 35.24, from_s: 60, until_s: 3000, levels: [[60, 3], [120, 2]], phases: [[60, 'accepted'], [150, 'responding']] }],
  tasks: [{ id: 't1', incident: 'i1', unit: 'u1', name: both('救援一号'), order_text: '去', steps: [[90, 'offered'], [110, 'accepted'], [900, 'completed']] }],
  closures: [{ id: 'c1', reason: '积水', source: 'hand', geometry: { type: 'Point', coordinates: [115.5, 35.2] }, depth_m: null, penalty: null, from_s: 100, until_s: null }],
  warnings: [{ id: 'w1', level: 2, headline: both('暴雨橙色预警'), polygons: [], circles: [{ lon: 115.5, lat: 35.2, radius_km: 5 }], from_s: 30, until_s: 300 }],
  responses: [{ id: 'r1', title: both('防汛'), incident: 'i1', from_s: 10, levels: [[70, 'III']] }],
  lines: [line(60, '立案'), line(120, '升级'), line(900, '完成')],
}
let shown: Stage | null = null

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  vi.useRealTimers()
  document.body.innerHTML = ''
})

async function open(query = '', past: Replay = PAST, more: Record<string, unknown> = {}): Promise<Asked[]> {
  const asked = answer({ 'GET /api/replay': past, 'GET /api/map/layers': [], ...more })
  const session = sampleSession()
  session.user.permissions = [...session.user.permissions, 'reviews.read']
  shown = await stage(ReplayPage, `/replay${query}`, '/replay', session)
  return asked
}

describe('what held then', () => {
  it('is the last value until then', () => {
    const steps: [number, string][] = [[0, 'a'], [10, 'b']]
    expect([-1, 0, 9.9, 10].map((second) => valueAt(steps, second))).toEqual([undefined, 'a', 'a', 'b'])
  })

  it('knows a place only once it was told, and how old it is', () => {
    const track = PAST.tracks[0]
    if (!track) throw new Error('no track')
    expect(placeAt(track, -31, 100_000)).toBeNull()
    expect(placeAt(track, 90, 100_000)).toEqual({ lon: 115.5, lat: 35.24, ageS: 120 })
  })

  it('draws only what was there, at the level it had', () => {
    const groups = (second: number): string[] => thingsThen(PAST, second).map((one) => `${one.group}:${one.icon}${one.stale ? '-stale' : ''}`)
    expect(groups(0)).toEqual(['units:flood_rescue', 'units:patrol-stale'])
    expect(groups(70)).toEqual(['alarms:level-1', 'incidents:incident-3', 'units:flood_rescue', 'units:patrol-stale'])
    expect(groups(1000)).toEqual(['incidents:incident-2', 'units:flood_rescue-stale', 'units:patrol-stale'])
    expect([0, 150].map((second) => closuresThen(PAST, second).features.length)).toEqual([0, 1])
    expect([0, 150, 300].map((second) => warnedThen(PAST, second).features.length)).toEqual([0, 1, 0])
  })

  it('counts where much happened', () => {
    expect(density(PAST.lines, 3600, 4)).toEqual([2, 1, 0, 0])
  })
})

describe('the page', () => {
  it('says that it is not now, and steps by keys', async () => {
    await open()
    expect(hook('replay-banner')?.textContent).toContain('不是现在')
    expect(hook('replay-moment')?.textContent).toBe('2026-11-23 09:00:00')
    press('ArrowRight')
    await nextTick()
    expect(hook('replay-moment')?.textContent).toBe('2026-11-23 09:00:10')
    press('.')
    press('.')
    await nextTick()
    expect(hook('replay-moment')?.textContent).toBe('2026-11-23 09:02:00')
    expect(hook('replay-then')?.textContent).toContain('响应')
    expect(hook('replay-then')?.textContent).toContain('III')
    expect(hook('replay-events')?.querySelector('[aria-current]')?.textContent).toContain('升级')
  })

  it('plays at the chosen speed and stops at the end', async () => {
    await open()
    vi.useFakeTimers()
    fill('replay-speed', '60')
    press(' ')
    await vi.advanceTimersByTimeAsync(2000)
    expect(hook('replay-moment')?.textContent).toBe('2026-11-23 09:02:00')
    fill('replay-scrub', '3540')
    await vi.advanceTimersByTimeAsync(2000)
    expect(hook('replay-moment')?.textContent).toBe('2026-11-23 10:00:00')
    expect(hook('replay-play')?.textContent).toBe('播放')
  })

  it('asks for the whole life of an exercise, and says that it is one', async () => {
    const drill = { title: both('暴雨夜'), started_at: '2026-11-23T01:00:00Z', created_at: '2026-11-23T00:50:00Z', ended_at: '2026-11-23T02:00:00Z' }
    const asked = await open('?drill=d1', { ...PAST, space: 7 }, { 'GET /api/drills/d1': drill })
    const wanted = asked.find((one) => one.path === '/api/replay')?.query
    expect([wanted?.get('drill'), wanted?.get('from'), wanted?.get('to')]).toEqual(['d1', '2026-11-23T01:00:00.000Z', '2026-11-23T02:00:00.000Z'])
    expect(hook('replay-banner')?.textContent).toContain('演练')
    expect(hook('replay-life')?.textContent).toContain('暴雨夜')
  })

  it('refuses a period that is too long before it asks', async () => {
    await open()
    fill('replay-from', '2026-11-01T00:00')
    await settled()
    expect(hook('replay-wrong')?.textContent).toContain('7 天')
    expect(hook<HTMLButtonElement>('replay-show')?.disabled).toBe(true)
  })

  it('says what was left out', async () => {
    await open('', { ...PAST, cut: ['alarms'] })
    expect(hook('replay-cut')?.textContent).toContain('5000')
  })
})
