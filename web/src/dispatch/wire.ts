/** Which of the API's types do the dispatch screens speak? */
import type { components } from '@/kit/api.gen'
import type { Level } from '@/kit/types'

type Api = components['schemas']
type Graded<T> = Omit<T, 'level'> & { level: Level }
export type Pair = Graded<Api['PairOut']>
export type Joint = Omit<Api['JointOut'], 'greedy' | 'joint'> & { greedy: Pair[]; joint: Pair[] }
export type MoveUp = Api['MoveUpOut']
export type Turn = Graded<Api['TurnOut']>
export type Turns = Omit<Api['DivertedOut'], 'items'> & { items: Turn[] }
export type Policy = Api['DiversionPolicyOut']
export type PolicyLine = Api['PolicyLineOut']

/** The kinds of units whose waiting places are weighed. */
export const KINDS = ['ambulance', 'fire', 'patrol', 'flood_rescue'] as const
