/** How does a table leave the centre, and how much of it has come already? */
import { ref } from 'vue'
import { ApiError, withQuery, type Query } from '@/kit/api'
import { noteFailed } from '@/kit/notice'

/** Fetch a file; `progress` hears how many bytes have come. Throws ApiError. */
async function fetched(path: string, progress: (bytes: number) => void): Promise<Blob> {
  let response: Response
  try {
    response = await fetch(path, { credentials: 'same-origin' })
  } catch {
    throw new ApiError(0, 'network', 'the centre cannot be reached')
  }
  if (!response.ok) throw new ApiError(response.status, `http_${response.status}`, response.statusText)
  const reader = response.body?.getReader()
  const parts: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    parts.push(value)
    bytes += value.length
    progress(bytes)
  }
  return new Blob(parts, { type: response.headers.get('Content-Type') ?? '' })
}

/** State around a download: null at rest, 0 while it is being made, then the bytes that have come. */
export function useDownload(): { bytes: ReturnType<typeof ref<number | null>>; save: (path: string, query: Query, name: string) => Promise<void> } {
  const bytes = ref<number | null>(null)
  async function save(path: string, query: Query, name: string): Promise<void> {
    bytes.value = 0
    try {
      const url = URL.createObjectURL(await fetched(withQuery(path, query), (some) => (bytes.value = some)))
      const link = document.createElement('a')
      link.href = url
      link.download = name
      link.click()
      URL.revokeObjectURL(url)
    } catch (cause) {
      noteFailed(cause)
    } finally {
      bytes.value = null
    }
  }
  return { bytes, save }
}
