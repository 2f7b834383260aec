/** How does a past period come over the wire? */
import type { components } from '@/kit/api.gen'

type Schemas = components['schemas']
export type Replay = Schemas['ReplayOut']
export type Track = Schemas['TrackOut']
export type Line = Schemas['PastLineOut']

export const SPEEDS = [1, 5, 10, 30, 60] as const
