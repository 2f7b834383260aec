/** Which directives (督办) are this person's or their department's to do, as the centre says or last said? */
import { shallowRef } from 'vue'
import type { Directive, DirectiveList } from '../directives/types'
import { ApiError, get } from '../kit/api'
import { keyOf } from './keys'
import type { Outgoing, Owner } from './queue'
import { dutyStanding, type DutyStanding } from './steps'
import type { FieldStore } from './store'

/** A photo, words, a form (`名称：值`), or the instrument (urn, quantity) whose reading the centre keeps. */
export type Proof =
  | { image: ArrayBuffer }
  | { note: string }
  | { proof: 'form'; note: string; form: Record<string, string> }
  | { proof: 'telemetry'; form: { urn: string; quantity: string } }

export interface ShownDuty {
  directive: Directive
  standing: DutyStanding
  /** Proof of it that waits on the phone: photos, words. */
  photos: number
  words: number
  extensionWaiting: boolean
}

export function useDuties() {
  const duties = shallowRef<Directive[]>([])

  async function fetchDuties(store: FieldStore, owner: Owner): Promise<void> {
    const key = keyOf('directives', owner)
    try {
      duties.value = (await get<DirectiveList>('/api/directives', { whose: 'mine', state: 'open' })).items
      await store.remember(key, duties.value)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (duties.value.length === 0) duties.value = (await store.recall<Directive[]>(key)) ?? []
    }
  }

  /** The answer to a step is the directive itself; what is done leaves the list with the next reading. */
  function took(directive: Directive): void {
    duties.value = duties.value.map((each) => (each.id === directive.id ? directive : each))
  }

  function forget(): void {
    duties.value = []
  }

  return { duties, fetchDuties, tookDuty: took, forgetDuties: forget }
}

/** How a directive looks on this phone, counting what still waits to be sent. */
export function shownDuty(directive: Directive, mine: readonly Outgoing[]): ShownDuty {
  const waiting = mine.filter((item) => item.task_id === directive.id && item.refused === undefined)
  const proofs = waiting.filter((item) => item.kind === 'proof')
  return {
    directive,
    standing: dutyStanding(directive, waiting),
    photos: proofs.filter((item) => item.image !== undefined).length,
    words: proofs.filter((item) => item.image === undefined).length,
    extensionWaiting: waiting.some((item) => item.kind === 'extension'),
  }
}
