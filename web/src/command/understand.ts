/** What would Enter do, what could come next, and what is wrong? Pure: from what was typed and what is known. */
import { listed, locale, t, tx, word } from '@/kit/i18n'
import type { Alarm, Incident, Permission, Task, TaskEventName, Unit } from '@/kit/types'
import type { PageManifest } from '@/kit/page'
import { classText } from '@/roads/words'
import { parse, plain, stepOf, STEPS, VERBS } from './parse'
import type { Typed, Verb, VerbName } from './parse'
import type { NewClosure, OnDuty, PlanItem } from './wire'

export interface Road {
  name: string
  edges: number[]
  lengthM: number
}

/** What has been read; null: not yet. */
export interface Known {
  incidents: Incident[] | null
  units: Unit[] | null
  tasks: Task[] | null
  alarms: { q: string; items: Alarm[] } | null
  roads: { version: string; items: Road[] } | null
  plans: PlanItem[] | null
  duty: OnDuty[] | null
  pages: PageManifest[]
  /** The order of each incident that was asked for, by its id. */
  orders: Record<string, string>
  can: (permission: Permission | null) => boolean
}

export type Act =
  | { do: 'go'; to: string }
  | { do: 'send'; incident: Incident; unit: Unit; order: string; reason: string }
  | { do: 'report'; task: Task; unit: Unit; event: TaskEventName }
  | { do: 'close'; road: Road; version: string; reason: string }

export interface Choice {
  key: string
  label: string
  detail: string
  /** The whole line after completion. */
  fill?: string
  to?: string
}

export interface Understood {
  choices: Choice[]
  says: string
  act: Act | null
}

const MOST = 8
const MOST_EDGES = 5000
export const CLOSED_TO: NewClosure['classes'] = ['car', 'truck']

type Pick<T> = { one: T } | { say: Understood }
interface Kind<T> {
  what: string
  items: T[] | null
  names: (item: T) => string[]
  choice: (item: T) => Choice
}

const quiet = (says: string, choices: Choice[] = []): Understood => ({ choices, says, act: null })

/** The one item that a word names exactly, or what to say and offer instead. A half word never stands for an item. */
function pick<T>(typed: string | undefined, kind: Kind<T>): Pick<T> {
  if (!kind.items) return { say: quiet(t('command.loading')) }
  const wanted = plain(typed ?? '')
  const exact = kind.items.filter((item) => kind.names(item).some((name) => plain(name) === wanted))
  if (wanted && exact.length === 1 && exact[0]) return { one: exact[0] }
  const fit = kind.items.filter((item) => kind.names(item).some((name) => plain(name).includes(wanted)))
  if (!fit.length) return { say: quiet(t('command.noMatch', { word: typed ?? '', what: t(`command.what.${kind.what}`) })) }
  return { say: quiet(t(`command.need.${kind.what}`), fit.slice(0, MOST).map(kind.choice)) }
}

function line(typed: Typed, upTo: number, value: string): string {
  return `${[`/${typed.verb?.words[0] ?? ''}`, ...typed.args.slice(0, upTo), value].join(' ')} `
}

/** What a line means now. */
export function understood(text: string, known: Known): Understood {
  const typed = parse(text)
  const mine = VERBS.filter((verb) => known.can(verb.permission))
  if (!typed.verb) {
    const fit = mine.filter((verb) => verb.words.some((one) => one.startsWith(typed.head.toLowerCase())))
    const choices = (fit.length ? fit : mine).map(verbChoice)
    if (!typed.head) return quiet(t('command.type'), choices)
    return quiet(fit.length ? t('command.type') : t('command.unknown', { word: typed.head, list: listed(mine.map((verb) => verb.words[0] ?? '')) }), choices)
  }
  if (!known.can(typed.verb.permission)) return quiet(t('command.forbidden', { word: typed.head }))
  return MEANINGS[typed.verb.name](typed, known)
}

