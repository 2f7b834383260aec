/** What is being written, how does it look so far, and how is it kept? */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { ApiError, get, post } from '@/kit/api'
import { errorText } from '@/kit/errors'
import { noteFailed } from '@/kit/notice'
import { nowMs } from '@/kit/time'
import { blank } from './form'
import type { Content, Preview, Settings, Status, WarningDetail } from './wire'

const PREVIEW_MS = 500

/** The draft `id`, or a new one without it. The preview follows what is typed. */
export function useEditor(id: string, incident: string) {
  const settings = shallowRef<Settings | null>(null)
  const draft = shallowRef<WarningDetail | null>(null)
  const content = ref<Content | null>(null)
  const status = ref<Status>('Actual')
  const preview = shallowRef<Preview | null>(null)
  const failed = shallowRef<unknown>(null)
  const problem = ref('')
  const saving = ref(false)
  const changed = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0

  async function load(): Promise<void> {
    failed.value = null
    try {
      settings.value = await get<Settings>('/api/warnings/settings')
      if (settings.value.exercise) status.value = 'Exercise'
      if (id) {
        draft.value = await get<WarningDetail>(`/api/warnings/${id}`)
        status.value = draft.value.status
      }
      content.value = draft.value ? structuredClone(draft.value.content) : blank(settings.value, nowMs())
      await look()
      changed.value = false
    } catch (cause) {
      failed.value = cause
    }
  }

  async function look(): Promise<void> {
    if (!content.value) return
    const mine = ++turn
    const body = { content: content.value, status: status.value, msg_type: draft.value?.msg_type ?? 'Alert', previous: draft.value?.previous ?? null }
    try {
      const found = await post<Preview>('/api/warnings/preview', body)
      if (mine !== turn) return
      preview.value = found
      problem.value = ''
    } catch (cause) {
      if (mine === turn) problem.value = errorText(cause)
    }
  }

  /** Keep the words; the draft's id when done. Somebody else's newer version is never written over. */
  async function save(): Promise<string | null> {
    if (!content.value) return null
    saving.value = true
    try {
      const body = draft.value
        ? { content: content.value, version: draft.value.version }
        : { content: content.value, status: status.value, incident_id: incident || null }
      draft.value = await post<WarningDetail>(draft.value ? `/api/warnings/${draft.value.id}/content` : '/api/warnings', body)
      changed.value = false
      return draft.value.id
    } catch (cause) {
      noteFailed(cause)
      if (cause instanceof ApiError && cause.field) problem.value = errorText(cause)
      return null
    } finally {
      saving.value = false
    }
  }

  watch(
    [content, status],
    () => {
      changed.value = true
      clearTimeout(timer)
      timer = setTimeout(() => void look(), PREVIEW_MS)
    },
    { deep: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  const follows = computed(() => draft.value?.previous !== null && draft.value !== null)
  return { settings, draft, content, status, preview, failed, problem, saving, changed, follows, load, save }
}
