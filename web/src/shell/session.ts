/** Who is at the desk, and what may they do? */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { ApiError, del, get, patch, post, setCsrfToken, setSpace } from '@/kit/api'
import { setLocale } from '@/kit/i18n'
import { disconnect } from '@/kit/live'
import { setServerTime } from '@/kit/time'
import type { Locale, Permission, Session } from '@/kit/types'
import { rememberPerson } from './person'
import { rememberedSpace, rememberSpace } from './space'

const PATH = '/api/session'

export const useSession = defineStore('session', () => {
  const session = shallowRef<Session | null>(null)
  const user = computed(() => session.value?.user ?? null)
  /** What is looked at: as the session says, or, without network, as this browser last knew. */
  const space = computed(() => session.value?.space ?? rememberedSpace())

  function take(found: Session): void {
    session.value = found
    rememberSpace(found.space)
    rememberPerson(found.user.id)
    setSpace(found.space.id)
    setCsrfToken(found.csrf_token)
    setServerTime(found.server_time)
    setLocale(found.user.locale)
  }

  /** Ask who is signed in; false when nobody is. Other failures are thrown. */
  async function resume(): Promise<boolean> {
    try {
      take(await get<Session>(PATH))
      return true
    } catch (cause) {
      if (cause instanceof ApiError && cause.status === 401) return false
      throw cause
    }
  }

  async function signIn(login: string, password: string): Promise<void> {
    take(await post<Session>(PATH, { login, password }))
  }

  async function signOut(): Promise<void> {
    await del(PATH)
    rememberPerson(null)
    disconnect()
    clear()
  }

  function clear(): void {
    session.value = null
    setCsrfToken('')
  }

  /** Change the language at once; the centre is told so that the next desk speaks it too. */
  async function speak(locale: Locale): Promise<void> {
    setLocale(locale)
    if (session.value) take(await patch<Session>(PATH, { locale }))
  }

  async function changePassword(old: string, next: string): Promise<void> {
    await post(`${PATH}/password`, { old, new: next })
  }

  /** Whether the person may do this; null asks only for somebody signed in. */
  function can(permission: Permission | null): boolean {
    return permission === null ? user.value !== null : (user.value?.permissions.includes(permission) ?? false)
  }

  return { session, user, space, resume, signIn, signOut, clear, speak, changePassword, can }
})
