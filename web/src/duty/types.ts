/** Which words does the contract use for the duty room? The generated types by their short names. */
import type { components } from '@/kit/api.gen'

type Schemas = components['schemas']
export type DutyNow = Schemas['DutyNowOut']
export type OnDuty = Schemas['OnDutyOut']
export type Roster = Schemas['RosterOut']
export type Position = Schemas['DutyPositionOut']
export type Shift = Schemas['ShiftOut']
export type Swap = Schemas['SwapOut']
export type Contact = Schemas['ContactOut']
export type Handover = Schemas['DutyHandoverOut']
export type HandoverDetail = Schemas['DutyHandoverDetailOut']
export type HandoverItem = Schemas['HandoverItemOut']
export type LogLine = Schemas['LogLineOut']
export type Call = Schemas['CallChainOut']
export type CallDetail = Schemas['CallChainDetailOut']
export type CallStep = Schemas['CallStepOut']
export type PlaceLevel = CallStep['level']
