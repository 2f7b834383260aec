/** What is this grid worker's day, as the centre says or last said, less what was entered on this phone? */
import { computed, ref, shallowRef } from 'vue'
import { ApiError, get } from '../kit/api'
import { keyOf } from '../field/keys'
import { placeNow } from '../field/position'
import type { Outgoing, Owner } from '../field/queue'
import type { FieldStore } from '../field/store'
import type { Call, Day, Stop, Visit } from './types'

const PLACE_MS = 800

export function useVisits() {
  const day = shallowRef<Day | null>(null)
  /** The day shown is one that the phone kept; `as_of` says of when. */
  const old = ref(false)

  async function fetchDay(store: FieldStore, owner: Owner): Promise<void> {
    const key = keyOf('visits', owner)
    try {
      // The place orders the list and is not kept by the centre.
      const place = await placeNow(PLACE_MS)
      day.value = await get<Day>('/api/visits/day', place ? { lon: place.lon, lat: place.lat } : {})
      old.value = false
      await store.remember(key, day.value)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      day.value ??= (await store.recall<Day>(key)) ?? null
      old.value = day.value !== null
    }
  }

  /** The answer to an entry is the visit as it was made. */
  function tookVisit(visit: Visit): void {
    if (day.value === null) return
    const others = day.value.made.filter((each) => each.id !== visit.id)
    day.value = { ...day.value, stops: day.value.stops.filter((each) => each.id !== visit.id), made: [visit, ...others] }
  }

  /** Another person, or another data space: nothing that was shown stays. */
  function forgetDay(): void {
    day.value = null
    old.value = false
  }

  return { day, old, fetchDay, tookVisit, forgetDay }
}

export interface ShownDay {
  stops: Stop[]
  calls: Call[]
  /** Visits and answers that were entered and wait on this phone, by what they are about. */
  waiting: { about: string; address: string; photos: number }[]
}

/** The day less what waits on the phone; a refused entry comes back into the list. */
export function shownDay(day: Day, mine: readonly Outgoing[]): ShownDay {
  const entered = mine.filter((item) => item.kind === 'visit' && item.refused === undefined)
  const about = new Set(entered.map((item) => item.task_id))
  const named = (id: string): string => day.stops.find((each) => each.id === id)?.address ?? day.calls.find((each) => each.step_id === id)?.name ?? ''
  return {
    stops: day.stops.filter((each) => !about.has(each.id)),
    calls: day.calls.filter((each) => !about.has(each.step_id)),
    waiting: entered.map((item) => ({
      about: item.task_id,
      address: named(item.task_id),
      photos: mine.filter((each) => each.kind === 'visit_photo' && each.task_id === item.client_id).length,
    })),
  }
}

/** Whether the day is another one than today: yesterday's list is not today's work. */
export function isStale(day: Day, nowMs: number): boolean {
  return day.today !== new Date(nowMs + 8 * 3_600_000).toISOString().slice(0, 10)
}

export function useShownDay(visits: ReturnType<typeof useVisits>, mine: () => readonly Outgoing[]) {
  return computed<ShownDay | null>(() => (visits.day.value === null ? null : shownDay(visits.day.value, mine())))
}
