/** Under which name does the phone keep what it was told? Apart for each person and each data space. */
import type { Owner } from './queue'

export function keyOf(noun: string, owner: Owner): string {
  return `${noun} ${owner.space} ${owner.user_id}`
}
