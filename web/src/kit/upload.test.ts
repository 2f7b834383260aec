/** Is it said how much of a file has left, does it stop when told, and does it end by itself when nothing moves? */
import { afterEach, expect, it, vi } from 'vitest'
import { ApiError, isGivenUp, setCsrfToken, upload } from './api'
import { answer, Refusal } from './testing/http'

const NEVER = (): Promise<never> => new Promise(() => {})

afterEach(() => void vi.useRealTimers())

it('says how much has left, carries the token, and reads the answer', async () => {
  setCsrfToken('t1')
  const asked = answer({ 'POST /api/x': { ok: true } })
  const heard: number[][] = []
  expect(await upload('/api/x', new FormData(), (sent, total) => void heard.push([sent, total]))).toEqual({ ok: true })
  expect(heard).toEqual([[500, 1000]])
  expect(asked[0]?.headers).toMatchObject({ 'X-CSRF-Token': 't1', Accept: 'application/json' })
})

it('says what the centre refused and when to try again, and when it cannot be reached', async () => {
  answer({ 'POST /api/x': new Refusal(429, 'busy', 'slow down', { 'Retry-After': '7' }) })
  const refused = (await upload('/api/x', new FormData(), () => {}).catch((cause: unknown) => cause)) as ApiError
  expect([refused.status, refused.code, refused.retryAfterS]).toEqual([429, 'busy', 7])
  answer({ 'POST /api/x': () => Promise.reject(new TypeError('cut')) })
  const cut = (await upload('/api/x', new FormData(), () => {}).catch((cause: unknown) => cause)) as ApiError
  expect([cut.status, cut.code]).toEqual([0, 'network'])
})

it('stops when it is told to, also before it began', async () => {
  answer({ 'POST /api/x': NEVER })
  const stop = new AbortController()
  const under = upload('/api/x', new FormData(), () => {}, stop.signal).catch((cause: unknown) => cause)
  stop.abort()
  expect(isGivenUp(await under)).toBe(true)
  expect(isGivenUp(await upload('/api/x', new FormData(), () => {}, stop.signal).catch((cause: unknown) => cause))).toBe(true)
})

it('ends by itself when nothing moves for half a minute', async () => {
  vi.useFakeTimers()
  answer({ 'POST /api/x': NEVER })
  const under = upload('/api/x', new FormData(), () => {}).catch((cause: unknown) => cause)
  await vi.advanceTimersByTimeAsync(31_000)
  expect(((await under) as ApiError).code).toBe('timeout')
})
