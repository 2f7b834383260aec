/** Which alarms are on the list now? The server's order, live, standing still while somebody points or selects. */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import { get } from '@/kit/api'
import { useLive } from '@/kit/live'
import { useLoad } from '@/kit/load'
import { toRequest } from './filters'
import type { Filters } from './filters'
import type { Alarm, AlarmPage } from './types'

const STEP = 50
const MOST = 500
const RELOAD_MS = 700

/** State of the inbox for the filters; `held` says whether rows must not move. */
export function useInbox(filters: Ref<Filters>, held: Ref<boolean>) {
  const limit = ref(STEP)
  const rows = shallowRef<Alarm[]>([])
  const waiting = shallowRef<AlarmPage | null>(null)
  const page = shallowRef<AlarmPage | null>(null)
  const announced = shallowRef<Alarm | null>(null)
  const { data, error, loading, load } = useLoad(() => get<AlarmPage>('/api/alarms', toRequest(filters.value, limit.value)))
  let timer: ReturnType<typeof setTimeout> | undefined

  const fresh = computed(() => {
    const shown = new Set(rows.value.map((alarm) => alarm.id))
    return (waiting.value?.items ?? []).filter((alarm) => !shown.has(alarm.id)).length
  })

  function show(next: AlarmPage): void {
    page.value = next
    rows.value = next.items
    waiting.value = null
  }

  /** Put newer versions of alarms into the rows that show them, without moving any row. */
  function update(items: readonly Alarm[]): void {
    const newer = new Map(items.map((alarm) => [alarm.id, alarm]))
    rows.value = rows.value.map((row) => {
      const found = newer.get(row.id)
      return found && found.version >= row.version ? found : row
    })
  }

  /** Let what waited come onto the list in the server's order. */
  function release(): void {
    if (waiting.value) show(waiting.value)
  }

  function reloadSoon(): void {
    // Leading edge would follow every coalesced message of a storm; one request per window is enough.
    timer ??= setTimeout(() => {
      timer = undefined
      void load()
    }, RELOAD_MS)
  }

  function hear(items: Alarm[]): void {
    update(items)
    const known = new Set(rows.value.map((alarm) => alarm.id))
    announced.value = items.find((alarm) => !known.has(alarm.id) && alarm.active) ?? announced.value
    reloadSoon()
  }

  watch(data, (next) => {
    if (!next) return
    if (!held.value || rows.value.length === 0) return show(next)
    page.value = { ...next, items: [] }
    update(next.items)
    waiting.value = next
  })
  watch(held, (now) => !now && release())
  watch(
    () => JSON.stringify(filters.value),
    () => {
      limit.value = STEP
      rows.value = []
      waiting.value = null
      void load()
    },
  )
  const connection = useLive<Alarm>('alarms', undefined, hear, load)
  // A call that was made changes who is called next, without changing the alarm.
  useLive('changes', { nouns: ['notices'] }, reloadSoon, load)
  onScopeDispose(() => clearTimeout(timer))

  function more(): void {
    limit.value = Math.min(MOST, limit.value + STEP)
    void load().then(release)
  }

  return { rows, page, fresh, announced, error, loading, connection, load, update, release, more, reloadSoon }
}
