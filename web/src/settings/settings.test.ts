/** Is a setting shown as it is kept, refused with the centre's words, and is nobody woken by looking? */
import { afterEach, describe, expect, it } from 'vitest'
import { disconnect } from '@/kit/live'
import { answer, Refusal } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import type { Permission } from '@/kit/types'
import { minutes, timeField, turned, weeksOf, workedIn } from './days'
import SettingsPage from './SettingsPage.vue'

const AT = '2026-11-23T01:00:00.000Z'
const word = (zh: string) => ({ zh, en: zh })
const CHAIN = { level: 1, steps: [{ to: 'position:dispatcher', title: word('调度席'), after_s: 0, channels: ['app'], otherwise: 'role:dispatcher' }], repeat_s: 300, realarm_s: 300, realarms: 12, expires_s: 600, version: 1, example: true }
const TUNING = {
  group_wait_s: 15, rolling_min: 10, window_min: 15, suggest_from: 0.5, child_from: 0.65, child_window_min: 120, child_wait_min: 10,
  families: [{ name: 'fire', title: word('火灾'), radius_m: 300, digits: 9 }], auto_link: [], version: 1, example: true,
  ranges: { radius_m: { least: 1, most: 100000 }, auto_link: { least: 0.6, most: 1 } }, targets: [{ value: 'position:dispatcher', title: word('调度席') }, { value: 'role:leader', title: word('县领导') }],
  channels: ['app', 'text', 'voice'], rules: [{ value: 'cameras.smoke', title: word('烟雾') }], as_of: AT,
}
const WAKE = { items: [{ at: AT, to: word('调度席'), names: ['李晓'], channels: ['app'], otherwise: false }, { at: '2026-11-23T01:05:00Z', to: word('县领导'), names: [], channels: ['voice'], otherwise: false }], repeat_s: 300, realarm_s: 300, realarms: 12 }
let shown: Stage | null = null
let asked: Asked[] = []

async function open(tab: string, answers: Record<string, Answer>): Promise<void> {
  asked = answer({ 'GET /api/alarms/chains': { items: [CHAIN] }, 'GET /api/alarms/tuning': TUNING, ...answers })
  const session = sampleSession()
  session.user.permissions = ['settings.write'] as Permission[]
  shown = await stage(SettingsPage, `/settings?tab=${tab}`, '/settings', session)
  await settled()
  await settled()
}

const sent = (method: string): unknown => [...asked].reverse().find((call) => call.method === method)?.body

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

describe('escalation', () => {
  it('names who would be woken when, says where nobody is, and asks again for what is being edited', async () => {
    await open('chains', { 'POST /api/alarms/wake': WAKE, 'PUT /api/alarms/chains/1': CHAIN })
    const calls = [...document.querySelectorAll('[data-testid="wake-call"]')].map((one) => one.textContent)
    expect(calls[0]).toContain('李晓')
    expect(calls[1]).toContain('届时无人在岗')
    hook('chain-edit')?.click()
    await settled()
    hook('step-add')?.click()
    await settled()
    fill('step-after-1', '120')
    hook('chain-preview')?.click()
    await settled()
    expect(sent('POST')).toMatchObject({ level: 1, chain: { steps: [{ to: 'position:dispatcher' }, { to: 'role:leader', after_s: 120 }] } })
    hook('chain-save')?.click()
    await settled()
    expect(sent('PUT')).toMatchObject({ version: 1, steps: [{ after_s: 0 }, { to: 'role:leader', after_s: 120, channels: ['app'] }] })
  })

  it('keeps what was refused on the screen with the reason', async () => {
    await open('chains', { 'POST /api/alarms/wake': WAKE, 'PUT /api/alarms/chains/1': new Refusal(422, 'invalid', 'the gravest alarms must reach a leader') })
    hook('chain-edit')?.click()
    await settled()
    hook('chain-save')?.click()
    await settled()
    expect(hook('settings-problem')?.textContent?.length).toBeGreaterThan(0)
    expect(hook('chain-form')).not.toBeNull()
  })
})

