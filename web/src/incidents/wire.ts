/** How does what hangs together with an incident come over the wire? */
import type { components } from '@/kit/api.gen'

type Api = components['schemas']

export type Bonds = Api['BondsOut']
export type Handover = Api['IncidentHandoverOut']
export type Matter = Api['IncidentMatterOut']
export type Merge = Api['MergeOut']
export type Relation = Api['RelationOut']
export type Similar = Api['SimilarOut']
