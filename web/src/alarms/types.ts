/** Which words of the wire does the inbox use? The generated ones, by their names here. */
import type { components } from '@/kit/api.gen'
import type * as wire from '@/kit/types'

type Api = components['schemas']
type Added = 'group' | 'family' | 'escalation' | 'acknowledgement_expires_at' | 'realarms' | 'chattering' | 'suppressed_by' | 'finding'

export type Alarm = wire.Alarm & Partial<Pick<Api['AlarmOut'], Added>>
export type AlarmDetail = Alarm & Pick<wire.AlarmDetail, 'events' | 'cases'>
export type Counts = wire.AlarmCounts & { suppressed?: number }
export type AlarmPage = Omit<wire.AlarmPage, 'items' | 'counts'> & { items: Alarm[]; counts: Counts }
export type Outcome = Omit<wire.AlarmOutcome, 'items'> & { items: Alarm[] }
export type Escalation = Api['EscalationOut']
export type Group = Omit<Api['AlarmGroupOut'], 'first' | 'gravest' | 'level'> & { first: Alarm | null; gravest: Alarm | null; level: wire.Level }
export type Groups = Omit<Api['AlarmGroupsOut'], 'items'> & { items: Group[] }
export type Flood = Api['AlarmFloodOut']
export type Link = Omit<Api['AlarmLinkOut'], 'one' | 'other'> & { one: Alarm; other: Alarm }
export type Outage = Api['OutageOut']
export type Performance = Omit<Api['PerformanceOut'], 'worst'> & { worst: (Omit<Api['WorstOut'], 'level'> & { level: wire.Level })[] }
export type Chain = Omit<Api['ChainOut'], 'level'> & { level: wire.Level }
export type Finding = 'real' | 'false' | 'test'
