/** How is a failure said to the person at the desk? */
import { ApiError } from './api'
import { t } from './i18n'

const BY_STATUS: Record<number, string> = { 403: 'forbidden', 404: 'not_found', 409: 'conflict', 412: 'other_space', 429: 'too_many' }

/** One sentence in the language in use. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return t('kit.error.other', { status: '–', detail: String(error) })
  if (error.status === 0) return t(`kit.error.${error.code === 'timeout' ? 'timeout' : 'network'}`)
  const known = BY_STATUS[error.status]
  if (known) return t(`kit.error.${known}`)
  return t('kit.error.other', { status: error.status, detail: error.detail })
}
