/** What has called me and waits for my answer? Kept live. */
import { computed } from 'vue'
import { get, post } from '@/kit/api'
import { useLive } from '@/kit/live'
import { useLoad } from '@/kit/load'
import { noteFailed } from '@/kit/notice'
import type { Notice, Notices } from './types'

/** Where a notice leads to, by what it is about; null when there is no page of it. */
export function placeOf(notice: Pick<Notice, 'noun' | 'subject'>): { path: string; query?: Record<string, string> } | null {
  switch (notice.noun) {
    case 'alarm_groups':
      return { path: '/alarms', query: { state: 'all', group: notice.subject, view: 'list' } }
    case 'alarm_floods':
      return { path: '/alarms', query: { view: 'groups' } }
    case 'incidents':
      return { path: `/incidents/${notice.subject}` }
    default:
      return null
  }
}

/** My open notices, and the way to answer one. */
export function useNotices() {
  const { data, error, load } = useLoad(() => get<Notices>('/api/notices'))
  const items = computed(() => data.value?.items ?? [])
  useLive('changes', { nouns: ['notices'] }, load, load)

  async function acknowledge(notice: Notice): Promise<void> {
    try {
      await post<Notice>(`/api/notices/${notice.id}/acknowledge`, { device_at: new Date().toISOString() })
    } catch (cause) {
      noteFailed(cause)
    }
    await load()
  }

  return { items, error, load, acknowledge }
}
