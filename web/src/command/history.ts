/** Which commands were given before? The last ones of this sitting, the newest first. */

const MOST = 50
const lines: string[] = []

/** Keep a line; the same again is kept once. */
export function remember(text: string): void {
  const line = text.trim()
  if (!line) return
  const known = lines.indexOf(line)
  if (known >= 0) lines.splice(known, 1)
  lines.unshift(line)
  lines.length = Math.min(lines.length, MOST)
}

/** The line before place `at` (−1: the line being typed); null when there is none. */
export function back(at: number): { at: number; text: string } | null {
  const text = lines[at + 1]
  return text === undefined ? null : { at: at + 1, text }
}

/** The line after place `at`; an empty one after the newest. */
export function forward(at: number): { at: number; text: string } {
  return { at: Math.max(at - 1, -1), text: at > 0 ? (lines[at - 1] ?? '') : '' }
}

/** Forget them all, as when somebody else signs in. */
export function forgetAll(): void {
  lines.length = 0
}
