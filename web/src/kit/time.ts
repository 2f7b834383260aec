/** What time is it at the centre, and how is a time or an age said? Always Asia/Shanghai, on the server's clock. */
import { onScopeDispose, readonly, ref, type Ref } from 'vue'
import type { Locale } from './types'

const ZONE = 'Asia/Shanghai'
const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 86_400

const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

export type Moment = string | number | Date | null | undefined

let offsetMs = 0

/** Align the console's clock with the centre's, so that ages do not depend on the desk's own clock. */
export function setServerTime(iso: string): void {
  const server = Date.parse(iso)
  if (Number.isFinite(server)) offsetMs = server - Date.now()
}

/** Milliseconds since 1970 UTC on the centre's clock. */
export function nowMs(): number {
  return Date.now() + offsetMs
}

/** Milliseconds of any moment; NaN when there is none. */
export function toMs(moment: Moment): number {
  if (moment === null || moment === undefined || moment === '') return Number.NaN
  if (typeof moment === 'number') return moment
  return moment instanceof Date ? moment.getTime() : Date.parse(moment)
}

function split(moment: Moment): Record<string, string> | null {
  const ms = toMs(moment)
  if (!Number.isFinite(ms)) return null
  return Object.fromEntries(parts.formatToParts(ms).map((part) => [part.type, part.value]))
}

/** `14:05:09`, or `–` for no time. */
export function clock(moment: Moment): string {
  const p = split(moment)
  return p ? `${p['hour']}:${p['minute']}:${p['second']}` : '–'
}

/** `14:05`. */
export function clockMinute(moment: Moment): string {
  return clock(moment).slice(0, 5)
}

/** `11-23 14:05`. */
export function dayTime(moment: Moment): string {
  const p = split(moment)
  return p ? `${p['month']}-${p['day']} ${p['hour']}:${p['minute']}` : '–'
}

/** `2026-11-23 14:05:09`. */
export function fullTime(moment: Moment): string {
  const p = split(moment)
  return p ? `${p['year']}-${p['month']}-${p['day']} ${p['hour']}:${p['minute']}:${p['second']}` : '–'
}

/** `14:05:09` when the moment is of today, else `11-23 14:05`. */
export function shortTime(moment: Moment, now = nowMs()): string {
  return fullTime(moment).slice(0, 10) === fullTime(now).slice(0, 10) ? clock(moment) : dayTime(moment)
}

/** An age in words: `刚刚`, `12 秒前`, `5 分钟前`; `now`, `12 s ago`, `5 min ago`. */
export function age(ms: number, locale: Locale): string {
  if (!Number.isFinite(ms)) return '–'
  const s = Math.max(0, Math.floor(ms / 1000))
  const zh = locale === 'zh'
  if (s < 2) return zh ? '刚刚' : 'now'
  return zh ? `${span(s, locale)}前` : `${span(s, locale)} ago`
}

/** A length of time in words with one unit: `12 秒`, `5 分钟`; `12 s`, `5 min`. */
export function span(seconds: number, locale: Locale): string {
  if (!Number.isFinite(seconds)) return '–'
  const zh = locale === 'zh'
  const s = Math.max(0, Math.floor(seconds))
  if (s < MINUTE_S) return `${s} ${zh ? '秒' : 's'}`
  if (s < HOUR_S) return `${Math.floor(s / MINUTE_S)} ${zh ? '分钟' : 'min'}`
  if (s < DAY_S) return `${Math.floor(s / HOUR_S)} ${zh ? '小时' : 'h'}`
  return `${Math.floor(s / DAY_S)} ${zh ? '天' : 'd'}`
}

/** A running time: `05:09`, `1:05:09`, `2d 03:04:05`. */
export function elapsed(ms: number): string {
  if (!Number.isFinite(ms)) return '–'
  const s = Math.max(0, Math.floor(ms / 1000))
  const two = (n: number): string => String(n).padStart(2, '0')
  const tail = `${two(Math.floor((s % HOUR_S) / MINUTE_S))}:${two(s % MINUTE_S)}`
  if (s < HOUR_S) return tail
  const hours = Math.floor((s % DAY_S) / HOUR_S)
  return s < DAY_S ? `${hours}:${tail}` : `${Math.floor(s / DAY_S)}d ${two(hours)}:${tail}`
}

const shared = ref(nowMs())
let watchers = 0
let timer: ReturnType<typeof setInterval> | undefined

/** The centre's time in milliseconds, ticking once a second while somebody uses it. */
export function useNow(): Readonly<Ref<number>> {
  shared.value = nowMs()
  if (watchers++ === 0) timer = setInterval(() => (shared.value = nowMs()), 1000)
  onScopeDispose(() => {
    if (--watchers === 0) clearInterval(timer)
  })
  return readonly(shared)
}

/** The moment that a field of date and time (`2026-11-23T08:30`) means in Shanghai. */
export function instant(field: string): string {
  return new Date(`${field}:00+08:00`).toISOString()
}

/** Such a field's text for a moment. */
export function field(moment: Moment): string {
  return fullTime(moment).slice(0, 16).replace(' ', 'T')
}
