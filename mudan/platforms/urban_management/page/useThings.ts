/** Which grid cells and components are there, and how many cases are open in each cell? */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { get } from '@/kit/api'
import { useLive } from '@/kit/live'
import { useLoad } from '@/kit/load'
import type { Entity, Listing, LiveObservation } from '@/kit/types'
import { useSession } from '@/shell/session'
import { updated } from '@/platforms/latest'
import { CASE_TYPES, counted, outside, type CaseArea } from './things'

const REFRESH_MS = 30_000
export const MOST_SHOWN = 1000

export function useThings() {
  const session = useSession()
  const query = ref('')
  const entities = shallowRef<Entity[]>([])
  const areas = shallowRef<CaseArea[] | null>(null)
  const asOf = ref<string | null>(null)

  async function ask(): Promise<{ grids: Entity[]; parts: Entity[]; areas: CaseArea[] | null; asOf: string }> {
    const of = (type: string, limit: number, q = ''): Promise<Listing<Entity>> => get('/api/entities', { platform: 'urban_management', type, limit, q })
    const [grids, parts, open] = await Promise.all([
      of('GridCell,ResponsibilityGrid', 5000),
      of('Component', MOST_SHOWN, query.value.trim()),
      session.can('cases.read') ? get<{ items: CaseArea[] }>('/api/cases/areas', { type: CASE_TYPES }) : Promise.resolve(null),
    ])
    return { grids: grids.items, parts: parts.items, areas: open?.items ?? null, asOf: grids.as_of }
  }

  const { data, error, loading, load } = useLoad(ask)
  async function refetch(): Promise<void> {
    await load()
    if (!data.value) return
    entities.value = [...data.value.grids, ...data.value.parts]
    areas.value = data.value.areas
    asOf.value = data.value.asOf
  }
  const connection = useLive<LiveObservation>('observations', { types: ['Component'] }, (items) => {
    entities.value = updated(entities.value, items)
  }, refetch)
  if (session.can('cases.read')) useLive('changes', { nouns: ['cases'] }, refetch, () => undefined)
  const timer = setInterval(() => void refetch(), REFRESH_MS)
  let typing: ReturnType<typeof setTimeout> | undefined
  watch(query, () => {
    clearTimeout(typing)
    typing = setTimeout(() => void refetch(), 300)
  })
  onScopeDispose(() => {
    clearInterval(timer)
    clearTimeout(typing)
  })

  const things = computed(() => counted(entities.value, areas.value))
  const strays = computed(() => (areas.value ? outside(entities.value, areas.value) : 0))
  const full = computed(() => (data.value?.parts.length ?? 0) >= MOST_SHOWN)
  return { things, strays, full, query, error, loading, asOf, hasData: computed(() => data.value !== null), refetch, connection, mayGive: session.can('entities.write') }
}
