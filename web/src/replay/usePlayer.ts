/** Which second of the period is shown, and how does it run on? The desk's own clock, never the centre's. */
import { computed, onScopeDispose, ref, type ComputedRef, type Ref } from 'vue'

export interface Player {
  second: Ref<number>
  speed: Ref<number>
  playing: ComputedRef<boolean>
  toggle: () => void
  stop: () => void
  seek: (second: number) => void
}

const BEAT_MS = 200

/** A player over `length()` seconds. It stops at the end; played again there it begins anew. */
export function usePlayer(length: () => number): Player {
  const second = ref(0)
  const speed = ref<number>(10)
  const timer = ref<ReturnType<typeof setInterval> | null>(null)
  let last = 0

  function seek(to: number): void {
    second.value = Math.min(length(), Math.max(0, to))
  }
  function stop(): void {
    if (timer.value !== null) clearInterval(timer.value)
    timer.value = null
  }
  function beat(): void {
    const now = performance.now()
    seek(second.value + ((now - last) / 1000) * speed.value)
    last = now
    if (second.value >= length()) stop()
  }
  function toggle(): void {
    if (timer.value !== null) return stop()
    if (second.value >= length()) second.value = 0
    last = performance.now()
    timer.value = setInterval(beat, BEAT_MS)
  }
  onScopeDispose(stop)
  return { second, speed, playing: computed(() => timer.value !== null), toggle, stop, seek }
}
