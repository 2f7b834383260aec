/** What is the worst that is open now? Counts for the header, a sound and a spoken line for a new level Ⅰ. */
import { computed, ref, shallowRef } from 'vue'
import { get } from '@/kit/api'
import { useLive } from '@/kit/live'
import { nowMs } from '@/kit/time'
import type { Alarm, AlarmCounts, AlarmPage, Level } from '@/kit/types'
import { beep } from './sound'

const SETTLE_MS = 800
const SILENCE_MS = 10 * 60_000

/** Until when the sound is silenced (ms); silence always ends by itself. */
export const silentUntil = ref(0)

/** Silence the sound for ten minutes, or let it sound again. */
export function toggleSilence(): void {
  silentUntil.value = silentUntil.value > nowMs() ? 0 : nowMs() + SILENCE_MS
}

/** Counts of standing alarms, kept live, and the newest unacknowledged level Ⅰ to be spoken. */
export function useBell() {
  const counts = shallowRef<AlarmCounts | null>(null)
  const spoken = shallowRef<Alarm | null>(null)
  const heard = new Set<string>()
  let pending: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    try {
      counts.value = (await get<AlarmPage>('/api/alarms', { state: 'standing', limit: 1 })).counts
    } catch {
      counts.value = null
    }
  }

  function hear(items: Alarm[]): void {
    clearTimeout(pending)
    pending = setTimeout(() => void load(), SETTLE_MS)
    for (const alarm of items) {
      if (alarm.level !== 1 || alarm.acknowledged || !alarm.active || heard.has(alarm.id)) continue
      heard.add(alarm.id)
      spoken.value = alarm
      if (silentUntil.value < nowMs()) beep()
    }
  }

  useLive<Alarm>('alarms', undefined, hear, load)

  const worst = computed<Level | null>(() => {
    const found = ([1, 2, 3, 4] as const).find((level) => (counts.value?.by_level[level] ?? 0) > 0)
    return found ?? null
  })
  return { counts, worst, spoken }
}
