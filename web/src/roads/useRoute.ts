/** Which way does a unit drive there, now? Asked again when roads are closed or opened. */
import { shallowRef, watch, type Ref } from 'vue'
import { get } from '@/kit/api'
import { useLive } from '@/kit/live'
import { useSession } from '@/shell/session'
import type { Route, TravelClass } from './wire'

export interface Trip {
  key: string
  from: { lon: number; lat: number }
  to: { lon: number; lat: number }
  profile: TravelClass
}

/** Places closer together than this (degrees, some 50 m) are asked as one: a moving unit is not asked for each metre. */
const GRAIN = 2000

function asked(trip: Trip): string {
  const part = (value: number): string => (Math.round(value * GRAIN) / GRAIN).toFixed(4)
  return [trip.key, trip.profile, part(trip.from.lon), part(trip.from.lat), trip.to.lon, trip.to.lat].join('|')
}

/** Routes of these trips by key; a trip that cannot be asked (no network, no right) has none. */
export function useRoutes(trips: Ref<Trip[]>) {
  const routes = shallowRef<Record<string, Route>>({})
  const session = useSession()
  let turn = 0

  async function load(): Promise<void> {
    if (!session.can('roads.read')) return
    const mine = ++turn
    const found = await Promise.all(
      trips.value.map(async ({ key, from, to, profile }) => {
        const query = { start: `${from.lon},${from.lat}`, end: `${to.lon},${to.lat}`, profile }
        // A centre without a road network answers 503: the straight line stays what is shown.
        return get<Route>('/api/roads/route', query).then((route) => [key, route] as const, () => null)
      }),
    )
    if (mine === turn) routes.value = Object.fromEntries(found.filter((one) => one !== null))
  }

  watch(() => trips.value.map(asked).join(), () => void load())
  if (session.can('roads.read')) useLive('changes', { nouns: ['roads'] }, () => void load(), load)
  return { routes, load }
}
