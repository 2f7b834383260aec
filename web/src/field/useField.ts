/** What does the field page show and do: tasks, waiting steps, and when both meet the centre? */
import { computed, onMounted, onScopeDispose, watch } from 'vue'
import { useLive } from '../kit/live'
import type { Task } from '../kit/types'
import { pictureOf, shownCase } from './cases'
import { uuid, type DutyEvent, type FieldEvent, type Flushed, type Outgoing, type OutgoingKind, type PictureRole, type Reported } from './queue'
import { open, standing, type Standing } from './steps'
import { page } from '../shell/space'
import { fieldStore, type FieldStore } from './store'
import { useCases } from './useCases'
import { useCrew } from './useCrew'
import { shownDuty, useDuties, type Proof } from './useDuties'
import { useOutbox, type Step } from './useOutbox'
import { usePanic } from './usePanic'
import { useTasks } from './useTasks'
import { useTold } from './useTold'
import type { Entry } from '../visits/types'
import { useShownDay, useVisits } from '../visits/useVisits'

export interface Shown {
  task: Task
  standing: Standing
  /** Photos of it that wait on the phone. */
  photos: number
  /** Answers to its safety check, and calls for help, that wait on the phone. */
  safeWaiting: boolean
  helpWaiting: boolean
  /** The centre no longer lists it as open and this phone did not end it: cancelled, expired or reassigned. */
  ended: boolean
}

const RETRY_MS = 10_000
const CRYING_RETRY_MS = 3_000
const ENDING: ReadonlySet<FieldEvent> = new Set(['decline', 'complete', 'hand_over', 'fail'])

/** Everything of the field page; `opening` gives the phone's database. */
export function useField(opening: () => Promise<FieldStore> = fieldStore) {
  const finished = new Set<string>()
  const crew = useCrew()
  const known = useTasks((task) => finished.has(task.id) || !open(standing(task, box.mine.value).state))
  const due = useDuties()
  const held = useCases(() => crew.me.value?.permissions.includes('cases.own') ?? false)
  const visits = useVisits()
  const got = { task: known.took, directive: due.tookDuty, case: held.tookCase, visit: visits.tookVisit }
  const box = useOutbox(opening, () => crew.owner.value, { got, ran })

  watch(
    () => JSON.stringify(crew.owner.value),
    (_, before) => {
      if (before === 'null') return
      known.forget()
      due.forgetDuties()
      held.forgetCases()
      visits.forgetDay()
    },
  )

  async function refetch(): Promise<void> {
    const store = await box.opened
    await Promise.all([box.look(), crew.identify(store)])
    const owner = crew.owner.value
    if (owner === null) {
      known.load.value = crew.signedOut.value ? 'ready' : 'offline'
      return
    }
    const [answered] = await Promise.all([known.fetchTasks(store, owner), due.fetchDuties(store, owner), held.fetchCases(store, owner), visiting() ? visits.fetchDay(store, owner) : undefined])
    if (answered) void box.flush()
  }

  /** Whether this person goes from door to door. */
  function visiting(): boolean {
    return crew.me.value?.permissions.includes('visits.own') ?? false
  }

  function ran({ sent, stopped }: Flushed): void {
    if (stopped === 'signed_out') crew.signedOut.value = true
    if (stopped === 'later') known.load.value = 'offline'
    if (stopped === 'other_space') page.loadAnew(location.pathname)
    for (const item of box.refused.value) finished.delete(item.task_id)
    if (sent > 0) void refetch()
  }

  async function step(id: string, event: FieldEvent, words: { reason?: string; note?: string } = {}): Promise<void> {
    if (ENDING.has(event)) finished.add(id)
    await box.put({ task_id: id, kind: 'event', event, ...words })
  }

  async function photo(id: string, image: ArrayBuffer): Promise<void> {
    await box.put({ task_id: id, kind: 'photo', image })
  }

  async function help(id: string, kinds: string[], count: number, note: string): Promise<void> {
    await box.put({ task_id: id, kind: 'help', kinds, count, note })
  }

  async function safe(id: string): Promise<void> {
    await box.put({ task_id: id, kind: 'safe' })
  }

  async function duty(id: string, event: DutyEvent, note: string): Promise<void> {
    await box.put({ task_id: id, kind: 'duty', duty: event, note })
  }

  async function prove(id: string, proof: Proof): Promise<void> {
    await box.put({ task_id: id, kind: 'proof', ...proof })
  }

  async function extend(id: string, until: string, reason: string): Promise<void> {
    await box.put({ task_id: id, kind: 'extension', until, reason })
  }

  const street = useStreet(box.put)
  async function visit(about: string, entry: Entry, photos: ArrayBuffer[]): Promise<void> {
    const entered = await box.put({ task_id: about, kind: 'visit', visit: entry })
    for (const image of photos) await box.put({ task_id: entered, kind: 'visit_photo', image })
  }

  const panic = usePanic(box, () => crew.crewed.value)
  const told = useTold(box)
  keepUp(crew, known, refetch, told.load, box.flush, () => box.mine.value.some((item) => item.kind === 'panic'))
  const shownDuties = computed(() => due.duties.value.map((one) => shownDuty(one, box.mine.value)))
  const shownCases = computed(() => held.cases.value.map((one) => shownCase(one, held.types.value, crew.me.value?.role ?? '', box.mine.value)))
  const acts = { step, photo, help, safe, duty, prove, extend, visit, ...street }
  const door = { visits, visiting: computed(visiting), shownDay: useShownDay(visits, () => box.mine.value) }
  return { ...crew, ...known, ...box, ...acts, ...door, refetch, panic, told, shown: shownTasks(known, box), shownDuties, shownCases, caseTypes: held.types }
}

