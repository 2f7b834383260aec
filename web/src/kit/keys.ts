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

/** The listener behind `useKeys`, for tests. */
export function keyListener(map: KeyMap): (event: KeyboardEvent) => void {
  let first = ''
  let firstAt = 0
  return (event) => {
    if (!hotkeysOn.value || event.defaultPrevented || isTyping(event)) return
    if ((event.key === 'Enter' || event.key === ' ') && pressesControl(event)) return
    const chord = first && event.timeStamp - firstAt < CHORD_MS ? `${first} ${event.key}` : ''
    const action = map[chord] ?? (chord ? undefined : map[event.key])
    const opens = !chord && Object.keys(map).some((key) => key.startsWith(`${event.key} `))
    first = opens ? event.key : ''
    firstAt = event.timeStamp
    if (!action) return
    event.preventDefault()
    action(event)
  }
}
