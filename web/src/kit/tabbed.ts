/** Which kind of things is listed, worst first, and which of them is open? The address says it, so a link opens it. */
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Entity } from './types'

type Listed = Pick<Entity, 'urn' | 'worst_level'>

export interface Tabbed<T extends Listed, Tab extends string> {
  tabs: readonly Tab[]
  tab: Ref<Tab>
  /** What the address asks for, whether it is known or not. */
  asked: ComputedRef<string | null>
  shown: ComputedRef<T[]>
  chosen: ComputedRef<T | null>
  counts: ComputedRef<Record<string, { all: number; bad: number }>>
  choose: (urn: string | null) => void
  open: (tab: Tab) => void
}

export interface Kinds<T extends Listed, Tab extends string> {
  tabs: readonly [Tab, ...Tab[]]
  tabOf: (item: T) => Tab
  worstFirst: (items: readonly T[]) => T[]
  /** The word of the address that names what is open. */
  query: string
}

/** Things under their tabs. On a phone the list comes first; a thing opens when it is touched. */
export function useTabbed<T extends Listed, Tab extends string>(items: Ref<T[]>, kinds: Kinds<T, Tab>): Tabbed<T, Tab> {
  const { tabs, tabOf, worstFirst, query } = kinds
  const route = useRoute()
  const router = useRouter()
  const tab = ref(tabs[0]) as Ref<Tab>
  const asked = computed(() => {
    const urn = route.query[query]
    return typeof urn === 'string' ? urn : null
  })
  const found = computed(() => items.value.find((item) => item.urn === asked.value) ?? null)
  const shown = computed(() => worstFirst(items.value.filter((item) => tabOf(item) === tab.value)))
  const chosen = computed(() => found.value ?? (narrow() ? null : (shown.value[0] ?? null)))
  const counts = computed(() =>
    Object.fromEntries(
      tabs.map((each) => {
        const all = items.value.filter((item) => tabOf(item) === each)
        return [each, { all: all.length, bad: all.filter((item) => item.worst_level !== null).length }]
      }),
    ),
  )

  function choose(urn: string | null): void {
    void router.replace({ query: { ...route.query, [query]: urn ?? undefined } })
  }

  function open(next: Tab): void {
    tab.value = next
    if (!narrow()) choose(shown.value[0]?.urn ?? null)
  }

  let followed: string | null = null
  watch([asked, () => items.value.length], () => {
    if (found.value && followed !== found.value.urn) tab.value = tabOf(found.value)
    followed = found.value?.urn ?? null
  })
  return { tabs, tab, asked, shown, chosen, counts, choose, open }
}

/** The items by their ranks, smallest first; equals in one fixed order, so that nothing moves under the pointer. */
export function ranked<T extends { urn: string }>(items: readonly T[], rank: (item: T) => number[]): T[] {
  return [...items].sort((a, b) => {
    const [one, other] = [rank(a), rank(b)]
    const at = one.findIndex((value, index) => value !== other[index])
    if (at >= 0) return (one[at] ?? 0) < (other[at] ?? 0) ? -1 : 1
    return a.urn < b.urn ? -1 : 1
  })
}

function narrow(): boolean {
  return window.matchMedia('(max-width: 900px)').matches
}
