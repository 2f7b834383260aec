/** Which command was typed, with which words after it? Chinese and English, with or without the slash. */
import type { Permission, TaskEventName } from '@/kit/types'

export type VerbName = 'send' | 'status' | 'alarm' | 'incident' | 'close' | 'plan' | 'who' | 'go'

export interface Verb {
  name: VerbName
  /** The first one is offered; all are understood. */
  words: readonly string[]
  permission: Permission | null
}

export const VERBS: readonly Verb[] = [
  { name: 'send', words: ['派', 'send', 'd'], permission: 'tasks.assign' },
  { name: 'status', words: ['状态', 'status', 's'], permission: 'tasks.assign' },
  { name: 'alarm', words: ['警', 'alarm', 'a'], permission: 'alarms.read' },
  { name: 'incident', words: ['事', 'incident', 'i'], permission: 'incidents.read' },
  { name: 'close', words: ['封', 'close', 'c'], permission: 'roads.close' },
  { name: 'plan', words: ['预案', 'plan', 'p'], permission: 'plans.read' },
  { name: 'who', words: ['人', 'who', 'w'], permission: 'duty.read' },
  { name: 'go', words: ['去', 'go', 'g'], permission: null },
]

export const STEPS: readonly [TaskEventName, readonly string[]][] = [
  ['accept', ['接受', 'accept']],
  ['depart', ['出发', 'depart']],
  ['stage', ['集结', 'stage']],
  ['arrive', ['到场', 'arrive']],
  ['work', ['处置', 'work']],
  ['transport', ['转送', 'transport']],
  ['deliver', ['送达', 'deliver']],
  ['complete', ['完成', 'complete']],
]

export interface Typed {
  verb: Verb | null
  /** What was typed in place of a verb. */
  head: string
  args: string[]
  /** Whether the last word is finished by a space. */
  finished: boolean
}

/** One form of a word for comparing: no spaces, small letters, half-width. */
export function plain(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, '').toLowerCase()
}

const CHINESE = /^[\u4e00-\u9fff]+$/

/** What was typed. A Chinese verb may stand against its first word: `派DJ-1`. */
export function parse(text: string): Typed {
  const line = text.normalize('NFKC').trimStart().replace(/^[/、]/, '').trimStart()
  const words = line.split(/\s+/).filter(Boolean)
  const head = words[0] ?? ''
  const finished = /\s$/.test(line)
  const exact = VERBS.find((verb) => verb.words.includes(head.toLowerCase()))
  if (exact) return { verb: exact, head, args: words.slice(1), finished }
  const glued = VERBS.flatMap((verb) => verb.words.filter((word) => CHINESE.test(word) && head.startsWith(word)).map((word) => ({ verb, word })))
  const found = glued.sort((a, b) => b.word.length - a.word.length)[0]
  if (!found) return { verb: null, head, args: words.slice(1), finished }
  return { verb: found.verb, head: found.word, args: [head.slice(found.word.length), ...words.slice(1)], finished }
}

/** The step that a word names. */
export function stepOf(word: string): TaskEventName | null {
  return STEPS.find(([, words]) => words.includes(plain(word)))?.[0] ?? null
}