function verbChoice(verb: Verb): Choice {
  return { key: verb.name, label: `/${verb.words[0]}`, detail: t(`command.verb.${verb.name}`), fill: `/${verb.words[0]} ` }
}

const incidentsOf = (typed: Typed, known: Known, at: number, go = false): Kind<Incident> => ({
  what: 'incident',
  items: known.incidents,
  names: (one) => [one.number, one.title],
  choice: (one) => ({
    key: one.id, label: one.number, detail: one.title,
    ...(go ? { to: `/incidents/${one.id}` } : { fill: line(typed, at, one.number) }),
  }),
})

const unitsOf = (typed: Typed, known: Known, at: number): Kind<Unit> => ({
  what: 'unit',
  items: known.units,
  names: (one) => [one.code, one.name.zh, one.name.en],
  choice: (one) => ({ key: one.id, label: one.code, detail: `${tx(one.name)} · ${word('incidents.unitStatus', one.status)}`, fill: line(typed, at, one.code) }),
})

function send(typed: Typed, known: Known): Understood {
  const incident = pick(typed.args[0], incidentsOf(typed, known, 0))
  if ('say' in incident) return incident.say
  const unit = pick(typed.args[1], unitsOf(typed, known, 1))
  if ('say' in unit) return unit.say
  const order = known.orders[incident.one.id]
  if (order === undefined) return quiet(t('command.loading'))
  const says = t('command.send', {
    unit: `${tx(unit.one.name)} ${unit.one.code}`, status: word('incidents.unitStatus', unit.one.status),
    incident: `${incident.one.number} ${incident.one.title}`, order,
  })
  return { choices: [], says, act: { do: 'send', incident: incident.one, unit: unit.one, order, reason: typed.args.slice(2).join(' ') } }
}

/** A step in the language in use. */
export const stepWord = (event: string): string => {
  const words = STEPS.find(([name]) => name === event)?.[1]
  return words ? (words[locale.value === 'zh' ? 0 : 1] ?? event) : event
}

function status(typed: Typed, known: Known): Understood {
  const unit = pick(typed.args[0], unitsOf(typed, known, 0))
  if ('say' in unit) return unit.say
  if (!known.tasks) return quiet(t('command.loading'))
  const tasks = known.tasks.filter((task) => task.unit.id === unit.one.id)
  if (!tasks.length) return quiet(t('command.noTask', { unit: tx(unit.one.name) }))
  const possible = STEPS.map(([event]) => event).filter((event) => tasks.some((task) => task.next.includes(event)))
  const says = t('command.notNow', { unit: tx(unit.one.name), list: listed(possible.map(stepWord)) || t('command.none') })
  const event = stepOf(typed.args[1] ?? '')
  if (!event || !possible.includes(event)) {
    const wanted = plain(typed.args[1] ?? '')
    const fit = possible.filter((one) => event !== null || STEPS.some(([name, words]) => name === one && words.some((each) => each.startsWith(wanted))))
    return quiet(says, (fit.length ? fit : possible).map((one) => ({ key: one, label: stepWord(one), detail: '', fill: line(typed, 1, stepWord(one)) })))
  }
  return report(typed, unit.one, event, tasks.filter((task) => task.next.includes(event)))
}

/** A unit with several tasks is never guessed about: the incident's number decides. */
function report(typed: Typed, unit: Unit, event: TaskEventName, tasks: Task[]): Understood {
  const wanted = plain(typed.args[2] ?? '')
  const chosen = tasks.filter((one) => !wanted || plain(one.incident.number) === wanted)
  const [task] = chosen
  if (!task || chosen.length > 1) {
    const choices = tasks.map((one) => ({ key: one.id, label: one.incident.number, detail: one.incident.title, fill: line(typed, 2, one.incident.number) }))
    return quiet(t('command.several', { unit: tx(unit.name), list: listed(tasks.map((one) => one.incident.number)) }), choices)
  }
  const says = t('command.status', { unit: `${tx(unit.name)} ${unit.code}`, incident: `${task.incident.number} ${task.incident.title}`, step: stepWord(event) })
  return { choices: [], says, act: { do: 'report', task, unit, event } }
}

