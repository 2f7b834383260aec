/** Which notices wait for this person's receipt? Read over the network, acknowledged through the queue. */
import { computed, shallowRef } from 'vue'
import { ApiError, get } from '../kit/api'
import { useLive } from '../kit/live'
import type { useOutbox } from './useOutbox'
import type { Told } from './wire'

export function useTold(box: ReturnType<typeof useOutbox>) {
  const known = shallowRef<Told[]>([])
  const given = computed(() => new Set(box.mine.value.filter((item) => item.kind === 'notice').map((item) => item.task_id)))
  const items = computed(() => known.value.filter((notice) => !given.value.has(notice.id)))

  async function load(): Promise<void> {
    try {
      known.value = (await get<{ items: Told[] }>('/api/notices')).items.filter((notice) => notice.need_receipt)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    }
  }

  async function acknowledge(id: string): Promise<void> {
    await box.put({ task_id: id, kind: 'notice' })
    known.value = known.value.filter((notice) => notice.id !== id)
  }

  useLive<{ noun: string }>('changes', { nouns: ['notices'] }, load, load)
  return { items, acknowledge, load }
}
