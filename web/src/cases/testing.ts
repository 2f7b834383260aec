/** What cases and types look like in tests. */
import type { CaseDetail, CaseType, CaseTypes } from './types'

const AT = '2026-11-23T01:00:00.000Z'

const TYPE: CaseType = {
  name: 'hotline', title: { zh: '热线诉求（示例）', en: 'hotline' }, version: 1, example: true, classes: [{ code: '0201', title: { zh: '井盖缺损', en: '' } }], fields: [],
  stages: [{ name: 'dispatching', title: { zh: '待派遣', en: '' }, step: 3, ended: false }], ways: [], clocks: [], answers: [],
}

export const TYPES: CaseTypes = { items: [TYPE], departments: [] }

/** A broken manhole that waits to be dispatched. */
export function sampleCase(part: Partial<CaseDetail> = {}): CaseDetail {
  return {
    id: 'c1', number: 'RX20261123-0001', type: 'hotline', type_title: TYPE.title, example: true, class_code: '0201', class_title: { zh: '井盖缺损', en: '' }, title: '井盖破了',
    address: '人民路 1 号', area_code: '500231', lon: 107.35, lat: 30.33, state: 'dispatching', state_title: { zh: '待派遣', en: '' }, step: 3, source: 'public', level: 'county',
    owner: null, owner_name: null, partners: [], lamp: 'green', next_due_at: null, returned: 0, reworked: 0, reopened: 0, supervised: 0, extended: 0, forced: false, upheld: false,
    flags: 0, verified: true, answer: null, asked: [], main_id: null, main_number: null, alarm_id: null, incident_id: null, created_at: AT, created_by: '甲', closed_at: null,
    ended_at: null, can: [], version: 4, text: '', form: {}, clocks: [], history: [], reporters: [], pictures: [], doubts: [], recheck: null, incident_number: null, merged: [], twins: [],
    advice: null, as_of: AT, ...part,
  }
}
