/** What does the bar know, and what becomes of a command? Read when it opens; changed only through the API. */
import { computed, reactive, ref, watch } from 'vue'
import { ApiError, get, post } from '@/kit/api'
import { errorText } from '@/kit/errors'
import { t, tx } from '@/kit/i18n'
import { newId } from '@/kit/ids'
import type { PageManifest } from '@/kit/page'
import type { AlarmPage, Incident, IncidentDetail, Listing, Permission, Task, TaskEventBody, Unit } from '@/kit/types'
import { orderText } from '@/incidents/order'
import type { NetworkLines } from '@/roads/wire'
import { parse, plain } from './parse'
import { CLOSED_TO, stepWord, understood } from './understand'
import type { Act, Known, Road } from './understand'
import type { DutyNow, Heard, NewClosure, Plans } from './wire'

const WAIT_MS = 250
const ALARMS = 8
const UNITS_TASKS = 500

/** Why something was refused, with the centre's own words where it gave any. */
function refusal(cause: unknown): string {
  return cause instanceof ApiError && cause.detail ? `${errorText(cause)} ${cause.detail}` : errorText(cause)
}

function roadsOf(lines: NetworkLines): Road[] {
  const found = new Map<string, Road>()
  for (const feature of lines.features) {
    const name = String(feature.properties?.['name_zh'] ?? '')
    if (!name) continue
    const road = found.get(name) ?? { name, edges: [], lengthM: 0 }
    road.edges.push(Number(feature.id))
    road.lengthM += Number(feature.properties?.['length_m'] ?? 0)
    found.set(name, road)
  }
  return [...found.values()]
}

/** The bar over these pages for somebody who may do what `can` says. */
export function useBar(pages: PageManifest[], can: (permission: Permission | null) => boolean) {
  const text = ref('')
  const problem = ref('')
  const busy = ref(false)
  const known = reactive<Known>({
    incidents: null, units: null, tasks: null, alarms: null, roads: null, plans: null, duty: null, orders: {}, can,
    pages: pages.filter((page) => page.nav !== false && can(page.permission)),
  }) as Known
  const meaning = computed(() => understood(text.value, known))
  const asked = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined

  /** Read something once for as long as the bar knows it. */
  async function read(name: string, fetcher: () => Promise<void>): Promise<void> {
    if (asked.has(name)) return
    asked.add(name)
    try {
      await fetcher()
    } catch (cause) {
      asked.delete(name)
      problem.value = t('command.failedLoad', { reason: refusal(cause) })
    }
  }

  const incidents = () => read('incidents', async () => void (known.incidents = (await get<Listing<Incident>>('/api/incidents', { phase: 'open', limit: 200 })).items))
  const units = () => read('units', async () => void (known.units = (await get<Listing<Unit>>('/api/units')).items))
  const tasks = () => read('tasks', async () => void (known.tasks = (await get<Listing<Task>>('/api/tasks', { state: 'open', limit: UNITS_TASKS })).items))

  async function order(word: string): Promise<void> {
    const incident = known.incidents?.find((one) => [one.number, one.title].some((name) => plain(name) === plain(word)))
    if (!incident) return
    await read(`order ${incident.id}`, async () => void (known.orders[incident.id] = orderText(await get<IncidentDetail>(`/api/incidents/${incident.id}`))))
  }

  function search(q: string): void {
    clearTimeout(timer)
    if (!q) return
    timer = setTimeout(
      () =>
        void get<AlarmPage>('/api/alarms', { q, state: 'standing', limit: ALARMS }).then(
          (page) => (known.alarms = { q, items: page.items }),
          (cause: unknown) => (problem.value = t('command.failedLoad', { reason: refusal(cause) })),
        ),
      WAIT_MS,
    )
  }

  async function need(): Promise<void> {
    const typed = parse(text.value)
    if (!typed.verb || !can(typed.verb.permission)) return
    switch (typed.verb.name) {
      case 'send':
        await Promise.all([incidents(), units()])
        return order(typed.args[0] ?? '')
      case 'status':
        await Promise.all([units(), tasks()])
        return
      case 'incident':
        return incidents()
      case 'alarm':
        return search(typed.args.join(' '))
      case 'close':
        return read('roads', async () => {
          const lines = await get<NetworkLines>('/api/roads/network')
          known.roads = { version: lines.graph_version, items: roadsOf(lines) }
        })
      case 'plan':
        return read('plans', async () => void (known.plans = (await get<Plans>('/api/plans')).items))
      case 'who':
        return read('duty', async () => void (known.duty = (await get<DutyNow>('/api/duty/now')).items))
    }
  }

  watch(text, () => {
    problem.value = ''
    void need()
  })

  /** Everything that a command may have changed is read anew. */
  function forget(): void {
    for (const name of [...asked]) if (!['roads', 'plans', 'duty'].includes(name)) asked.delete(name)
    Object.assign(known, { incidents: null, units: null, tasks: null, alarms: null, orders: {} })
  }

  async function perform(act: Exclude<Act, { do: 'go' }>): Promise<string> {
    if (act.do === 'send') {
      await post(`/api/incidents/${act.incident.id}/tasks`, { unit_id: act.unit.id, order: act.order, reason: act.reason })
      return t('command.sent', { unit: tx(act.unit.name), incident: act.incident.number })
    }
    if (act.do === 'report') {
      const body: TaskEventBody = { event: act.event, client_id: newId(), device_at: new Date().toISOString() }
      const heard = await post<Heard>(`/api/tasks/${act.task.id}/events`, body)
      if (heard.why_not) return t('command.kept', { reason: tx(heard.why_not) })
      return t('command.statusDone', { unit: tx(act.unit.name), step: stepWord(act.event) })
    }
    const closure: Partial<NewClosure> = { edges: act.road.edges, graph_version: act.version, classes: CLOSED_TO, reason: act.reason }
    await post('/api/roads/closures', closure)
    return t('command.closed', { road: act.road.name })
  }

  /** Do it; the words of success, or null when it was refused (then `problem` says why and the line stays). */
  async function run(act: Exclude<Act, { do: 'go' }>): Promise<string | null> {
    if (busy.value) return null
    busy.value = true
    problem.value = ''
    try {
      const done = await perform(act)
      text.value = ''
      return done
    } catch (cause) {
      problem.value = refusal(cause)
      return null
    } finally {
      forget()
      void need()
      busy.value = false
    }
  }

  return { text, meaning, problem, busy, run }
}
