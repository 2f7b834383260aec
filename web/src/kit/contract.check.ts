/** Do the hand-written wire types accept what the API declares? Types only: a change of the API fails the typecheck. */
import type { components } from './api.gen'
import type * as wire from './types'

type Api = components['schemas']

/**
 * A hand-written type, loosened only where the API itself is loose: a union of words where the API says
 * `string`, a union of numbers where it says `number`, named fields where it says a map. What the API
 * spells out stays as strict as it was written by hand.
 */
type Loosened<Hand, Declared> = unknown extends Hand
  ? unknown
  : Hand extends string
    ? string extends Extract<Declared, string> ? string : Hand
    : Hand extends number
      ? number extends Extract<Declared, number> ? number : Hand
      : Hand extends readonly (infer Item)[]
        ? number extends Hand['length'] ? Loosened<Item, ItemOf<Declared>>[] : Hand
        : Hand extends object
          ? LoosenedFields<Hand, Extract<Declared, object>>
          : Hand

type ItemOf<Declared> = Extract<Declared, readonly unknown[]>[number]

type LoosenedFields<Hand, Declared> = string extends keyof Declared
  ? { [name: string]: Loosened<Exclude<Hand[keyof Hand], undefined>, Declared[string & keyof Declared]> }
  : { [Name in keyof Hand]: Loosened<Hand[Name], Name extends keyof Declared ? Declared[Name] : never> }

/** What the console reads: everything that the API may answer fits the hand-written type. */
type Reads<Hand, Declared> = Declared extends Loosened<Hand, Declared> ? true : { expected: Hand; declared: Declared }

/** What the console sends: everything that it may say is taken by the API. */
type Sends<Hand, Declared> = Hand extends Declared ? true : { sent: Hand; declared: Declared }

/** Frames are counted by the API; to the console a frame's number is a name that is only compared. */
type NumberedFrames = Omit<wire.FramePage, 'items'> & { items: (Omit<wire.Frame, 'id'> & { id: number })[] }

type True<Claims extends Record<string, true>> = Claims

/** Compiled, never used: each line is one claim. */
export type Contract = True<{
  text: Reads<wire.Text, Api['Text']>
  session: Reads<wire.Session, Api['SessionOut']>
  alarm: Reads<wire.Alarm, Api['AlarmOut']>
  alarmDetail: Reads<wire.AlarmDetail, Api['AlarmDetailOut']>
  alarmPage: Reads<wire.AlarmPage, Api['AlarmPageOut']>
  alarmOutcome: Reads<wire.AlarmOutcome, Api['HandledOut']>
  incident: Reads<wire.Incident, Api['IncidentOut']>
  incidentPage: Reads<wire.Page<wire.Incident>, Api['IncidentPageOut']>
  incidentDetail: Reads<wire.IncidentDetail, Api['IncidentDetailOut']>
  timeline: Reads<wire.TimelineEvent, Api['EventOut']>
  task: Reads<wire.Task, Api['TaskOut']>
  tasks: Reads<wire.Listing<wire.Task>, Api['TasksOut']>
  taskEvent: Sends<wire.TaskEventBody, Api['TaskEventIn']>
  unit: Reads<wire.Unit, Api['mudan__api__units__UnitOut']>
  units: Reads<wire.Listing<wire.Unit>, Api['UnitsOut']>
  candidates: Reads<wire.CandidateList, Api['CandidatesOut']>
  entity: Reads<wire.Entity, Api['EntityOut']>
  entities: Reads<wire.Listing<wire.Entity>, Api['EntitiesOut']>
  latest: Reads<wire.Latest, Api['LatestOut']>
  series: Reads<wire.SeriesList, Api['HistoryOut']>
  platform: Reads<wire.Platform, Api['PlatformOut']>
  platforms: Reads<wire.Listing<wire.Platform>, Api['PlatformsOut']>
  frames: Reads<NumberedFrames, Api['FramesOut']>
  commands: Reads<{ items: wire.Command[] }, Api['CommandsOut']>
  kpis: Reads<wire.Listing<wire.Kpi>, Api['KpisOut']>
  layers: Reads<{ items: wire.MapLayerInfo[] }, Api['LayersOut']>
  areas: Reads<{ items: wire.Area[] }, Api['AreasOut']>
  people: Reads<{ items: wire.Person[] }, Api['PeopleOut']>
  audit: Reads<wire.AuditPage, Api['AuditPageOut']>
  auditVerification: Reads<wire.AuditVerification, Api['VerificationOut']>
}>
