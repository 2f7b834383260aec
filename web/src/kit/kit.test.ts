/** Does the kit keep its promises: requests, live stream, times, keys and two equal languages? */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError, get, onSignedOut, post, setCsrfToken, withQuery } from './api'
import { messagesByArea, setLocale, tx, word } from './i18n'
import { keyListener } from './keys'
import { connection, disconnect, listen, retryDelayMs } from './live'
import { distanceM, numberText, unitSign } from './numbers'
import { discoverPages } from './page'
import { answer, Refusal } from './testing/http'
import { FakeSocket } from './testing/setup'
import { age, clock, dayTime, elapsed, fullTime, nowMs, setServerTime, span } from './time'

describe('requests', () => {
  it('leave empty query values out and join lists', () => {
    expect(withQuery('/api/alarms', { level: ['1', '2'], q: '', mine: 1, area: null })).toBe(
      '/api/alarms?level=1%2C2&mine=1',
    )
  })

  it('carry the CSRF token and the body when they change something', async () => {
    setCsrfToken('token')
    const asked = answer({ 'POST /api/alarms/acknowledge': { items: [], refused: [] } })
    await post('/api/alarms/acknowledge', { ids: ['a'] })
    expect(asked[0]?.headers['X-CSRF-Token']).toBe('token')
    expect(asked[0]?.body).toEqual({ ids: ['a'] })
  })

  it('turn a problem document into an ApiError with status, code, detail and retry time', async () => {
    answer({ 'GET /api/x': new Refusal(429, 'too_many', 'slow down', { 'Retry-After': '7' }) })
    const error = await get('/api/x').catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 429, code: 'too_many', detail: 'slow down', retryAfterS: 7 })
  })

  it('call it status 0 when no answer comes', async () => {
    await expect(get('/api/x')).rejects.toMatchObject({ status: 0, code: 'network' })
  })

  it('say that the session has ended on 401', async () => {
    const ended = vi.fn()
    onSignedOut(ended)
    answer({ 'GET /api/x': new Refusal(401) })
    await expect(get('/api/x')).rejects.toMatchObject({ status: 401 })
    expect(ended).toHaveBeenCalledOnce()
    onSignedOut(() => {})
  })
})

describe('the live stream', () => {
  beforeEach(() => {
    disconnect()
    vi.useRealTimers()
  })

  function opened(): { socket: FakeSocket; id: string; items: unknown[]; refetch: ReturnType<typeof vi.fn>; stop: () => void } {
    const items: unknown[] = []
    const refetch = vi.fn()
    const stop = listen('alarms', {}, (more) => items.push(...more), refetch)
    const socket = FakeSocket.all[0] as FakeSocket
    socket.open()
    const id = String(socket.sent.find((message) => message['do'] === 'subscribe')?.['id'])
    socket.say({ id, do: 'subscribed' })
    return { socket, id, items, refetch, stop }
  }

  it('loads over HTTP at the start and again once subscribed', () => {
    const { refetch, stop } = opened()
    expect(refetch).toHaveBeenCalledTimes(2)
    expect(connection.value).toBe('open')
    stop()
  })

  it('hands on items in sequence without refetching', () => {
    const { socket, id, items, refetch, stop } = opened()
    socket.say({ id, seq: 1, items: ['a'] })
    socket.say({ id, seq: 2, items: ['b', 'c'] })
    expect(items).toEqual(['a', 'b', 'c'])
    expect(refetch).toHaveBeenCalledTimes(2)
    stop()
  })

  it('refetches after a gap, then goes on', () => {
    const { socket, id, refetch, stop } = opened()
    socket.say({ id, seq: 1, items: [] })
    socket.say({ id, seq: 4, items: [] })
    socket.say({ id, seq: 5, items: [] })
    expect(refetch).toHaveBeenCalledTimes(3)
    stop()
  })

  it('refetches when the centre says that something was lost', () => {
    const { socket, id, refetch, stop } = opened()
    socket.say({ id, do: 'lost' })
    expect(refetch).toHaveBeenCalledTimes(3)
    stop()
  })

  it('subscribes again after the connection was lost', () => {
    vi.useFakeTimers()
    const { socket, refetch, stop } = opened()
    socket.close(1013)
    expect(connection.value).toBe('lost')
    vi.advanceTimersByTime(1000)
    const next = FakeSocket.all[1] as FakeSocket
    next.open()
    const id = String(next.sent[0]?.['id'])
    next.say({ id, do: 'subscribed' })
    expect(next.sent[0]).toMatchObject({ do: 'subscribe', topic: 'alarms' })
    expect(refetch).toHaveBeenCalledTimes(3)
    stop()
  })

  it('ends the session on close 4401 and does not come back by itself', () => {
    vi.useFakeTimers()
    const ended = vi.fn()
    onSignedOut(ended)
    const { socket, stop } = opened()
    socket.close(4401)
    vi.advanceTimersByTime(60_000)
    expect(ended).toHaveBeenCalledOnce()
    expect(FakeSocket.all).toHaveLength(1)
    stop()
    onSignedOut(() => {})
  })

  it('waits longer each time, never more than 15 s, and not all desks alike', () => {
    expect(retryDelayMs(0, 0)).toBe(250)
    expect(retryDelayMs(0, 1)).toBe(500)
    expect(retryDelayMs(20, 1)).toBe(15_000)
  })
})

