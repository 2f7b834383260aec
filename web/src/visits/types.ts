/** Which words of the contract do visits use? */
import type { components } from '../kit/api.gen'

type Schemas = components['schemas']
export type Day = Schemas['VisitDayOut']
export type Stop = Schemas['VisitStopOut']
export type Visit = Schemas['VisitOut']
export type Notice = Schemas['VisitNoticeOut']
export type Call = Schemas['VisitCallOut']
export type Opened = Schemas['OpenedOut']

/** What is entered at the door, without the phone's clock and its own name for the entry. */
export type Entry = Omit<Schemas['VisitEntryIn'], 'client_id' | 'device_at'>
