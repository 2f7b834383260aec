/** Which cases are this person's or their department's, and by which types do they go, as the centre says or last said? */
import { shallowRef } from 'vue'
import type { Case, CaseDetail, CaseList, CaseType, CaseTypes } from '../cases/types'
import { ApiError, get } from '../kit/api'
import { keyOf } from './keys'
import type { Owner } from './queue'
import type { FieldStore } from './store'

export function useCases(may: () => boolean) {
  const cases = shallowRef<Case[]>([])
  const types = shallowRef<CaseType[]>([])

  async function fetchCases(store: FieldStore, owner: Owner): Promise<void> {
    if (!may()) return
    await Promise.all([
      kept(store, keyOf('cases', owner), cases, async () => (await get<CaseList>('/api/cases', { whose: 'mine', state: 'open' })).items),
      kept(store, keyOf('case types', owner), types, async () => (await get<CaseTypes>('/api/cases/types')).items),
    ])
  }

  /** The answer to a step is the case itself: what has ended or gone elsewhere leaves with the next reading. */
  function took(one: CaseDetail): void {
    const known = cases.value.some((each) => each.id === one.id)
    cases.value = known ? cases.value.map((each) => (each.id === one.id ? one : each)) : [one, ...cases.value]
  }

  function forget(): void {
    cases.value = []
  }

  return { cases, types, fetchCases, tookCase: took, forgetCases: forget }
}

/** What the centre answers is kept on the phone; without network, what was kept is shown. */
async function kept<T>(store: FieldStore, key: string, held: { value: T[] }, ask: () => Promise<T[]>): Promise<void> {
  try {
    held.value = await ask()
    await store.remember(key, held.value)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (held.value.length === 0) held.value = (await store.recall<T[]>(key)) ?? []
  }
}
