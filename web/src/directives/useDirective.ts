/** How does one directive stand now, and how is it taken on? Detail over HTTP, refreshed when it changes. */
import { ref, watch } from 'vue'
import type { Ref } from 'vue'
import { ApiError, get, post } from '@/kit/api'
import { newId } from '@/kit/ids'
import { useLive } from '@/kit/live'
import { useLoad } from '@/kit/load'
import { noteFailed } from '@/kit/notice'
import type { DirectiveDetail } from './types'

/** The directive `id`; `change` posts to it and shows the answer. */
export function useDirective(id: Ref<string>) {
  const { data, error, loading, load } = useLoad(() => get<DirectiveDetail>(`/api/directives/${id.value}`))
  const busy = ref(false)

  async function change(path: string, body: unknown): Promise<boolean> {
    busy.value = true
    try {
      data.value = await post<DirectiveDetail>(`/api/directives/${id.value}/${path}`, body)
      return true
    } catch (cause) {
      noteFailed(cause)
      if (cause instanceof ApiError && cause.status === 409) await load()
      return false
    } finally {
      busy.value = false
    }
  }

  /** One step of the chart on the version that is on the screen. */
  function step(event: string, more: Record<string, unknown> = {}): Promise<boolean> {
    return change('steps', { event, version: data.value?.version ?? 0, client_id: newId(), device_at: new Date().toISOString(), ...more })
  }

  watch(id, load)
  useLive<{ id: string }>('changes', { nouns: ['directives'] }, (items) => items.some((one) => one.id === id.value) && void load(), load)
  return { data, error, loading, load, busy, change, step }
}
