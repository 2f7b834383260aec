/** Which cases of a department must be touched first, and why? */
import type { Case } from './types'

export const DESK = ['sign', 'due', 'supervised', 'back', 'waiting'] as const
export type Desk = (typeof DESK)[number]

const RULES: Record<Desk, (one: Case) => boolean> = {
  sign: (one) => one.state === 'assigned',
  due: (one) => one.ended_at === null && one.lamp !== 'green',
  supervised: (one) => one.asked.includes('supervision'),
  back: (one) => one.state === 'handling' && one.reworked > 0,
  waiting: (one) => one.asked.includes('extension') || one.asked.includes('account'),
}

export function onDesk(desk: Desk, one: Case): boolean {
  return RULES[desk](one)
}

export function isDesk(word: unknown): word is Desk {
  return DESK.includes(word as Desk)
}
