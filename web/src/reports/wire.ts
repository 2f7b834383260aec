/** How do calls, reports, clocks and forms come over the wire? */
import type { components } from '@/kit/api.gen'

type Api = components['schemas']

export type Call = Api['CallReportOut']
export type CallIn = Api['CallReportIn']
export type Calls = Api['CallReportsOut']
export type Clock = Api['ReportClockOut']
export type Due = Api['ReportDueOut']
export type Form = Api['CommandFormOut']
export type Paper = Api['PaperOut']
export type Report = Api['ReportOut']
export type Reports = Api['ReportsOut']
export type Rule = Api['ReportRuleOut']
export type Similar = Api['SimilarOut']
