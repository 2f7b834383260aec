/** Whose phone is this, in which data space? As the session says, or as it last said when there is no network. */
import { computed, ref, shallowRef } from 'vue'
import { ApiError } from '../kit/api'
import type { User } from '../kit/types'
import { rememberedPerson } from '../shell/person'
import { useSession } from '../shell/session'
import type { Owner } from './queue'
import type { FieldStore } from './store'

export type Crew = Pick<User, 'id' | 'name' | 'role' | 'units' | 'permissions'> & { space: number }

export function useCrew() {
  const session = useSession()
  const me = shallowRef<Crew | null>(null)
  const signedOut = ref(false)
  const owner = computed<Owner | null>(() => me.value && { user_id: me.value.id, space: me.value.space })
  /** Whether this person is sent out: has tasks of a crew, and may cry for rescue. */
  const crewed = computed(() => me.value?.permissions.includes('tasks.own') ?? false)

  /** Asks who is signed in, unless that is known; remembers it on the phone, for each data space apart. */
  async function identify(store: FieldStore): Promise<void> {
    if (session.session !== null && me.value?.id === session.user?.id && me.value?.space === session.space.id) return
    try {
      signedOut.value = session.session === null && !(await session.resume())
      if (session.user === null) return
      const { id, name, role, units, permissions } = session.user
      const crew = units.map((unit) => ({ ...unit, name: { ...unit.name } }))
      me.value = { id, name, role, units: crew, permissions: [...permissions], space: session.space.id }
      await store.remember(`me ${me.value.space}`, me.value)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    } finally {
      me.value ??= await recalled(store, session.space.id)
    }
  }
  return { me, owner, crewed, signedOut, identify }
}

/** Who was last here, unless that person has signed out since. */
async function recalled(store: FieldStore, space: number): Promise<Crew | null> {
  const known = await store.recall<Crew>(`me ${space}`)
  return known !== undefined && known.id === rememberedPerson() ? known : null
}
