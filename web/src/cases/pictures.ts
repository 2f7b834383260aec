/** Which pictures may be given now, in which groups are they shown, and how does one get to the centre? */
import { ApiError, isGivenUp, upload } from '@/kit/api'
import type { Progress } from '@/kit/api'
import { errorText } from '@/kit/errors'
import { t } from '@/kit/i18n'
import { newId } from '@/kit/ids'
import type { CaseDetail, Picture, PictureRole } from './types'

export const ROLES: PictureRole[] = ['report', 'before', 'near', 'far', 'reference', 'after', 'verify', 'check']
const USUAL: Record<string, PictureRole> = { verifying: 'verify', assigned: 'before', handling: 'after', on_account: 'after', checking: 'check' }
const FRESH_MS = 180_000
const WAIT_MS = 6000

/** One picture on its way: its own name makes a second try harmless. */
export interface Sending {
  id: string
  file: File
  role: PictureRole
  problem: string
}

/** What somebody would show at this stage. */
export function usualRole(state: string): PictureRole {
  return USUAL[state] ?? 'report'
}

/** Side by side: how it looked first, and how it looks since the last work. */
export function pair(pictures: Picture[]): { before: Picture | null; after: Picture | null } {
  const before = pictures.find((one) => one.role === 'before') ?? pictures.find((one) => one.role === 'report') ?? null
  return { before, after: pictures.filter((one) => one.role === 'after').at(-1) ?? null }
}

/** The pictures by role, in the order of the work; roles without any are left out. */
export function grouped(pictures: Picture[]): { role: PictureRole; pictures: Picture[] }[] {
  return ROLES.map((role) => ({ role, pictures: pictures.filter((one) => one.role === role) })).filter((group) => group.pictures.length > 0)
}

/** Send one. The camera's own time and place count; where it was taken just now, the phone's place does. */
export async function sendPicture(caseId: string, one: Sending, progress: Progress, signal: AbortSignal): Promise<CaseDetail> {
  const form = new FormData()
  form.append('file', one.file)
  form.append('client_id', one.id)
  form.append('role', one.role)
  const place = Date.now() - one.file.lastModified < FRESH_MS ? await here() : null
  if (place) {
    form.append('lon', String(place.longitude))
    form.append('lat', String(place.latitude))
  }
  return upload<CaseDetail>(`/api/cases/${caseId}/pictures`, form, progress, signal)
}

export function waiting(file: File, role: PictureRole): Sending {
  return { id: newId(), file, role, problem: '' }
}

/** Why it did not go, in words. */
export function pictureProblem(cause: unknown): string {
  if (isGivenUp(cause)) return t('cases.picture.givenUp')
  if (!(cause instanceof ApiError)) return errorText(cause)
  if (cause.status === 413 || cause.detail.includes('MB')) return t('cases.picture.tooLarge')
  if (cause.status === 422 && cause.field === 'file') return t('cases.picture.notOne')
  if (cause.status === 403) return t('cases.picture.notYours')
  if (cause.status === 409) return t('cases.picture.noMore')
  return errorText(cause)
}

/** `1.2 MB`, or `340 kB` below one. */
export function size(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

function here(): Promise<GeolocationCoordinates | null> {
  const finder = navigator.geolocation as Geolocation | null | undefined // absent where the page is not secure
  if (!finder) return Promise.resolve(null)
  return new Promise((resolve) => finder.getCurrentPosition((found) => resolve(found.coords), () => resolve(null), { timeout: WAIT_MS, enableHighAccuracy: true }))
}
