/** How does the county's stage come over the wire? */
import type { components } from '@/kit/api.gen'

type Api = components['schemas']

export type Stage = Api['StageOut']
export type StageKind = Api['StageKindOut']
