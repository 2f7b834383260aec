/** What do entities read now, after these live observations? */
import type { Entity, LiveObservation } from '../kit/types'

export type Reading = Pick<Entity, 'urn' | 'latest' | 'online'>

/** Bits of quality that keep a value from being the state of now: future time, replayed, test. */
const NOT_NOW = 2 | 8 | 16
const DOUBTFUL = 1

/** The entities with newer values put in; unknown entities, older values, replays and tests change nothing. */
export function updated<E extends Reading>(entities: readonly E[], news: readonly LiveObservation[]): E[] {
  const byEntity = new Map<string, LiveObservation[]>()
  for (const item of news) byEntity.set(item[0], [...(byEntity.get(item[0]) ?? []), item])
  return entities.map((entity) => (byEntity.get(entity.urn) ?? []).reduce(taken, entity))
}

function taken<E extends Reading>(entity: E, item: LiveObservation): E {
  const [, quantity, value, observedMs, receivedMs, quality] = item
  const before = entity.latest[quantity]
  if (quality & NOT_NOW || (before && Date.parse(before.observed_at) > observedMs)) return entity
  const latest = {
    value,
    unit: before?.unit ?? '',
    observed_at: new Date(observedMs).toISOString(),
    received_at: new Date(receivedMs).toISOString(),
    quality: quality & DOUBTFUL ? ['doubtful'] : [],
    stale: false,
  }
  const online = quantity === 'link' ? value === 1 : entity.online
  return { ...entity, online, latest: { ...entity.latest, [quantity]: latest } }
}
