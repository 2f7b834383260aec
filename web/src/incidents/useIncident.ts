/** What is the state of this incident now? Detail over HTTP, events and tasks live, changes one at a time. */
import { computed, ref, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import { ApiError, get, post } from '@/kit/api'
import { useLive } from '@/kit/live'
import { useLoad } from '@/kit/load'
import { noteFailed } from '@/kit/notice'
import type { Incident, IncidentDetail, Listing, Task, TimelineEvent, Unit } from '@/kit/types'

const RELOAD_MS = 400

interface LiveIncident {
  incident: Incident
  events: TimelineEvent[]
}

/** The incident `id`; `change` posts to it and shows the answer, and reloads when it has moved on. */
export function useIncident(id: Ref<string>) {
  const path = computed(() => `/api/incidents/${id.value}`)
  const { data, error, loading, load } = useLoad(() => get<IncidentDetail>(path.value))
  const units = shallowRef<Unit[]>([])
  const saving = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  const incident = computed(() => (data.value?.id === id.value ? data.value : null))

  function soon(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void load(), RELOAD_MS)
  }

  function hear(items: LiveIncident[]): void {
    for (const { incident: newer, events } of items) {
      const held = incident.value
      if (!held || newer.id !== held.id) continue
      const known = new Set(held.timeline.map((event) => event.seq))
      const timeline = [...held.timeline, ...events.filter((event) => !known.has(event.seq))]
      data.value = { ...held, ...(newer.version >= held.version ? newer : {}), timeline }
    }
    soon()
  }

  function hearTasks(items: Task[]): void {
    if (items.some((task) => task.incident.id === id.value)) soon()
  }

  function hearUnits(items: Unit[]): void {
    const newer = new Map(items.map((unit) => [unit.id, unit]))
    units.value = units.value.map((unit) => newer.get(unit.id) ?? unit)
  }

  async function loadUnits(): Promise<void> {
    // Without the right to see units the map simply shows none.
    units.value = await get<Listing<Unit>>('/api/units').then(
      (found) => found.items,
      () => [],
    )
  }

  /** POST to the incident; true when done. A conflict reloads, every failure is said. */
  async function change(step: string, body: Record<string, unknown>): Promise<boolean> {
    saving.value = true
    try {
      const answer = await post<Partial<IncidentDetail>>(`${path.value}/${step}`, body)
      if (answer?.timeline) data.value = answer as IncidentDetail
      else await load()
      return true
    } catch (cause) {
      noteFailed(cause)
      if (cause instanceof ApiError && cause.status === 409) await load()
      return false
    } finally {
      saving.value = false
    }
  }

  watch(id, () => {
    data.value = null
    void load()
  })
  const connection = useLive<LiveIncident>('incident', () => ({ id: id.value }), hear, load)
  useLive<{ id: string }>('changes', { nouns: ['incidents'] }, (items) => items.some((one) => one.id === id.value) && soon(), () => undefined)
  useLive<Task>('tasks', undefined, hearTasks, () => undefined)
  useLive<Unit>('units', undefined, hearUnits, loadUnits)

  return { incident, error, loading, load, units, saving, connection, change, soon }
}
