/** What has just happened? Short notices that say the result of an action; failures stay until dismissed. */
import { readonly, ref } from 'vue'
import { errorText } from './errors'

export interface Notice {
  id: number
  kind: 'done' | 'failed'
  text: string
}

const SHOWN_MS = 6000
const list = ref<Notice[]>([])
let lastId = 0

/** The notices on the screen, oldest first. */
export const notices = readonly(list)

/** Say that something succeeded; it goes away by itself. */
export function noteDone(text: string): void {
  const id = push('done', text)
  setTimeout(() => dismiss(id), SHOWN_MS)
}

/** Say that something failed or was refused; it stays until it is dismissed. */
export function noteFailed(cause: unknown): void {
  push('failed', typeof cause === 'string' ? cause : errorText(cause))
}

/** Take a notice away. */
export function dismiss(id: number): void {
  list.value = list.value.filter((notice) => notice.id !== id)
}

function push(kind: Notice['kind'], text: string): number {
  const id = ++lastId
  list.value = [...list.value.slice(-4), { id, kind, text }]
  return id
}