describe('times', () => {
  it('are those of Shanghai', () => {
    const moment = '2026-11-22T17:05:09.123Z'
    expect(fullTime(moment)).toBe('2026-11-23 01:05:09')
    expect(clock(moment)).toBe('01:05:09')
    expect(dayTime(moment)).toBe('11-23 01:05')
    expect(clock(null)).toBe('–')
  })

  it('are said as ages and spans in both languages', () => {
    expect(age(500, 'zh')).toBe('刚刚')
    expect(age(65_000, 'zh')).toBe('1 分钟前')
    expect(age(65_000, 'en')).toBe('1 min ago')
    expect(span(7200, 'zh')).toBe('2 小时')
    expect(elapsed(3_909_000)).toBe('1:05:09')
    expect(elapsed(Number.NaN)).toBe('–')
  })

  it("follow the centre's clock, not the desk's", () => {
    setServerTime(new Date(Date.now() + 3_600_000).toISOString())
    expect(nowMs() - Date.now()).toBeGreaterThan(3_590_000)
    setServerTime(new Date().toISOString())
  })
})

describe('hot-keys', () => {
  it('hear single keys and chords, and nothing while Chinese is being composed', () => {
    const j = vi.fn()
    const map = vi.fn()
    const m = vi.fn()
    const heard = keyListener({ j, m, 'g m': map })
    const press = (key: string, extra: KeyboardEventInit = {}): void => heard(new KeyboardEvent('keydown', { key, ...extra }))
    press('j')
    press('j', { isComposing: true })
    press('j', { ctrlKey: true })
    expect(j).toHaveBeenCalledOnce()
    press('g')
    press('m')
    expect(map).toHaveBeenCalledOnce()
    expect(m).not.toHaveBeenCalled()
  })

  it('are silent in inputs', () => {
    const j = vi.fn()
    const heard = keyListener({ j })
    const input = document.body.appendChild(document.createElement('input'))
    input.addEventListener('keydown', heard)
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }))
    expect(j).not.toHaveBeenCalled()
    input.remove()
  })
})

describe('languages', () => {
  const flat = (value: unknown, path = ''): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => flat(inner, `${path}.${key}`))
      : [path]

  it.each(Object.entries(messagesByArea))('%s has the same keys in Chinese and English', (_area, texts) => {
    expect(flat(texts.en).sort()).toEqual(flat(texts.zh).sort())
  })

  it('cover the kit, the shell and the areas', () => {
    expect(Object.keys(messagesByArea)).toEqual(expect.arrayContaining(['kit', 'shell', 'alarms', 'incidents', 'map']))
  })

  it('fall back from a missing translation to the wire word', () => {
    expect(word('kit.level', 'unheard_of')).toBe('unheard_of')
    setLocale('en')
    expect(tx({ zh: '河', en: 'river' })).toBe('river')
    setLocale('zh')
    expect(tx({ zh: '河', en: 'river' })).toBe('河')
  })
})

describe('numbers and pages', () => {
  it('write values, units and distances as people read them', () => {
    expect(numberText(3.10001)).toBe('3.1')
    expect(numberText(3, 2)).toBe('3.00')
    expect(numberText(null)).toBe('–')
    expect(unitSign('m3/s')).toBe('m³/s')
    expect(distanceM({ lon: 107.35, lat: 30.33 }, { lon: 107.36, lat: 30.33 })).toBeCloseTo(959.8, 0)
  })

  it('have unique names and paths', () => {
    const pages = discoverPages()
    expect(new Set(pages.map((page) => page.name)).size).toBe(pages.length)
    expect(new Set(pages.map((page) => page.path)).size).toBe(pages.length)
  })
})
