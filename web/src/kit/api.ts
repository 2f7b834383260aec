/** How does the console ask the centre for something, and what does it hear when that fails? */

interface Problem {
  title?: string
  detail?: string
  code?: string
  field?: string
}

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>

export interface RequestOptions {
  signal?: AbortSignal
  timeoutMs?: number
}

/** A request that did not succeed. `status` 0 means that no answer came (`code` network or timeout). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly field: string | null = null,
    readonly retryAfterS: number | null = null,
  ) {
    super(`${status} ${code}: ${detail}`)
    this.name = 'ApiError'
  }
}

const TIMEOUT_MS = 20_000
let csrfToken = ''
let space: number | null = null
let signedOut: () => void = () => {}

/** Remember the token that every change must carry. */
export function setCsrfToken(token: string): void {
  csrfToken = token
}

/** Remember which data space the page shows: the centre refuses (412) a change when the session looks at another. */
export function setSpace(id: number): void {
  space = id
}

/** Say what is to happen when the centre answers that nobody is signed in. */
export function onSignedOut(action: () => void): void {
  signedOut = action
}

/** Tell the console that the session has ended (HTTP 401 or live close 4401). */
export function endSession(): void {
  signedOut()
}

/** The path with its query; empty, null and undefined values are left out, lists are joined with commas. */
export function withQuery(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue
    parameters.set(name, Array.isArray(value) ? value.join(',') : String(value))
  }
  const text = parameters.toString()
  return text ? `${path}?${text}` : path
}

/** GET `path` (`/api/…`) and read its JSON. Throws ApiError. */
export function get<T>(path: string, query?: Query, options?: RequestOptions): Promise<T> {
  return request<T>('GET', withQuery(path, query), undefined, options)
}

/** POST JSON or a form. Throws ApiError. */
export function post<T>(path: string, body?: unknown, options?: RequestOptions): Promise<T> {
  return request<T>('POST', path, body, options)
}

/** PUT JSON. Throws ApiError. */
export function put<T>(path: string, body: unknown, options?: RequestOptions): Promise<T> {
  return request<T>('PUT', path, body, options)
}

/** PATCH JSON. Throws ApiError. */
export function patch<T>(path: string, body: unknown, options?: RequestOptions): Promise<T> {
  return request<T>('PATCH', path, body, options)
}

/** DELETE. Throws ApiError. */
export function del<T = undefined>(path: string, options?: RequestOptions): Promise<T> {
  return request<T>('DELETE', path, undefined, options)
}

/** How much of a file has left, in bytes of the whole request. */
export type Progress = (sent: number, total: number) => void

const STALL_MS = 30_000
const LONGEST_MS = 600_000

/**
 * POST a form with a file and say how much of it has left. It ends by `signal` (throws what an aborted request
 * throws), after half a minute in which nothing leaves or comes, and after ten minutes at most. Throws ApiError.
 */
export async function upload<T>(path: string, form: FormData, progress: Progress, signal?: AbortSignal): Promise<T> {
  const response = await sent(path, form, progress, signal)
  if (!response.ok) throw await failure(response)
  return (response.status === 204 ? undefined : await response.json()) as T
}

function sent(path: string, form: FormData, progress: Progress, signal?: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    let stalled: ReturnType<typeof setTimeout> | undefined
    const stop = (): void => request.abort()
    const end = (settle: () => void) => (): void => {
      clearTimeout(stalled)
      signal?.removeEventListener('abort', stop)
      settle()
    }
    const moved = (): void => {
      clearTimeout(stalled)
      stalled = setTimeout(stop, STALL_MS)
    }
    request.upload.onprogress = (event) => {
      moved()
      progress(event.loaded, event.lengthComputable ? event.total : 0)
    }
    request.onload = end(() => resolve(answered(request)))
    request.onerror = end(() => reject(new ApiError(0, 'network', 'the centre cannot be reached')))
    request.ontimeout = end(() => reject(new ApiError(0, 'timeout', 'no answer in time')))
    request.onabort = end(() => reject(signal?.aborted ? new DOMException('given up', 'AbortError') : new ApiError(0, 'timeout', 'no answer in time')))
    if (signal?.aborted) return end(() => reject(new DOMException('given up', 'AbortError')))()
    signal?.addEventListener('abort', stop)
    request.open('POST', path)
    request.timeout = LONGEST_MS
    for (const [name, value] of Object.entries(prepared('POST', form).headers as Record<string, string>)) request.setRequestHeader(name, value)
    moved()
    request.send(form)
  })
}

function answered(request: XMLHttpRequest): Response {
  const retry = request.getResponseHeader('Retry-After')
  return new Response(request.status === 204 ? null : request.responseText, { status: request.status, headers: retry === null ? {} : { 'Retry-After': retry } })
}

/** Whether somebody gave up what was being sent. */
export function isGivenUp(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'AbortError'
}

async function request<T>(method: string, path: string, body: unknown, options: RequestOptions = {}): Promise<T> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)
  const stop = new AbortController()
  const abort = (): void => stop.abort()
  timeout.addEventListener('abort', abort)
  options.signal?.addEventListener('abort', abort)
  let response: Response
  try {
    response = await fetch(path, { ...prepared(method, body), signal: stop.signal })
  } catch (cause) {
    if (options.signal?.aborted) throw cause
    if (timeout.aborted) throw new ApiError(0, 'timeout', 'no answer in time')
    throw new ApiError(0, 'network', 'the centre cannot be reached')
  }
  if (!response.ok) throw await failure(response)
  return (response.status === 204 ? undefined : await response.json()) as T
}

function prepared(method: string, body: unknown): RequestInit {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'GET') headers['X-CSRF-Token'] = csrfToken
  if (method !== 'GET' && space !== null) headers['X-Mudan-Space'] = String(space)
  if (body === undefined) return { method, headers, credentials: 'same-origin' }
  if (body instanceof FormData) return { method, headers, credentials: 'same-origin', body }
  headers['Content-Type'] = 'application/json'
  return { method, headers, credentials: 'same-origin', body: JSON.stringify(body) }
}

async function failure(response: Response): Promise<ApiError> {
  if (response.status === 401) signedOut()
  let problem: Problem = {}
  try {
    problem = (await response.json()) as Problem
  } catch {
    // A proxy's error page is not JSON; the status alone must do.
  }
  const retry = Number(response.headers.get('Retry-After'))
  return new ApiError(
    response.status,
    problem.code ?? `http_${response.status}`,
    problem.detail ?? problem.title ?? response.statusText,
    problem.field ?? null,
    Number.isFinite(retry) && retry > 0 ? retry : null,
  )
}
