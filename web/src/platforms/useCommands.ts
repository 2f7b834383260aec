/** Which commands went to this device, and what did it answer? */
import { computed, onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { get, post } from '../kit/api'
import type { Command } from '../kit/types'

/** A command as this listing gives it: with what was asked and by whom. */
export type Sent = Command & { payload?: Record<string, unknown>; created_by?: string }

const POLL_MS = 2000
const OPEN: ReadonlySet<Command['state']> = new Set(['queued', 'sent'])

/** Receipts of one device; asked for again every 2 s while one is under way. */
export function useCommands(platform: string, urn: MaybeRefOrGetter<string | null>) {
  const items = shallowRef<Sent[]>([])
  const error = shallowRef<unknown>(null)
  const open = computed(() => items.value.some((command) => OPEN.has(command.state)))

  async function load(): Promise<void> {
    const of = toValue(urn)
    if (of === null) return
    try {
      const answer = await get<{ items: Sent[] }>(`/api/platforms/${platform}/commands`, { urn: of })
      if (of === toValue(urn)) items.value = answer.items
      error.value = null
    } catch (cause) {
      error.value = cause
    }
  }

  /** Gives the new command; it is shown as queued until the device itself confirms. Throws ApiError. */
  async function send(kind: string, payload: Record<string, unknown>): Promise<void> {
    const made = await post<Sent>(`/api/platforms/${platform}/commands`, { urn: toValue(urn), kind, payload })
    items.value = [made, ...items.value.filter((each) => each.id !== made.id)]
  }

  watch(
    () => toValue(urn),
    () => {
      items.value = []
      void load()
    },
    { immediate: true },
  )
  const timer = setInterval(() => open.value && void load(), POLL_MS)
  onScopeDispose(() => clearInterval(timer))
  return { items, error, load, send }
}