function close(typed: Typed, known: Known): Understood {
  const road = pick(typed.args[0], {
    what: 'road',
    items: known.roads?.items ?? null,
    names: (one) => [one.name],
    choice: (one) => ({ key: one.name, label: one.name, detail: `${(one.lengthM / 1000).toFixed(1)} km`, fill: line(typed, 0, one.name.replace(/\s+/g, '')) }),
  })
  if ('say' in road) return road.say
  if (road.one.edges.length > MOST_EDGES) return quiet(t('command.tooLong', { road: road.one.name }))
  const reason = typed.args.slice(1).join(' ')
  if (!reason) return quiet(t('command.need.reason'))
  const says = t('command.close', { road: road.one.name, n: road.one.edges.length, km: (road.one.lengthM / 1000).toFixed(1), classes: classText(CLOSED_TO), reason })
  return { choices: [], says, act: { do: 'close', road: road.one, version: known.roads?.version ?? '', reason } }
}

/** A place to go to: the one named exactly, else a list in which Enter takes the marked one. */
function leads<T>(typed: Typed, kind: Kind<T>): Understood {
  const found = pick(typed.args.join(' '), kind)
  if ('say' in found) return found.say
  const choice = kind.choice(found.one)
  const to = choice.to ?? '/'
  return { choices: [choice], says: t('command.go', { where: `${choice.label} ${choice.detail}`.trim() }), act: { do: 'go', to } }
}

function alarm(typed: Typed, known: Known): Understood {
  const q = typed.args.join(' ')
  if (!q) return quiet(t('command.need.alarm'))
  if (known.alarms?.q !== q) return quiet(t('command.loading'))
  if (!known.alarms.items.length) return quiet(t('command.noMatch', { word: q, what: t('command.what.alarm') }))
  const choices = known.alarms.items.slice(0, MOST).map((one) => ({
    key: one.id, label: `${t(`kit.levelShort.${one.level}`)} ${tx(one.title)}`, detail: tx(one.sentence), to: `/alarms?alarm=${one.id}`,
  }))
  return quiet(t('command.go', { where: choices[0]?.label ?? '' }), choices)
}

function who(typed: Typed, known: Known): Understood {
  const asked = typed.args.join(' ')
  const everybody = ['', '值班', 'duty', 'onduty'].includes(plain(asked))
  const items = known.duty && (everybody ? known.duty : known.duty.filter((one) => [one.name, one.title.zh, one.title.en].some((name) => plain(name).includes(plain(asked)))))
  if (!items) return quiet(t('command.loading'))
  if (!items.length) return quiet(t('command.noMatch', { word: asked, what: t('command.what.person') }))
  return quiet(t('command.need.person'), items.slice(0, MOST).map((one) => ({ key: one.shift_id, label: `${tx(one.title)} ${one.name}`, detail: one.phone, to: '/duty' })))
}

const MEANINGS: Record<VerbName, (typed: Typed, known: Known) => Understood> = {
  send,
  status,
  alarm,
  close,
  who,
  incident: (typed, known) => leads(typed, incidentsOf(typed, known, 0, true)),
  plan: (typed, known) =>
    leads(typed, { what: 'plan', items: known.plans, names: (one) => [one.slug, one.title.zh, one.title.en], choice: (one) => ({ key: one.slug, label: tx(one.title), detail: one.slug, to: `/plans/${one.slug}` }) }),
  go: (typed, known) =>
    leads(typed, { what: 'page', items: known.pages, names: (one) => [one.name, one.title.zh, one.title.en], choice: (one) => ({ key: one.name, label: tx(one.title), detail: '', to: one.path }) }),
}
