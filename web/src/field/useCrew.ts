/** Whose phone is this? As the session says, or as it last said when there is no network. */
import { ref, shallowRef } from 'vue'
import { ApiError } from '../kit/api'
import type { User } from '../kit/types'
import { useSession } from '../shell/session'
import type { FieldStore } from './store'

export type Crew = Pick<User, 'id' | 'name' | 'units'>

export function useCrew() {
  const session = useSession()
  const me = shallowRef<Crew | null>(null)
  const signedOut = ref(false)

  /** Asks who is signed in, unless that is known; remembers it on the phone. */
  async function identify(store: FieldStore): Promise<void> {
    if (session.session !== null && me.value !== null) return
    try {
      signedOut.value = session.session === null && !(await session.resume())
      if (session.user === null) return
      const { id, name, units } = session.user
      me.value = { id, name, units: units.map((unit) => ({ ...unit, name: { ...unit.name } })) }
      await store.remember('me', me.value)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    } finally {
      me.value ??= (await store.recall<Crew>('me')) ?? null
    }
  }
  return { me, signedOut, identify }
}
