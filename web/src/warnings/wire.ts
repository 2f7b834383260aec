/** How do warnings look on the wire? The API's own types under short names. */
import type { components } from '@/kit/api.gen'
import type { Level } from '@/kit/types'

type Api = components['schemas']

export type Words = { zh: string; en: string }
type Said = 'event' | 'headline' | 'description' | 'instruction' | 'area' | 'issuer'
export type Content = Omit<Required<Api['WarningContentJson-Output']>, 'level' | Said> & { level: Level } & Record<Said, Words>
export type Warning = Omit<Api['WarningOut'], 'level'> & { level: Level }
export type WarningDetail = Omit<Api['WarningDetailOut'], 'level' | 'content' | 'messages'> & { level: Level; content: Content; messages: Warning[] }
export type WarningPage = Omit<Api['WarningPageOut'], 'items'> & { items: Warning[] }
export type Preview = Api['WarningPreviewOut']
export type Coverage = Api['WarningCoverageOut']
export type Change = Api['WarningChangeOut']
export type Delivery = Api['WarningDeliveryOut']
export type Settings = Api['WarningSettingsOut']
export type Template = Settings['templates'][number]
export type Status = Warning['status']
