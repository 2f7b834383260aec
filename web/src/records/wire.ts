/** Which words does the contract use for records of other systems? */
import type { components } from '@/kit/api.gen'

type Api = components['schemas']

export type Feed = Api['RecordFeedOut']
export type Feeds = Api['RecordFeedsOut']
export type Run = Api['RecordRunOut']
export type Bad = Api['RecordBadOut']
export type BadList = Api['RecordBadListOut']
export type Rows = Api['RecordRowsOut']
export type RowOut = Api['RecordRowOut']
export type Delivery = Api['RecordDeliveryOut']
export type Key = Api['RecordKeyOut']
export type Secret = Api['RecordSecretOut']
export type Fault = Api['RecordFaultOut']

/** The path of a feed. */
export function pathOf(feed: Feed): string {
  return `/api/records/${feed.platform}/${feed.feed}`
}
