/** Which words does the contract use for directives? The generated types by their short names. */
import type { components } from '@/kit/api.gen'

type Schemas = components['schemas']
export type Directive = Schemas['DirectiveOut']
export type DirectiveDetail = Schemas['DirectiveDetailOut']
export type DirectiveList = Schemas['DirectivesOut']
export type NewDirective = Schemas['DirectiveIn']
export type Evidence = Schemas['DirectiveEvidenceOut']
export type Targets = Schemas['DirectiveTargetsOut']
export type EvidenceKind = Evidence['kind']
export type Reading = Schemas['InstrumentOut']
export type Whose = 'mine' | 'department' | 'all'
export type Shown = 'open' | 'overdue' | 'submitted' | 'ended' | 'all'
