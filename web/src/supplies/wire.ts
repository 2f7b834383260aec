/** Which words does the contract use for supplies? */
import type { components } from '@/kit/api.gen'

type Api = components['schemas']

export type Store = Api['StoreOut']
export type Stock = Api['StockOut']
export type StoreMovement = Api['MovementOut']
export type MovementBody = Api['MovementIn']
export type Shelter = Api['ShelterOut']
export type ShelterBody = Api['ShelterReportIn']
export type Choices = Api['PlaceChoicesOut']
export type PlaceEvent = Api['PlaceEventOut']
export type MaterialBody = Api['MaterialIn']
export type OfferBody = Api['OfferIn']
export type Noun = 'store' | 'shelter'
/** A new place, or with `version` a changed one. */
export type PlaceBody = (Api['StoreIn'] | Api['ShelterIn']) & { version?: number }
export type Need = Api['NeedOut']
export type NeedBody = Api['NeedIn']
export type Order = Api['OrderOut']
export type OrderDetail = Api['OrderDetailOut']
export type VerbBody = Api['VerbIn']
export type Verb = VerbBody['verb']

export interface Items<T> {
  items: T[]
  as_of: string
}
