/** How does a command post come over the wire? */
import type { components } from '@/kit/api.gen'

type Api = components['schemas']

export type Post = Api['PostOut']
export type Seat = Api['SeatOut']
export type Group = Api['PostGroupOut']
export type GroupKind = Api['PostGroupKindOut']
export type Transfer = Api['CommandTransferOut']
export type Somebody = Api['SomebodyOut']
export type Holder = Api['HolderIn']
