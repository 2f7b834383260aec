/** In which order do the places of a call stand on the screen? As a tree, those without an answer first. */
import type { CallStep } from './types'

export interface Branch {
  step: CallStep
  depth: number
  /** Places below it: how many there are and how many have answered. */
  below: number
  answered: number
}

const FIRST = ['unreached', 'calling', 'pending', 'cancelled', 'answered']

/** The steps as rows of a tree; places whose parent is folded are left out. */
export function branches(steps: CallStep[], folded: ReadonlySet<string>): Branch[] {
  const children = new Map<string | null, CallStep[]>()
  for (const step of steps) children.set(step.parent_id, [...(children.get(step.parent_id) ?? []), step])

  function count(step: CallStep): { below: number; answered: number } {
    return (children.get(step.id) ?? []).reduce(
      (sum, child) => {
        const under = count(child)
        return { below: sum.below + 1 + under.below, answered: sum.answered + Number(child.state === 'answered') + under.answered }
      },
      { below: 0, answered: 0 },
    )
  }

  function walk(parent: string | null, depth: number): Branch[] {
    const level = [...(children.get(parent) ?? [])].sort((a, b) => FIRST.indexOf(a.state) - FIRST.indexOf(b.state) || a.name.localeCompare(b.name))
    return level.flatMap((step) => [{ step, depth, ...count(step) }, ...(folded.has(step.id) ? [] : walk(step.id, depth + 1))])
  }

  return walk(null, 0)
}
