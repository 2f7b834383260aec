/** How does one case stand now, and how is it taken on? Detail over HTTP, refreshed when it changes. */
import { ref, watch, type Ref } from 'vue'
import { ApiError, get, post } from '@/kit/api'
import { newId } from '@/kit/ids'
import { useLive } from '@/kit/live'
import { useLoad } from '@/kit/load'
import { noteFailed } from '@/kit/notice'
import type { CaseDetail, StepBody } from './types'

/** The case `id`; `step` takes a step on the version that is on the screen and shows the answer. */
export function useCase(id: Ref<string>) {
  const { data, error, loading, load } = useLoad(() => get<CaseDetail>(`/api/cases/${id.value}`))
  const busy = ref(false)

  async function step(event: string, more: Partial<StepBody> = {}): Promise<boolean> {
    busy.value = true
    try {
      const body = { event, version: data.value?.version ?? 0, client_id: newId(), ...more }
      data.value = await post<CaseDetail>(`/api/cases/${id.value}/steps`, body)
      return true
    } catch (cause) {
      noteFailed(cause)
      if (cause instanceof ApiError && cause.status === 409) await load()
      return false
    } finally {
      busy.value = false
    }
  }

  watch(id, load)
  useLive<{ id: string }>('changes', { nouns: ['cases'] }, (items) => items.some((one) => one.id === id.value) && void load(), load)
  return { data, error, loading, load, busy, step }
}
