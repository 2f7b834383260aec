/** Which alarms are one matter, is this desk flooded, and which links are suggested? Kept live. */
import { onScopeDispose, shallowRef } from 'vue'
import { get } from '@/kit/api'
import { useLive } from '@/kit/live'
import { useLoad } from '@/kit/load'
import type { Groups, Link } from './types'

const SETTLE_MS = 700

/** The groups with the reader's flood, and the suggested links. */
export function useGroups() {
  const { data: groups, error, loading, load: loadGroups } = useLoad(() => get<Groups>('/api/alarms/groups'))
  const links = shallowRef<Link[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    await Promise.all([loadGroups(), loadLinks()])
  }

  async function loadLinks(): Promise<void> {
    try {
      links.value = (await get<{ items: Link[] }>('/api/alarms/links')).items
    } catch {
      links.value = [] // a suggestion that cannot be loaded is no reason to stop reading alarms
    }
  }

  function soon(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      void load()
    }, SETTLE_MS)
  }

  useLive('changes', { nouns: ['alarms'] }, soon, load)
  useLive('alarms', undefined, soon, load)
  onScopeDispose(() => clearTimeout(timer))
  return { groups, links, error, loading, load }
}
