/** Which key was meant? Single-letter hot-keys that are silent in inputs, dialogs and Chinese composition. */
import { onMounted, onUnmounted, ref } from 'vue'

export type KeyMap = Record<string, (event: KeyboardEvent) => void>

const STORED = 'mudan.hotkeys'
const CHORD_MS = 1500

/** Whether hot-keys are on (WCAG 2.1.4 asks that they can be switched off). */
export const hotkeysOn = ref(localStorage.getItem(STORED) !== 'off')

/** Switch the hot-keys on or off; remembered on this machine. */
export function setHotkeys(on: boolean): void {
  hotkeysOn.value = on
  localStorage.setItem(STORED, on ? 'on' : 'off')
}

/** Whether the event belongs to typing rather than to hot-keys. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return true
  const target = event.target
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)) return true
  return target.closest('[role="dialog"]') !== null && event.key !== 'Escape'
}

/** Whether Enter or Space on this element already does something of its own. */
function pressesControl(event: KeyboardEvent): boolean {
  const target = event.target
  return target instanceof HTMLElement && ['BUTTON', 'A', 'SUMMARY'].includes(target.tagName)
}

/**
 * Listen to hot-keys while the component is mounted. Keys are `KeyboardEvent.key` values (`j`, `Enter`,
 * `?`) or chords of two letters (`g m`).
 */
export function useKeys(map: KeyMap): void {
  const heard = keyListener(map)
  onMounted(() => window.addEventListener('keydown', heard))
  onUnmounted(() => window.removeEventListener('keydown', heard))
}

interface Heard {
  event: KeyboardEvent | null
  opens: boolean
}

// Shared by all listeners: after `g` nobody may take the next letter for a single key of its own.
let current: Heard = { event: null, opens: false }
let previous: Heard = current

function note(event: KeyboardEvent): void {
  if (current.event === event) return
  previous = current
  current = { event, opens: false }
}

/** The first letter of a chord under way, or an empty string. */
function begun(event: KeyboardEvent): string {
  const first = previous.event
  return first && previous.opens && event.timeStamp - first.timeStamp < CHORD_MS ? first.key : ''
}

/** The listener behind `useKeys`, for tests. */
export function keyListener(map: KeyMap): (event: KeyboardEvent) => void {
  return (event) => {
    if (!hotkeysOn.value || isTyping(event)) return
    note(event)
    if (event.defaultPrevented) return
    if ((event.key === 'Enter' || event.key === ' ') && pressesControl(event)) return
    const first = begun(event)
    if (!first && Object.keys(map).some((key) => key.startsWith(`${event.key} `))) current.opens = true
    const action = map[first ? `${first} ${event.key}` : event.key]
    if (!action) return
    event.preventDefault()
    action(event)
  }
}