describe('groups and links', () => {
  it('link nothing by itself unless somebody says so of a rule', async () => {
    await open('tuning', { 'PUT /api/alarms/tuning': { ...TUNING, version: 2 } })
    expect(hook('auto-none')).not.toBeNull()
    hook('auto-add')?.click()
    await settled()
    fill('auto-rule-0', 'cameras.smoke')
    await settled()
    hook('tuning-save')?.click()
    await settled()
    expect(sent('PUT')).toMatchObject({ version: 1, auto_link: [{ rule: 'cameras.smoke', from_score: 0.85 }], families: [{ name: 'fire', radius_m: 300, digits: 9 }] })
  })
})

describe('positions and stages', () => {
  it('add a position', async () => {
    const position = { code: 'dispatcher', title: word('调度'), rank: 5, role: 'dispatcher', minimum: 0, maximum: 0 }
    await open('positions', { 'GET /api/duty/positions': { items: [position] }, 'PUT /api/duty/positions/media': { items: [position] } })
    hook('position-add')?.click()
    await settled()
    fill('position-code', 'media')
    fill('position-zh', '新闻')
    await settled()
    hook('position-save')?.click()
    await settled()
    expect(sent('PUT')).toEqual({ title: { zh: '新闻', en: '' }, rank: 9, role: 'dispatcher', minimum: 0, maximum: 0 })
  })

  it('word a stage for the public', async () => {
    const kind = { number: 2, name: word('关注'), meaning: word('请留意'), advise: [{ level: 3, count: 1 }], example: true }
    await open('stage', { 'GET /api/stage/kinds': { items: [kind] }, 'PATCH /api/stage/kinds/2': { items: [kind] } })
    hook('stage-edit-2')?.click()
    await settled()
    fill('stage-name-zh', '留意')
    await settled()
    hook('stage-words-save')?.click()
    await settled()
    expect(sent('PATCH')).toMatchObject({ name: { zh: '留意' }, advise: [{ level: 3, count: 1 }] })
  })
})

const CALENDAR = { hours: [{ since: null, windows: [[510, 720], [840, 1080]] }], weekdays: [0, 1, 2, 3, 4], holidays: [] as string[], shifted: [], version: 0, example: true, history: [] }

describe('the working calendar', () => {
  it('turns a day by a click, takes it back, and is published with a reason', async () => {
    await open('calendar', { 'GET /api/cases/calendar': CALENDAR, 'PUT /api/cases/calendar': { ...CALENDAR, version: 1, example: false } })
    while (!hook('day-2027-01-01')) {
      hook('calendar-next')?.click()
      await settled()
    }
    const before = hook('calendar-worked')?.textContent ?? ''
    hook('day-2027-01-01')?.click()
    hook('day-2027-01-02')?.click()
    hook('day-2027-01-03')?.click()
    await settled()
    expect(hook('day-2027-01-01')?.className).toContain('holiday')
    expect(hook('calendar-worked')?.textContent).not.toBe(before)
    hook('calendar-undo')?.click()
    await settled()
    fill('calendar-note', '国务院办公厅通知')
    await settled()
    hook('calendar-publish')?.click()
    await settled()
    expect(sent('PUT')).toMatchObject({ holidays: ['2027-01-01'], shifted: ['2027-01-02'], weekdays: [0, 1, 2, 3, 4], note: '国务院办公厅通知', version: 0 })
  })

  it('counts a year, its weeks and its minutes as the clocks do', () => {
    const marks = { weekdays: [0, 1, 2, 3, 4], holidays: ['2026-01-01'], shifted: ['2026-01-04'] }
    expect(workedIn(2026, marks)).toBe(261)
    expect(weeksOf(2026, 1).flat().filter(Boolean)).toHaveLength(28)
    expect(weeksOf(2026, 10)[0]).toEqual([null, null, null, null, null, null, '2026-11-01'])
    expect(turned('2026-01-01', turned('2026-01-01', marks))).toEqual(marks)
    expect([minutes('08:30'), timeField(510)]).toEqual([510, '08:30'])
  })
})

const TYPE = { name: 'hotline', title: word('热线'), version: 1, example: true, classes: [{ code: '02', title: word('公用设施') }], fields: [], stages: [], ways: [], clocks: [], answers: [] }
const RULE = { id: 'lamp', class_code: '02', area_code: '', department: 'water', since: '2026-01-01', until: null, note: '三定' }