/** Refetches what the stream tells of, and tries again when the network may be back. */
function keepUp(
  crew: ReturnType<typeof useCrew>,
  known: ReturnType<typeof useTasks>,
  refetch: () => Promise<void>,
  reread: () => Promise<void>,
  flush: () => Promise<void>,
  crying: () => boolean,
): void {
  const ours = (task: Task): boolean =>
    known.tasks.value.some((each) => each.id === task.id) || !!crew.me.value?.units.some((unit) => unit.id === task.unit.id)
  useLive<Task>('tasks', undefined, (items) => void (items.some(ours) && Promise.all([refetch(), reread()])), refetch) // a task ends the word to wait elsewhere
  useLive('changes', { nouns: ['directives', 'cases', 'visits'] }, refetch, () => undefined)
  const retry = (): void => void (known.load.value === 'offline' ? refetch() : flush())
  const timer = setInterval(retry, RETRY_MS)
  const hurry = setInterval(() => void (crying() && flush()), CRYING_RETRY_MS)
  onMounted(() => window.addEventListener('online', retry))
  onScopeDispose(() => {
    clearInterval(timer)
    clearInterval(hurry)
    window.removeEventListener('online', retry)
  })
}

/** A case reported from the street with its pictures, and its steps: the picture goes before the step that it proves. */
function useStreet(put: (step: Step) => Promise<string>) {
  async function report(reported: Reported, source: string, pictures: readonly { role: PictureRole; image: ArrayBuffer }[]): Promise<void> {
    const id = uuid()
    await put({ task_id: id, kind: 'case', reported, note: source })
    for (const { role, image } of pictures) await put({ task_id: id, kind: 'picture', role, image })
  }

  async function go(id: string, way: string, words: { reason?: string; note?: string; more?: number }, image: ArrayBuffer | null): Promise<void> {
    const role = pictureOf(way)
    if (image !== null && role !== null) await put({ task_id: id, kind: 'picture', role, image })
    await put({ task_id: id, kind: 'way', way, ...words })
  }

  return { report, go }
}

function waits(items: readonly Outgoing[], task: string, kind: OutgoingKind): boolean {
  return items.some((item) => item.task_id === task && item.kind === kind && item.refused === undefined)
}

function shownTasks(known: ReturnType<typeof useTasks>, box: ReturnType<typeof useOutbox>) {
  const shown = (task: Task, ended: boolean): Shown => ({
    task,
    standing: standing(task, box.mine.value),
    photos: box.mine.value.filter((item) => item.task_id === task.id && item.kind === 'photo').length,
    safeWaiting: waits(box.mine.value, task.id, 'safe'),
    helpWaiting: waits(box.mine.value, task.id, 'help'),
    ended,
  })
  return computed<Shown[]>(() => [
    ...known.ended.value.map((task) => shown(task, true)),
    ...known.tasks.value.map((task) => shown(task, false)),
  ])
}
