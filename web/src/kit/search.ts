/** What is found for the words that somebody types? Asked when they pause; an answer to older words is dropped. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { ApiError } from './api'

const PAUSE_MS = 300

/** `find` is asked with at least `least` characters; `found` is null while nothing was asked. */
export function useSearch<T>(find: (text: string) => Promise<T[]>, least = 1) {
  const words = ref('')
  const found = shallowRef<T[] | null>(null)
  const failed = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function search(text: string): Promise<void> {
    try {
      const items = await find(text)
      if (words.value.trim() === text) found.value = items
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      failed.value = true
    }
  }

  watch(words, (typed) => {
    const text = typed.trim()
    clearTimeout(timer)
    failed.value = false
    if (text.length < least) found.value = null
    else timer = setTimeout(() => void search(text), PAUSE_MS)
  })
  onScopeDispose(() => clearTimeout(timer))
  return { words, found, failed }
}
