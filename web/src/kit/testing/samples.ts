/** What do alarms, incidents, tasks and units look like in tests? Whole samples of the contract, varied by part. */
import type { Alarm, AlarmPage, Candidate, IncidentDetail, Permission, Session, Task, Unit } from '../types'

const AT = '2026-11-23T01:00:00.000Z'
const PERMISSIONS: Permission[] = [
  'alarms.read', 'alarms.acknowledge', 'alarms.shelve', 'incidents.read', 'incidents.write', 'incidents.close',
  'tasks.read', 'tasks.assign', 'units.read', 'entities.read', 'observations.read',
]

/** A duty officer's session. */
export function sampleSession(part: Partial<Session> = {}): Session {
  return {
    user: {
      id: 'u1', login: 'duty', name: '陈晓岚', role: 'duty_officer', department: null, area_code: '500231',
      area_name: { zh: '垫江县', en: 'Dianjiang' }, locale: 'zh', permissions: PERMISSIONS, units: [],
    },
    csrf_token: 'token', expires_at: AT, demo: true, server_time: new Date().toISOString(), space: { id: 0, name: '' },
    ...part,
  }
}

/** An active, unacknowledged level Ⅱ alarm of a river station. */
export function sampleAlarm(id: string, part: Partial<Alarm> = {}): Alarm {
  return {
    id, rule: 'water.warning', platform: 'water', level: 2, active: true, acknowledged: false, latched: false,
    suppression: 'none', suppressed_until: null, suppressed_reason: null,
    title: { zh: '超警戒', en: 'Above warning' }, sentence: { zh: `${id} 水位超警戒`, en: `${id} above warning` },
    cause: { zh: '上游降雨', en: 'rain upstream' }, consequence: { zh: '可能进水', en: 'flooding' }, response: { zh: '通知转移', en: 'warn people' },
    time_available_min: 60,
    change: false,
    entity: { urn: `urn:${id}`, type: 'HydrometricStation', name: { zh: '示例站', en: 'Station' }, lon: 107.35, lat: 30.33, area_code: '500231001', area_name: { zh: '桂溪街道', en: 'Guixi' } },
    quantity: 'water_level', value: 319.8, limit: 319.5, unit: 'm', raised_at: AT, last_at: AT, cleared_at: null,
    acknowledged_at: null, acknowledged_by: null, owner: null, count: 1, incident: null, life_safety: false, example: true, version: 1,
    ...part,
  }
}

/** A page of the inbox holding these alarms. */
export function samplePage(items: Alarm[]): AlarmPage {
  const counts = { unacknowledged: items.filter((one) => !one.acknowledged).length, standing: items.length, shelved: 0, by_level: { '2': items.length } }
  return { items, total: items.length, counts, next: null, as_of: new Date().toISOString() }
}

/** A flood rescue unit on duty. */
export function sampleUnit(part: Partial<Unit> = {}): Unit {
  return {
    id: 'unit1', code: 'FR-01', name: { zh: '防汛一组', en: 'Flood rescue 1' }, kind: 'flood_rescue', capabilities: ['flood_rescue'], crew_count: 6,
    administrative: 'on_duty', out_reason: null, status: 'available', tasks: [], lon: 107.36, lat: 30.34, position_at: AT, speed_kmh: 0,
    home: null, vehicle_urn: null, online: true, area_code: '500231', area_name: { zh: '', en: '' }, department: null,
    ...part,
  }
}

/** A unit that could be sent. */
export function sampleCandidate(part: Partial<Candidate> = {}): Candidate {
  return { unit: sampleUnit(), rank: 1, suitable: true, reachable: true, by_road: true, codes: ['ClosestByEta'], availability: 'available', coverage_lost: 0.02, reasons: [{ zh: '具备能力', en: 'has what is needed' }], distance_m: 2300, eta_s: 240, position_age_s: 12, ...part }
}

/** An accepted task under way. */
export function sampleTask(part: Partial<Task> = {}): Task {
  return {
    id: 'task1', incident: { id: 'i1', number: 'DJ-1', title: '洪水', level: 2, lon: null, lat: null, address: null },
    unit: sampleUnit(), state: 'en_route', next: ['arrive', 'cancel', 'fail'], order: '前往桥头', offered_at: AT, expires_at: null,
    stamps: { offered: AT, accepted: AT, en_route: AT }, decline_reason: null,
    receipt: { state: 'delivered', sent_at: AT, delivered_at: AT, reason: null }, proposal: null, starts_at: null, successor: null, help: [], par: null, photos: [], version: 1,
    ...part,
  }
}

/** An open flood incident with one alarm. */
export function sampleIncident(part: Partial<IncidentDetail> = {}): IncidentDetail {
  return {
    id: 'i1', number: 'DJ-1', title: '示例河超警戒', kind: 'flood', level: 2, phase: 'dispatching', next_phases: ['responding', 'suspended'],
    lon: 107.35, lat: 30.33, address: '桥头', area_code: '500231001', area_name: { zh: '桂溪街道', en: 'Guixi' }, commander: '陈晓岚',
    opened_at: AT, opened_by: '陈晓岚', closed_at: null, disposition: null, summary: null, version: 7, alarm_count: 1, open_tasks: 0, tasks: 0,
    alarms: [sampleAlarm('a1')], cases: [], task_list: [],
    timeline: [{ seq: 1, at: AT, recorded_at: AT, source: 'operator', actor: '陈晓岚', kind: 'opened', text: { zh: '建立事件', en: 'Opened' }, detail: {} }],
    ...part,
  }
}
