/** What is the state of this warning now? Read over HTTP, again whenever the centre says that it changed. */
import { ref, watch } from 'vue'
import type { Ref } from 'vue'
import { ApiError, get, post } from '@/kit/api'
import { useLive } from '@/kit/live'
import { useLoad } from '@/kit/load'
import { noteDone, noteFailed } from '@/kit/notice'
import type { WarningDetail } from './wire'

const RELOAD_MS = 300

/** The warning `id`; `move` posts a step on the version that is shown, and shows the answer. */
export function useWarning(id: Ref<string>) {
  const { data, error, loading, load } = useLoad(() => get<WarningDetail>(`/api/warnings/${id.value}`))
  const saving = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  function soon(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void load(), RELOAD_MS)
  }

  /** Take a step; the answer, or null when it was refused (which is said). */
  async function move(step: string, body: Record<string, unknown>, done = ''): Promise<WarningDetail | null> {
    saving.value = true
    try {
      const answer = await post<WarningDetail>(`/api/warnings/${id.value}/${step}`, { ...body })
      if (answer.id === id.value) data.value = answer
      if (done) noteDone(done)
      return answer
    } catch (cause) {
      noteFailed(cause)
      if (cause instanceof ApiError && cause.status === 409) await load()
      return null
    } finally {
      saving.value = false
    }
  }

  watch(id, () => {
    data.value = null
    void load()
  })
  const connection = useLive<unknown>('changes', { nouns: ['warnings'] }, soon, load)
  return { warning: data, error, loading, load, soon, saving, move, connection }
}
