/** Is something being saved, and what is said when it worked or failed? */
import { ref } from 'vue'
import { noteFailed } from '@/kit/notice'

/** `save` does the work, then `changed`; true when it worked. A failure is said to the person. */
export function useSaving(changed: () => void) {
  const saving = ref(false)

  async function save(work: () => Promise<unknown>): Promise<boolean> {
    saving.value = true
    try {
      await work()
      changed()
      return true
    } catch (cause) {
      noteFailed(cause)
      return false
    } finally {
      saving.value = false
    }
  }
  return { saving, save }
}
