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