describe('the responsibility matrix', () => {
  it('marks a rule whose cases come back, and is published whole', async () => {
    const matrix = { type: 'hotline', rules: [RULE], version: 3, record: [{ rule: 'lamp', sent: 10, returned: 4, share: 0.4, doubtful: true }], history: [{ version: 3, note: '首版', published_by: '李晓', published_at: AT }] }
    await open('matrix', {
      'GET /api/cases/types': { items: [TYPE], departments: [{ code: 'water', title: word('水利局') }] },
      'GET /api/areas': { items: [{ code: '500231', name: word('垫江县'), level: 'county' }] },
      'GET /api/cases/matrix': matrix, 'PUT /api/cases/matrix': { ...matrix, version: 4 },
    })
    expect(hook('matrix-rule')?.textContent).toContain('4 / 10')
    expect(hook('matrix-rule')?.textContent).toContain('存疑')
    expect(hook('versions')?.textContent).toContain('首版')
    hook('matrix-add')?.click()
    await settled()
    fill('matrix-note', '加一条')
    await settled()
    hook('matrix-publish')?.click()
    await settled()
    expect(sent('PUT')).toMatchObject({ type: 'hotline', version: 3, note: '加一条', rules: [{ class_code: '', department: 'water' }, RULE] })
  })

  it('keeps what was refused with the row it names', async () => {
    await open('matrix', {
      'GET /api/cases/types': { items: [TYPE], departments: [] }, 'GET /api/areas': { items: [] },
      'GET /api/cases/matrix': { type: 'hotline', rules: [], version: 0, record: [], history: [] },
      'PUT /api/cases/matrix': new Refusal(422, 'invalid', 'row 1: there is no such department'),
    })
    expect(hook('matrix-empty')).not.toBeNull()
    hook('matrix-add')?.click()
    await settled()
    fill('matrix-note', '试')
    await settled()
    hook('matrix-publish')?.click()
    await settled()
    expect(hook('settings-problem')?.textContent?.length).toBeGreaterThan(0)
    expect(document.querySelectorAll('[data-testid="matrix-rule"]')).toHaveLength(1)
  })
})

describe('keys of other systems', () => {
  const key = { id: 'k1', name: '市民通', department: null, contact: '王工', shown: 'mk-abcdef', per_minute: 60, issued_at: AT, issued_by: '管理员', revoked_at: null, revoked_by: '' }

  it('show a new key once and take one back after a second question', async () => {
    await open('keys', { 'GET /api/open311/keys': { items: [key] }, 'POST /api/open311/keys': { key, token: 'mk-abcdef-whole' }, 'DELETE /api/open311/keys/k1': { ...key, revoked_at: AT, revoked_by: '管理员' } })
    expect(document.body.textContent).not.toContain('mk-abcdef-whole')
    hook('key-issue')?.click()
    await settled()
    fill('key-name', '市民通')
    fill('key-contact', '王工')
    await settled()
    hook('key-save')?.click()
    await settled()
    await settled()
    expect(sent('POST')).toEqual({ name: '市民通', contact: '王工', per_minute: 60 })
    expect(hook('key-issued')?.textContent).toContain('mk-abcdef-whole')
    hook('key-noted')?.click()
    await settled()
    expect(document.body.textContent).not.toContain('mk-abcdef-whole')
    hook('key-revoke-k1')?.click()
    await settled()
    expect(asked.some((call) => call.method === 'DELETE')).toBe(false)
    hook('key-sure-k1')?.click()
    await settled()
    expect(asked.some((call) => call.method === 'DELETE')).toBe(true)
  })

  it('say what was refused, and that there is none yet', async () => {
    await open('keys', { 'GET /api/open311/keys': { items: [] }, 'POST /api/open311/keys': new Refusal(403, 'not_allowed', "this is the whole county's") })
    expect(hook('key-none')).not.toBeNull()
    hook('key-issue')?.click()
    await settled()
    fill('key-name', 'x')
    fill('key-contact', 'y')
    await settled()
    hook('key-save')?.click()
    await settled()
    expect(hook('settings-problem')?.textContent?.length).toBeGreaterThan(0)
    expect(hook('key-form')).not.toBeNull()
  })
})
