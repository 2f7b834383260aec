/** What does the centre answer in a test? Canned JSON by method and path, and a record of what was asked. */
import { vi } from 'vitest'

export interface Asked {
  method: string
  path: string
  query: URLSearchParams
  body: unknown
  headers: Record<string, string>
}

export type Answer = unknown | ((asked: Asked) => unknown)

/** Answer with an HTTP problem of that status from a route. */
export class Refusal {
  constructor(
    readonly status: number,
    readonly code = 'refused',
    readonly detail = 'refused',
    readonly headers: Record<string, string> = {},
  ) {}
}

/**
 * Answer `fetch` from a table whose keys are `GET /api/alarms` (query ignored). A value is the JSON, a
 * `Refusal`, or a function of what was asked. An unknown route answers 404. Returns the record of requests.
 */
export function answer(routes: Record<string, Answer>): Asked[] {
  const asked: Asked[] = []
  vi.stubGlobal('fetch', async (input: string, init: RequestInit = {}) => {
    const url = new URL(input, 'http://localhost')
    const call: Asked = {
      method: init.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      body: typeof init.body === 'string' ? JSON.parse(init.body) : init.body,
      headers: (init.headers ?? {}) as Record<string, string>,
    }
    asked.push(call)
    const found = routes[`${call.method} ${call.path}`] ?? new Refusal(404, 'not_found', call.path)
    const value: unknown = typeof found === 'function' ? (found as (asked: Asked) => unknown)(call) : found
    return respond(await value)
  })
  return asked
}

function respond(value: unknown): Response {
  if (value instanceof Refusal) {
    const problem = JSON.stringify({ status: value.status, code: value.code, detail: value.detail })
    return new Response(problem, { status: value.status, headers: value.headers })
  }
  if (value === undefined) return new Response(null, { status: 204 })
  return new Response(JSON.stringify(value), { status: 200, headers: { 'Content-Type': 'application/json' } })
}
