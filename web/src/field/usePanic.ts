/** Has this responder cried for rescue, does the centre know, and is it over? */
import { computed, shallowRef, watch } from 'vue'
import { ApiError, get } from '../kit/api'
import { useLive } from '../kit/live'
import type { useOutbox } from './useOutbox'
import type { Panic } from './wire'

/** The cry of this phone: waiting to be sent, known at the centre, or none. Only who is `crewed` may cry. */
export function usePanic(box: ReturnType<typeof useOutbox>, crewed: () => boolean) {
  const known = shallowRef<string[]>([])
  const waiting = computed(() => box.mine.value.find((item) => item.kind === 'panic' && item.refused === undefined))
  const ending = computed(() => box.mine.value.some((item) => item.kind === 'calm' && item.refused === undefined))
  const standing = computed<'none' | 'waiting' | 'known'>(() =>
    waiting.value ? 'waiting' : known.value.length > 0 && !ending.value ? 'known' : 'none',
  )

  async function load(): Promise<void> {
    if (!crewed()) return
    try {
      known.value = (await get<{ items: Panic[] }>('/api/panics')).items.map((panic) => panic.id)
    } catch (error) {
      // Without network what was known stays; the queue tells what still waits.
      if (!(error instanceof ApiError)) throw error
    }
  }

  async function cry(taskId: string | null): Promise<void> {
    await box.put({ task_id: taskId ?? '', kind: 'panic' })
    navigator.vibrate?.([400, 150, 400])
  }

  /** The end of a cry that still waits follows it to the centre: somebody may have heard it already. */
  async function calm(reason: string): Promise<void> {
    const ids = new Set(known.value)
    if (waiting.value) ids.add(waiting.value.client_id)
    for (const id of ids) await box.put({ task_id: id, kind: 'calm', reason })
    known.value = []
  }

  // What has just arrived stands at once; whoever cried must never see the button as if nothing had happened.
  watch(waiting, (now, before) => {
    if (before === undefined || before.client_id === now?.client_id || box.refused.value.some((item) => item.seq === before.seq)) return
    known.value = [...known.value, before.client_id]
    void load()
  })
  useLive<{ noun: string }>('changes', { nouns: ['tasks'] }, load, load)
  return { standing, cry, calm, load }
}
