/** Does the health page tell the state in words, and mark the byte at which a frame failed? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, setLocale } from '../kit/i18n'
import { disconnect } from '../kit/live'
import { answer, Refusal, type Answer, type Asked } from '../kit/testing/http'
import { FakeSocket } from '../kit/testing/setup'
import type { Frame, Platform, Session } from '../kit/types'
import { useSession } from '../shell/session'
import { rows } from './hex'
import PlatformsPage from './PlatformsPage.vue'

const PLATFORM: Platform = {
  name: 'water',
  title: { zh: '水情遥测', en: 'Hydrology' },
  summary: { zh: '', en: '' },
  protocol: 'SL 651-2014',
  state: 'online',
  counters: { connections: 3 },
  devices: { known: 24, online: 23 },
  frames: { good_1h: 100, bad_1h: 2, unknown_1h: 0, refused_1h: 0 },
  last_frame_at: new Date().toISOString(),
  commands: [],
  rules: [
    {
      name: 'water.warning',
      level: 3,
      title: { zh: '超警戒', en: 'Over warning' },
      sentence: { zh: '', en: '' },
      cause: { zh: '降雨', en: 'Rain' },
      consequence: { zh: '受淹', en: 'Flood' },
      response: { zh: '巡查', en: 'Patrol' },
      source: 'SL 651',
      example_only: true,
    },
  ],
  quantities: [],
}
const FRAME: Frame = { id: '1', received_at: '2026-11-23T01:00:00Z', peer: '10.0.0.1:1', device: '', verdict: 'bad', reason: 'CRC mismatch', offset: 2, clause: '6.2.3', hex: '7e7e41', length: 3 }

it('hex dumps mark the offending byte alone', () => {
  const dump = rows('7e'.repeat(16) + '41ff', 16)
  expect(dump.map((row) => row.offset)).toEqual(['0000', '0010'])
  expect(dump.flatMap((row) => row.bytes).filter((byte) => byte.marked)).toEqual([{ offset: 16, hex: '41', char: 'A', marked: true }])
  expect(rows('00', -1)[0]?.bytes[0]?.marked).toBe(false)
})

describe('the page', () => {
  let page: VueWrapper | null = null

  async function opened(routes: Record<string, Answer>, permissions = ['frames.read'], path = '/platforms'): Promise<Asked[]> {
    const session = { user: { id: 'me', locale: 'zh', permissions }, space: { id: 0, name: '' }, csrf_token: 'c', server_time: new Date().toISOString() } as unknown as Session
    const asked = answer({ 'GET /api/session': session, 'GET /api/platforms/water/frames': { items: [FRAME], next: 'older' }, ...routes })
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/platforms', component: PlatformsPage }] })
    await router.push(path)
    setActivePinia(createPinia())
    await useSession().resume()
    page = mount(PlatformsPage, { global: { plugins: [i18n, router] } })
    await flushPromises()
    return asked
  }

  beforeEach(() => setLocale('zh'))
  afterEach(() => {
    page?.unmount()
    disconnect()
  })

  it('says so when nothing is connected', async () => {
    await opened({ 'GET /api/platforms': { items: [], as_of: '' } })
    expect(page!.find('[data-testid="state-empty"]').text()).toBe('还没有接入任何平台')
  })

  it('says so when it may not be read', async () => {
    await opened({ 'GET /api/platforms': new Refusal(403) })
    expect(page!.find('[data-testid="state-error"]').exists()).toBe(true)
  })

  it('follows the stream', async () => {
    await opened({ 'GET /api/platforms': { items: [PLATFORM], as_of: '' } })
    expect(page!.find('[data-testid="platform-card"]').text()).toContain('在线')
    const socket = FakeSocket.all.at(-1)!
    socket.open()
    const id = (socket.sent.find((message) => message['topic'] === 'platforms') as { id: string }).id
    socket.say({ id, seq: 1, items: [{ ...PLATFORM, state: 'offline', devices: { known: 24, online: 0 } }] })
    await flushPromises()
    expect(page!.find('[data-testid="platform-card"]').attributes('data-state')).toBe('offline')
    expect(page!.text()).toContain('24 台未在线')
  })

  it('opens a bad frame at its offending byte and pages to older ones', async () => {
    const asked = await opened({ 'GET /api/platforms': { items: [PLATFORM], as_of: '' } })
    await page!.find('[data-testid="bad-frame-row"] button').trigger('click')
    expect(page!.find('[data-testid="marked-byte"]').text()).toBe('41')
    await page!.find('[data-testid="frames-more"]').trigger('click')
    await flushPromises()
    expect(asked.at(-1)?.query.get('cursor')).toBe('older')
    expect(page!.findAll('[data-testid="bad-frame-row"]')).toHaveLength(2)
    await page!.find('[data-testid="verdict-refused"]').trigger('click')
    await flushPromises()
    expect(asked.at(-1)?.query.get('verdict')).toBe('refused')
  })

  it('keeps frames from those who may not read them', async () => {
    const asked = await opened({ 'GET /api/platforms': { items: [PLATFORM], as_of: '' } }, [])
    expect(page!.text()).toContain('您没有查看报文的权限')
    expect(asked.some((call) => call.path.endsWith('/frames'))).toBe(false)
  })

  it('lists rules with cause, consequence, response and source', async () => {
    await opened({ 'GET /api/platforms': { items: [PLATFORM], as_of: '' } }, [], '/platforms?show=rules')
    expect(page!.find('[data-testid="rule-row"]').text()).toMatch(/超警戒.*降雨.*受淹.*巡查.*SL 651/s)
  })
})
