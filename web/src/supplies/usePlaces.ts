/** Which stores and shelters are there, for the map? Loaded over HTTP, and again when something of them changes. */
import { shallowRef } from 'vue'
import { get } from '@/kit/api'
import { useLive } from '@/kit/live'
import type { Items, Shelter, Store } from './wire'

export interface Places {
  stores: Store[]
  shelters: Shelter[]
}

/** What is known; nothing for a person without the right to see supplies. */
export function usePlaces() {
  const places = shallowRef<Places>({ stores: [], shelters: [] })

  async function load(): Promise<void> {
    const found = await Promise.all([get<Items<Store>>('/api/stores'), get<Items<Shelter>>('/api/shelters')]).catch(() => null)
    if (found) places.value = { stores: found[0].items, shelters: found[1].items }
  }

  useLive('changes', { nouns: ['supplies'] }, load, load)
  return places
}
