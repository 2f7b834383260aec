/** Is it loading, there, empty, failed or old? One state for everything that a page loads. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'

export interface Loaded<T> {
  data: ShallowRef<T | null>
  error: ShallowRef<unknown>
  loading: Ref<boolean>
  /** Load (again). The last data stay while it runs and when it fails; a later call outruns an earlier one. */
  load: () => Promise<void>
}

/** State around a function that fetches something. */
export function useLoad<T>(fetcher: () => Promise<T>): Loaded<T> {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<unknown>(null)
  const loading = ref(false)
  let turn = 0
  async function load(): Promise<void> {
    const mine = ++turn
    loading.value = true
    try {
      const found = await fetcher()
      if (mine !== turn) return
      data.value = found
      error.value = null
    } catch (cause) {
      if (mine === turn) error.value = cause
    } finally {
      if (mine === turn) loading.value = false
    }
  }
  return { data, error, loading, load }
}
