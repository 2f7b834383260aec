/** What does an exercise's own clock show now? */
import { toMs } from '@/kit/time'
import type { Drill } from './wire'

/** Seconds on the drill's clock at `nowMs`; it stands unless the exercise runs. */
export function drillSeconds(drill: Drill, nowMs: number): number {
  if (drill.state !== 'running') return drill.drill_s
  return drill.drill_s + (Math.max(0, nowMs - toMs(drill.as_of)) / 1000) * drill.scale
}

/** `T+1:05:09`. */
export function tPlus(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds))
  const two = (n: number): string => String(n).padStart(2, '0')
  return `T+${Math.floor(s / 3600)}:${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`
}
