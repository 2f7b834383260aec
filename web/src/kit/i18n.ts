/** How does the console say everything in Chinese and in English? */
import { computed } from 'vue'
import { createI18n } from 'vue-i18n'
import type { Locale, Text } from './types'

export interface AreaMessages {
  zh: Record<string, unknown>
  en: Record<string, unknown>
}

const STORED = 'mudan.locale'

const files: Record<string, AreaMessages> = {
  ...import.meta.glob<AreaMessages>('../*/messages.json', { eager: true, import: 'default' }),
  ...import.meta.glob<AreaMessages>('../../../mudan/platforms/*/page/messages.json', {
    eager: true,
    import: 'default',
  }),
}

/** The folder that gives a message file its name space: `alarms`, `water`; the kit's own file is `./…`. */
function areaOf(path: string): string {
  const folders = path.split('/').filter((part) => part !== 'page')
  const folder = folders[folders.length - 2] ?? '.'
  return folder === '.' ? 'kit' : folder
}

/** Every area's messages by its name, for the shell and for the test that compares key sets. */
export const messagesByArea: Record<string, AreaMessages> = Object.fromEntries(
  Object.entries(files).map(([path, messages]) => [areaOf(path), messages]),
)

function merged(locale: Locale): Record<string, unknown> {
  return Object.fromEntries(Object.entries(messagesByArea).map(([area, texts]) => [area, texts[locale]]))
}

function initial(): Locale {
  return localStorage.getItem(STORED) === 'en' ? 'en' : 'zh'
}

export const i18n = createI18n({
  legacy: false,
  locale: initial(),
  fallbackLocale: 'zh',
  messages: { zh: merged('zh'), en: merged('en') } as Record<Locale, Record<string, string>>,
})

/** The language in use. */
export const locale = computed<Locale>(() => (i18n.global.locale.value === 'en' ? 'en' : 'zh'))

/** Change the language; remembered on this machine. */
export function setLocale(next: Locale): void {
  i18n.global.locale.value = next
  localStorage.setItem(STORED, next)
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
}

/** The message `area.key` in the language in use, with its `{name}` places filled. */
export function t(key: string, values: Record<string, unknown> = {}): string {
  return i18n.global.t(key, values)
}

/** Whether there is a message of that key. */
export function te(key: string): boolean {
  return i18n.global.te(key)
}

/** A two-language text of the centre in the language in use. */
export function tx(text: Text | null | undefined): string {
  return text ? text[locale.value] || text.zh || text.en : ''
}

/** A list said in one line: `甲、乙`; `a, b`. */
export function listed(items: readonly string[]): string {
  return items.join(locale.value === 'zh' ? '、' : ', ')
}

/** Sentences said in one line: `甲；乙`; `a; b`. */
export function sentences(items: readonly string[]): string {
  return items.join(locale.value === 'zh' ? '；' : '; ')
}

/** A wire word (`en_route`) said through `area.group.word`; the bare word when nobody translated it. */
export function word(group: string, value: string | null | undefined): string {
  if (!value) return '–'
  const key = `${group}.${value}`
  return te(key) ? t(key) : value
}
