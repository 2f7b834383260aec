/** Is something being saved, and what does the centre say against it? One way for all settings. */
import { ref } from 'vue'
import { ApiError } from '@/kit/api'
import { errorText } from '@/kit/errors'
import { t } from '@/kit/i18n'
import { noteDone } from '@/kit/notice'

/** `save(deed)` runs it, says so, and keeps what was refused; after a conflict `reload` shows what others changed. */
export function useSaving(reload: () => Promise<void>) {
  const busy = ref(false)
  const problem = ref('')

  async function save(deed: () => Promise<unknown>): Promise<boolean> {
    busy.value = true
    problem.value = ''
    try {
      await deed()
      noteDone(t('settings.saved'))
      return true
    } catch (cause) {
      problem.value = errorText(cause)
      if (cause instanceof ApiError && cause.status === 409) await reload()
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, problem, save }
}
