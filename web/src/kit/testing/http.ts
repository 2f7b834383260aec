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
    return heard(call)
  })
  vi.stubGlobal('XMLHttpRequest', class extends FakeUpload {
    protected heard = (call: Asked): Promise<Response> => heard(call)
  })

  async function heard(call: Asked): Promise<Response> {
    asked.push(call)
    const found = routes[`${call.method} ${call.path}`] ?? new Refusal(404, 'not_found', call.path)
    const value: unknown = typeof found === 'function' ? (found as (asked: Asked) => unknown)(call) : found
    return respond(await value)
  }
  return asked
}

/** What a file leaves by: half of it at once, the rest when the answer is there. */
abstract class FakeUpload {
  static readonly BYTES = 1000
  upload: { onprogress: ((event: Partial<ProgressEvent>) => void) | null } = { onprogress: null }
  onload: (() => void) | null = null
  onerror: (() => void) | null = null
  ontimeout: (() => void) | null = null
  onabort: (() => void) | null = null
  timeout = 0
  status = 0
  responseText = ''
  private method = ''
  private path = ''
  private headers: Record<string, string> = {}
  private answer: Response | null = null
  private over = false

  protected abstract heard: (call: Asked) => Promise<Response>

  open(method: string, path: string): void {
    ;[this.method, this.path] = [method, path]
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value
  }

  getResponseHeader(name: string): string | null {
    return this.answer?.headers.get(name) ?? null
  }

  send(body: unknown): void {
    const url = new URL(this.path, 'http://localhost')
    this.upload.onprogress?.({ loaded: FakeUpload.BYTES / 2, total: FakeUpload.BYTES, lengthComputable: true })
    void this.heard({ method: this.method, path: url.pathname, query: url.searchParams, body, headers: this.headers }).then(
      async (answer) => {
        this.answer = answer
        this.status = answer.status
        this.responseText = await answer.text()
        this.end(this.onload)
      },
      () => this.end(this.onerror),
    )
  }

  abort(): void {
    this.end(this.onabort)
  }

  private end(settle: (() => void) | null): void {
    if (this.over) return
    this.over = true
    settle?.()
  }
}

function respond(value: unknown): Response {
  if (value instanceof Refusal) {
    const problem = JSON.stringify({ status: value.status, code: value.code, detail: value.detail })
    return new Response(problem, { status: value.status, headers: value.headers })
  }
  if (value === undefined) return new Response(null, { status: 204 })
  return new Response(JSON.stringify(value), { status: 200, headers: { 'Content-Type': 'application/json' } })
}
