/** What did one station measure in the chosen time, and what comes in now? */
import { computed, ref, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { get, withQuery } from '@/kit/api'
import { useLoad } from '@/kit/load'
import { nowMs } from '@/kit/time'
import type { LiveObservation, Series, SeriesList } from '@/kit/types'
import { appended, type Point } from './hydrograph'

export const RANGES = ['1h', '6h', '24h', '3d', '7d'] as const
export type Range = (typeof RANGES)[number]

const HOUR_MS = 3_600_000
const LENGTH_MS: Record<Range, number> = { '1h': HOUR_MS, '6h': 6 * HOUR_MS, '24h': 24 * HOUR_MS, '3d': 72 * HOUR_MS, '7d': 168 * HOUR_MS }
const POINTS = 600
const QUANTITIES = ['water_level', 'flow', 'rain_1h', 'rain_5min'] as const

/** Water level, flow and rain of a station over the last hours or days. */
export function useHistory(urn: MaybeRefOrGetter<string>) {
  const range = ref<Range>('24h')
  const to = ref(nowMs())
  const from = computed(() => to.value - LENGTH_MS[range.value])
  const series = shallowRef<Series[]>([])
  const path = (kind: 'observations' | 'observations.csv'): string =>
    `/api/entities/${encodeURIComponent(toValue(urn))}/${kind}`
  const query = (): Record<string, string | readonly string[]> => ({
    quantity: QUANTITIES,
    from: new Date(from.value).toISOString(),
    to: new Date(to.value).toISOString(),
  })
  const { data, error, loading, load } = useLoad(() => get<SeriesList>(path('observations'), { ...query(), points: POINTS }))

  async function refetch(): Promise<void> {
    to.value = nowMs()
    await load()
    series.value = data.value?.series ?? []
    if (!fitted) fit()
  }

  /** A station heard only for a short while opens with the shortest range that shows all of it. */
  let fitted = false
  function fit(): void {
    const oldest = Math.min(...series.value.flatMap((each) => each.points.slice(0, 1).map((point) => point[0])))
    if (!Number.isFinite(oldest)) return
    fitted = true
    range.value = RANGES.find((each) => LENGTH_MS[each] >= to.value - oldest && LENGTH_MS[each] <= LENGTH_MS['24h']) ?? '24h'
  }

  /** Puts live observations of this station at the end, and moves the window on. */
  function hear(news: readonly LiveObservation[]): void {
    const mine = news.filter((item) => item[0] === toValue(urn) && !(item[5] & 16))
    if (mine.length === 0) return
    to.value = Math.max(to.value, nowMs())
    series.value = series.value.map((each) => {
      const fresh = mine.filter((item) => item[1] === each.quantity).map((item): Point => [item[3], item[2], item[5]])
      return fresh.length ? { ...each, points: appended(each.points, fresh, from.value) } : each
    })
  }

  const of = (quantity: string): Series | null =>
    series.value.find((each) => each.quantity === quantity && each.points.length > 0) ?? null
  watch(
    () => [toValue(urn), range.value],
    ([next], [before]) => {
      if (next !== before) series.value = []
      void refetch()
    },
  )
  void refetch()
  return { range, from, to, series, of, error, loading, refetch, hear, csv: computed(() => withQuery(path('observations.csv'), query())) }
}
