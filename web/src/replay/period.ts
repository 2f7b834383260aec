/** Which period is asked for: the last hour, a given one, or the whole life of an incident or an exercise? */
import { get } from '@/kit/api'
import { nowMs, toMs } from '@/kit/time'
import type { IncidentDetail, Text } from '@/kit/types'
import type { DrillDetail } from '@/drills/wire'

export const MOST_MS = 7 * 86_400_000
const HOUR_MS = 3_600_000
const BEFORE_MS = 600_000

export interface Period {
  from: number
  to: number
  /** Of what it is the whole life, if of anything. */
  of: Text | null
  place: { lon: number; lat: number } | null
  drill: string | null
  /** Only the end of something that lasted longer than can be replayed. */
  clipped: boolean
}

type Asked = Record<string, unknown>

function word(asked: Asked, name: string): string {
  const value = asked[name]
  return typeof value === 'string' ? value : ''
}

/** The times that are given, or the whole life of what is named, or the last hour. Throws ApiError. */
export async function periodOf(asked: Asked): Promise<Period> {
  const life = await lifeOf(asked)
  const [from, to] = [toMs(word(asked, 'from')), toMs(word(asked, 'to'))]
  if (Number.isFinite(from) && Number.isFinite(to)) return { ...life, from, to, clipped: false }
  if (life.to - life.from <= MOST_MS) return life
  return { ...life, from: life.to - MOST_MS, clipped: true }
}

async function lifeOf(asked: Asked): Promise<Period> {
  const now = nowMs()
  const incident = word(asked, 'incident')
  if (incident) {
    const one = await get<IncidentDetail>(`/api/incidents/${incident}`)
    const place = one.lon !== null && one.lat !== null ? { lon: one.lon, lat: one.lat } : null
    const words = `${one.number} ${one.title}`
    const to = one.closed_at ? Math.min(now, toMs(one.closed_at) + BEFORE_MS) : now
    return { from: toMs(one.opened_at) - BEFORE_MS, to, of: { zh: words, en: words }, place, drill: null, clipped: false }
  }
  const drill = word(asked, 'drill')
  if (drill) {
    const one = await get<DrillDetail>(`/api/drills/${drill}`)
    const from = toMs(one.started_at ?? one.created_at)
    return { from, to: one.ended_at ? toMs(one.ended_at) : now, of: one.title, place: null, drill, clipped: false }
  }
  return { from: now - HOUR_MS, to: now, of: null, place: null, drill: null, clipped: false }
}
