/** Which way leads there from where this phone is now? Asked when the map is opened; without network there is none. */
import { ref, shallowRef } from 'vue'
import { ApiError, get } from '../kit/api'
import { placeNow, type Place } from './position'
import type { Way } from './wire'

const PLACE_MS = 4000

export function useWay(taskId: string) {
  const way = shallowRef<Way | null>(null)
  const from = shallowRef<Place | null>(null)
  const state = ref<'asking' | 'known' | 'nowhere' | 'none'>('asking')

  async function load(): Promise<void> {
    state.value = 'asking'
    from.value = await placeNow(PLACE_MS)
    if (from.value === null) {
      state.value = 'nowhere'
      return
    }
    try {
      way.value = await get<Way>(`/api/tasks/${taskId}/way`, { lon: from.value.lon, lat: from.value.lat })
      state.value = way.value.reachable ? 'known' : 'none'
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      state.value = 'none'
    }
  }
  return { way, from, state, load }
}
