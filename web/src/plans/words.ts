/** How are a plan's logic, clocks and people said in words? */
import { listed, locale, t, tx, word } from '@/kit/i18n'
import type { Level } from '@/kit/types'
import type { Logic, PlanDocument, Who } from './types'

const NUMBERS: Record<string, Level> = { I: 1, II: 2, III: 3, IV: 4 }
const UNITS: Record<string, string> = { s: 'plans.span.s', min: 'plans.span.min', h: 'plans.span.h', d: 'plans.span.d' }

/** The number of a statutory level: IV is 4. */
export function levelNumber(name: string): Level {
  return NUMBERS[name] ?? 4
}

/** `30min` as `30 分钟`; nothing as a dash. */
export function spanWords(span: string | null | undefined): string {
  const parts = /^(\d+) ?(s|min|h|d)$/.exec(span ?? '')
  return parts ? t(UNITS[parts[2]!]!, { n: parts[1] }) : '–'
}

/** Whether a span says anything: `0s` does not. */
export function lasts(span: string | null | undefined): boolean {
  return !!span && !/^0/.test(span)
}

/** Who does it: a role's title, a department, the towns. */
export function whoWords(who: Who, plan: PlanDocument): string {
  if (who.towns) return t('plans.towns')
  if (who.department) return word('plans.department', who.department)
  const role = who.role ? plan.roles[who.role] : undefined
  return role ? tx(role.title) : (who.role ?? '–')
}

/** Logic as a sentence over what its conditions say. */
export function logicWords(logic: Logic | null, plan: PlanDocument): string {
  if (logic === null) return '–'
  if (typeof logic === 'string') {
    const condition = plan.conditions[logic]
    return condition ? tx(condition.says) : logic
  }
  if ('not' in logic) return t('plans.logic.not', { of: logicWords(logic.not, plan) })
  if ('k_of_n' in logic) return t('plans.logic.kOf', { k: logic.k_of_n.k, of: inner(logic.k_of_n.of, plan) })
  const parts = 'all' in logic ? logic.all : logic.any
  if (parts.length === 1) return logicWords(parts[0]!, plan)
  return t('all' in logic ? 'plans.logic.all' : 'plans.logic.any', { of: inner(parts, plan) })
}

function inner(parts: Logic[], plan: PlanDocument): string {
  const said = parts.map((part) => (typeof part === 'string' ? logicWords(part, plan) : `（${logicWords(part, plan)}）`))
  return locale.value === 'zh' ? said.join('；') : listed(said)
}

/** The names that logic speaks of, each once, in its order. */
export function namesIn(logic: Logic | null): string[] {
  if (logic === null) return []
  if (typeof logic === 'string') return [logic]
  const parts = 'all' in logic ? logic.all : 'any' in logic ? logic.any : 'k_of_n' in logic ? logic.k_of_n.of : [logic.not]
  return [...new Set(parts.flatMap(namesIn))]
}
