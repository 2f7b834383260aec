/** How does one thing that moves by steps stand now, and how is it taken on? Over HTTP, refreshed when it changes. */
import { ref, watch, type Ref } from 'vue'
import { ApiError, get, post } from './api'
import { newId } from './ids'
import { useLive } from './live'
import { useLoad } from './load'
import { noteFailed } from './notice'

/** The thing `id` of a noun; `change` posts to it and shows the answer, `step` does so on the version on the screen. */
export function useSubject<T extends { version: number }>(noun: string, id: Ref<string>) {
  const { data, error, loading, load } = useLoad(() => get<T>(`/api/${noun}/${id.value}`))
  const busy = ref(false)

  async function change(path: string, body: unknown): Promise<boolean> {
    busy.value = true
    try {
      data.value = await post<T>(`/api/${noun}/${id.value}/${path}`, body)
      return true
    } catch (cause) {
      noteFailed(cause)
      if (cause instanceof ApiError && cause.status === 409) await load()
      return false
    } finally {
      busy.value = false
    }
  }

  function step(event: string, more: Record<string, unknown> = {}): Promise<boolean> {
    return change('steps', { event, version: data.value?.version ?? 0, client_id: newId(), ...more })
  }

  watch(id, load)
  useLive<{ id: string }>('changes', { nouns: [noun] }, (items) => items.some((one) => one.id === id.value) && void load(), load)
  return { data, error, loading, load, busy, change, step }
}
