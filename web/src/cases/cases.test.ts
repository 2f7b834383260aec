/** Are cases shown by what is due, reported once, and moved on with what each step needs? */
import { afterEach, describe, expect, it } from 'vitest'
import { setLocale } from '@/kit/i18n'
import { disconnect } from '@/kit/live'
import { answer, Refusal } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import type { Permission } from '@/kit/types'
import CasesBoard from './CasesBoard.vue'
import type { CaseDetail, CaseType, Way } from './types'

const AT = '2026-11-23T01:00:00.000Z'
let shown: Stage | null = null

function way(name: string, zh: string, more: Partial<Way> = {}): Way {
  return { name, title: { zh, en: name }, origins: ['dispatching'], to: 'assigned', roles: ['dispatcher'], reason: false, ...more }
}

const TYPE: CaseType = {
  name: 'hotline', title: { zh: '热线诉求（示例）', en: 'hotline' }, version: 1, example: true,
  classes: [{ code: '02', title: { zh: '公用设施', en: '' } }, { code: '0201', title: { zh: '井盖缺损', en: '' } }],
  fields: [{ name: 'wish', title: { zh: '诉求目的', en: '' }, kind: 'choice', required: false, personal: false, choices: [{ code: 'help', title: { zh: '求助', en: '' } }] }],
  stages: [{ name: 'dispatching', title: { zh: '待派遣', en: '' }, step: 3, ended: false }, { name: 'archived', title: { zh: '已归档', en: '' }, step: 7, ended: true }],
  ways: [
    way('dispatch', '派遣'), way('escalate', '升级', { reason: true }), way('join', '会办'), way('merge', '并案'),
    way('sign', '签收', { roles: ['department_liaison', 'dispatcher'] }), way('open', '立案'), way('ask_extension', '申请延期', { reason: true }), way('call_back', '回访'), way('pass', '核查通过结案', { to: 'evaluating' }),
  ],
  clocks: [], answers: [{ code: 'satisfied', title: { zh: '满意', en: '' } }],
}
const TYPES = { items: [TYPE], departments: [{ code: 'urban', title: { zh: '城管局', en: 'Urban' } }, { code: 'water', title: { zh: '水利局', en: 'Water' } }] }

function one(part: Partial<CaseDetail> = {}): CaseDetail {
  return {
    id: 'c1', number: 'RX20261123-0001', type: 'hotline', type_title: TYPE.title, example: true, class_code: '0201', class_title: { zh: '井盖缺损', en: '' },
    title: '井盖破了', address: '人民路 1 号', area_code: '500231', lon: 107.35, lat: 30.33, state: 'dispatching', state_title: { zh: '待派遣', en: '' }, step: 3,
    source: 'public', level: 'county', owner: null, owner_name: null, partners: [], lamp: 'overdue', next_due_at: AT, returned: 0, reworked: 0, reopened: 1, supervised: 0,
    extended: 0, forced: false, upheld: false, flags: 0, verified: true, answer: null, asked: ['supervision'], main_id: null, main_number: null, alarm_id: null, incident_id: null, created_at: AT,
    created_by: '甲', closed_at: null, ended_at: null, can: ['dispatch', 'escalate'], version: 4, text: '有人摔倒', form: { wish: 'help' },
    clocks: [{ name: 'handle', title: { zh: '处置', en: '' }, run: 1, amount: 24, measure: 'natural_hours', started_at: AT, ended_at: null, due_at: AT, lamp: 'overdue', pauses: [{ start: AT, end: null, reason: '' }] }],
    history: [{ id: 1, at: AT, kind: 'report', from_state: '', to_state: 'reported', actor: '甲', text: { zh: '登记案件', en: '' }, detail: {} }],
    reporters: [{ at: AT, channel: 'phone', name: '王*', phone: '139****', text: '', wants_word: true }], pictures: [], doubts: [], recheck: null, incident_number: null, merged: [],
    twins: [{ id: 'c2', number: 'RX20261120-0007', ended: true, score: 0.8, distance_m: 12, hours: 70, reasons: [{ zh: '相距 12 米', en: '' }], picture_url: null }],
    advice: { department: 'urban', department_name: { zh: '城管局', en: 'Urban' }, rule: 'r1', reason: { zh: '井盖归城管', en: '' }, others: [] }, as_of: AT, ...part,
  }
}

async function open(path: string, routes: Record<string, Answer>, permissions = ['cases.read', 'cases.write']): Promise<Asked[]> {
  const session = sampleSession()
  session.user.permissions = permissions as Permission[]
  session.user.department = null
  const asked = answer({ 'GET /api/cases/types': TYPES, 'GET /api/cases': { items: [one()], total: 1, as_of: AT }, 'GET /api/cases/c1': one(), ...routes })
  setLocale('zh')
  shown = await stage(CasesBoard, path, '/cases', session)
  await settled()
  return asked
}

const posted = (asked: Asked[]): Record<string, unknown> => asked.filter((call) => call.method === 'POST').at(-1)?.body as Record<string, unknown>

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

describe('the board', () => {
  it('says the stage, the class, whose it is and what is late', async () => {
    await open('/cases', {})
    const row = hook('case-row')?.textContent ?? ''
    for (const words of ['3/7', '井盖破了', '井盖缺损', '人民路', '待派遣', '超期', '督办待回复', '重开 1 次', '未派遣']) expect(row).toContain(words)
    expect(hook('cases-total')?.textContent).toContain('1')
  })

  it('asks for what is chosen and gets further pages', async () => {
    const asked = await open('/cases', { 'GET /api/cases': { items: [one()], total: 250, as_of: AT } })
    hook('cases-state-overdue')?.click()
    await settled()
    hook('cases-mine')?.click()
    await settled()
    hook('cases-more')?.click()
    await settled()
    const lists = asked.filter((call) => call.path === '/api/cases')
    expect([lists.at(-1)?.query.get('state'), lists.at(-1)?.query.get('whose'), lists.at(-1)?.query.get('offset')]).toEqual(['overdue', 'mine', '1'])
  })

  it('says when there is nothing and when it failed, and offers no reporting to who may only read', async () => {
    await open('/cases', { 'GET /api/cases': { items: [], total: 0, as_of: AT } }, ['cases.read'])
    expect(document.body.textContent).toContain('没有这样的案件')
    expect(hook('case-new')).toBeNull()
    shown?.wrapper.unmount()
    await open('/cases', { 'GET /api/cases': new Refusal(503, 'unavailable') })
    expect(document.body.textContent).toContain('重试')
  })
})

describe('a case', () => {
  it('shows clocks, twins, reporters, the matrix and the history', async () => {
    await open('/cases?case=c1', {})
    const detail = hook('case-detail')?.textContent ?? ''
    for (const words of ['有人摔倒', '任务派遣', '求助', '城管局', '井盖归城管', 'RX20261120-0007', '相距 12 米', '24 小时', '暂停计时', '王*', '要求回复', '登记案件']) expect(detail).toContain(words)
  })

  it('is dispatched to whom the matrix names', async () => {
    const asked = await open('/cases?case=c1', { 'POST /api/cases/c1/steps': one({ state: 'assigned', version: 5, can: [] }) })
    hook('case-dispatch')?.click()
    await settled()
    expect((hook('case-owner') as HTMLSelectElement).value).toBe('urban')
    hook('case-give')?.click()
    await settled()
    expect(posted(asked)).toMatchObject({ event: 'dispatch', owner: 'urban', version: 4, client_id: expect.any(String) })
  })

  it('wants a reason where one is needed, and words for whom the desk speaks', async () => {
    const asked = await open('/cases?case=c1', { 'GET /api/cases/c1': one({ can: ['escalate', 'sign', 'open'] }), 'POST /api/cases/c1/steps': one({ version: 5, can: ['sign'] }) })
    for (const [name, words] of [['escalate', '超出县级'], ['sign', '李工电话签收']] as const) {
      hook(`case-${name}`)?.click()
      await settled()
      expect((hook('case-give') as HTMLButtonElement).disabled).toBe(true)
      fill('case-words', words)
      await settled()
      hook('case-give')?.click()
      await settled()
    }
    const bodies = asked.filter((call) => call.method === 'POST').map((call) => call.body as Record<string, unknown>)
    expect(bodies.map((body) => [body['event'], body['reason'] ?? '', body['note'] ?? ''])).toEqual([['escalate', '超出县级', ''], ['sign', '', '李工电话签收']])
  })

  it.each([
    ['join', 'input[type=checkbox][value=water]', { partners: ['water'] }],
    ['merge', '[data-testid=case-main]', { main_id: 'c2' }],
    ['call_back', '[data-testid=case-answer]', { answer: 'satisfied' }],
  ])('asks for what %s needs', async (name, field, body) => {
    const asked = await open('/cases?case=c1', { 'GET /api/cases/c1': one({ can: [name] }), 'POST /api/cases/c1/steps': one({ version: 5 }) })
    hook(`case-${name}`)?.click()
    await settled()
    expect((hook('case-give') as HTMLButtonElement).disabled).toBe(true)
    const found = document.querySelector<HTMLInputElement | HTMLSelectElement>(`[data-testid=case-ask] ${field}`)
    if (found instanceof HTMLSelectElement) {
      found.value = found.options[1]?.value ?? ''
      found.dispatchEvent(new Event('change'))
    } else found?.click()
    await settled()
    hook('case-give')?.click()
    await settled()
    expect(posted(asked)).toMatchObject({ event: name, ...body })
  })
})

describe('the desk of a department', () => {
  it('begins with what is its own and shows what must be touched first', async () => {
    const session = sampleSession()
    session.user.permissions = ['cases.read', 'cases.own'] as Permission[]
    session.user.department = 'urban'
    const mine = [
      one({ id: 'a', state: 'assigned', lamp: 'green', asked: [] }), one({ id: 'b', state: 'handling', lamp: 'red', reworked: 1, asked: [] }),
      one({ id: 'c', state: 'handling', lamp: 'green', asked: ['supervision', 'extension'] }),
    ]
    const asked = answer({ 'GET /api/cases/types': TYPES, 'GET /api/cases': { items: mine, total: 3, as_of: AT } })
    setLocale('zh')
    shown = await stage(CasesBoard, '/cases', '/cases', session)
    await settled()
    expect(asked.find((call) => call.path === '/api/cases')?.query.get('whose')).toBe('mine')
    const counts = ['sign', 'due', 'supervised', 'back', 'waiting'].map((desk) => hook(`desk-${desk}`)?.textContent?.trim())
    expect(counts).toEqual(['待签收 1', '临期与超期 1', '督办待回复 1', '返工 1', '申请待批 1'])
    hook('desk-back')?.click()
    await settled()
    expect([...document.querySelectorAll<HTMLElement>('[data-case]')].map((row) => row.dataset['case'])).toEqual(['b'])
  })

  it('filters by kind where the centre knows several, and reports that kind', async () => {
    const event = { ...TYPE, name: 'urban_event', title: { zh: '城管事件（示例）', en: 'event' } }
    const asked = await open('/cases?type=urban_event', { 'GET /api/cases/types': { ...TYPES, items: [TYPE, event] } })
    expect(asked.find((call) => call.path === '/api/cases')?.query.get('type')).toBe('urban_event')
    expect((hook('cases-type') as HTMLSelectElement).value).toBe('urban_event')
    hook('case-new')?.click()
    await settled()
    expect(document.body.textContent).toContain('登记：城管事件（示例）')
  })
})

const PICTURE: CaseDetail['pictures'][number] = {
  id: 'p1', role: 'report', taken_at: AT, timed_by: 'camera', received_at: AT, lon: 107.35, lat: 30.33, placed_by: 'camera', distance_m: 12.4, given_by: '甲', width: 320, height: 240,
  url: '/api/cases/c1/pictures/p1',
}
const DOUBT: CaseDetail['doubts'][number] = {
  id: 1, at: AT, event: 'answer', event_title: { zh: '反馈', en: '' }, proof: 'after', kind: 'far', text: { zh: '处置后照片：距案发地 900 米', en: '' }, picture_id: 'p2', settled_at: null, settled_by: null,
  settled_how: null, reason: '',
}

function choose(...files: File[]): void {
  const input = hook<HTMLInputElement>('picture-file')
  if (!input) throw new Error('nothing to choose')
  Object.defineProperty(input, 'files', { value: files, configurable: true })
  input.dispatchEvent(new Event('change'))
}

describe('what was shown', () => {
  it('stands by role, before beside after, with time, distance and whose it is', async () => {
    const after = { ...PICTURE, id: 'p2', role: 'after' as const, distance_m: null, timed_by: 'receipt' as const, url: '/api/cases/c1/pictures/p2' }
    await open('/cases?case=c1', { 'GET /api/cases/c1': one({ pictures: [PICTURE, after], twins: [{ ...one().twins[0]!, picture_url: '/api/cases/c2/pictures/p9' }] }) })
    expect([...(hook('case-before-after')?.querySelectorAll('img') ?? [])].map((image) => image.getAttribute('src'))).toEqual([PICTURE.url, after.url])
    const words = hook('case-pictures')?.textContent ?? ''
    for (const said of ['照片（2）', '距案发地 12 米', '无拍摄地点', '收到时间', '上报照片', '处置后']) expect(words).toContain(said)
    expect(hook('case-twins')?.querySelector('img')?.getAttribute('src')).toBe('/api/cases/c2/pictures/p9')
  })

  it('is sent once under its own name, says why it failed, and goes again', async () => {
    const answers: unknown[] = [new Refusal(413, 'too_large'), one({ pictures: [PICTURE] })]
    const asked = await open('/cases?case=c1', { 'POST /api/cases/c1/pictures': () => answers.shift() })
    choose(new File(['x'], 'a.jpg', { type: 'image/jpeg', lastModified: 0 }))
    await settled()
    expect(hook('picture-failed')?.textContent).toContain('最多 15 MB')
    hook('picture-again')?.click()
    await settled()
    expect(hook('picture-failed')).toBeNull()
    expect(hook('case-pictures')?.textContent).toContain('照片（1）')
    const forms = asked.filter((call) => call.method === 'POST').map((call) => call.body as FormData)
    expect(forms.map((form) => form.get('role'))).toEqual(['report', 'report'])
    expect(new Set(forms.map((form) => form.get('client_id'))).size).toBe(1)
  })

  it('shows how much has left, can be stopped with what waits behind it, and goes again', async () => {
    let goes = false
    const asked = await open('/cases?case=c1', { 'POST /api/cases/c1/pictures': () => (goes ? one({ pictures: [PICTURE] }) : new Promise(() => {})) })
    choose(...['a', 'b'].map((name) => new File(['x'.repeat(900)], `${name}.jpg`, { type: 'image/jpeg', lastModified: 0 })))
    await settled()
    expect(hook('picture-bytes')?.textContent).toContain('1 kB / 1 kB')
    expect(hook('picture-sending')?.querySelector('progress')?.value).toBe(500)
    hook('picture-stop')?.click()
    await settled()
    expect(hook('picture-sending')).toBeNull()
    expect([...document.querySelectorAll('[data-testid=picture-failed] li')].map((row) => row.textContent?.includes('已停止上传'))).toEqual([true, true])
    expect(asked.filter((call) => call.method === 'POST')).toHaveLength(1)
    goes = true
    for (let n = 0; n < 2; n += 1) {
      hook('picture-again')?.click()
      await settled()
    }
    expect(hook('picture-failed')).toBeNull()
    const names = asked.filter((call) => call.method === 'POST').map((call) => (call.body as FormData).get('client_id'))
    expect([names.length, new Set(names).size]).toEqual([3, 2])
  })

  it('cannot be added by who may only read', async () => {
    await open('/cases?case=c1', {}, ['cases.read'])
    expect(hook('picture-file')).toBeNull()
  })
})

describe('doubtful proof', () => {
  const doubtful = (part: Partial<CaseDetail> = {}): CaseDetail => one({ flags: 1, doubts: [DOUBT], recheck: { seen_at: AT, within_min: 60, done: false }, can: ['pass'], ...part })

  it('is told with when to look again, and closes the case only with words', async () => {
    const asked = await open('/cases?case=c1', { 'GET /api/cases/c1': doubtful(), 'POST /api/cases/c1/steps': one({ version: 5, can: [] }) })
    const words = hook('case-doubts')?.textContent ?? ''
    for (const said of ['地点不符', '距案发地 900 米', '08:00–10:00', '反馈']) expect(words).toContain(said)
    hook('case-pass')?.click()
    await settled()
    expect((hook('case-give') as HTMLButtonElement).disabled).toBe(true)
    fill('case-words', '现场查看合格')
    await settled()
    hook('case-give')?.click()
    await settled()
    expect(posted(asked)).toMatchObject({ event: 'pass', reason: '现场查看合格' })
  })

  it('leads to the other case that has the same picture', async () => {
    const other = { ...DOUBT, kind: 'elsewhere' as const, text: { zh: '与案件 RX20261122-0003 的处置后照片相同', en: '' }, other_case: 'c7', other_number: 'RX20261122-0003' }
    const asked = await open('/cases?case=c1', { 'GET /api/cases/c1': doubtful({ doubts: [other] }), 'GET /api/cases/c7': one({ id: 'c7' }) })
    expect(hook('case-doubts')?.textContent).toContain('他案照片')
    hook('doubt-other-1')?.click()
    await settled()
    expect(asked.some((call) => call.path === '/api/cases/c7')).toBe(true)
  })

  it('ends with a reason, or without one after a look', async () => {
    const asked = await open('/cases?case=c1', { 'GET /api/cases/c1': doubtful(), 'POST /api/cases/c1/flags': one({ doubts: [{ ...DOUBT, settled_at: AT, settled_by: '乙', settled_how: 'reason', reason: '视频核实' }] }) })
    hook('doubts-settle')?.click()
    await settled()
    expect((hook('doubts-give') as HTMLButtonElement).disabled).toBe(true)
    fill('doubts-why', '视频核实')
    await settled()
    hook('doubts-give')?.click()
    await settled()
    expect(posted(asked)).toMatchObject({ reason: '视频核实', version: 4 })
    expect(hook('case-doubts')?.textContent).toContain('说明 乙 视频核实')
  })
})

describe('the chain from alarm to incident', () => {
  it('leads back to the alarm and on to the incident', async () => {
    await open('/cases?case=c1', { 'GET /api/cases/c1': one({ alarm_id: 'a1', incident_id: 'i1', incident_number: '20261123-001' }) })
    expect(hook('case-alarm')?.getAttribute('href')).toContain('alarm=a1')
    expect(hook('case-incident')?.textContent).toContain('20261123-001')
    expect(hook('case-become')).toBeNull()
  })

  it('makes an incident of a case that goes on', async () => {
    const asked = await open('/cases?case=c1', { 'POST /api/cases/c1/incident': { id: 'i1' } }, ['cases.read', 'cases.write', 'incidents.write'])
    hook('case-become')?.click()
    await settled()
    hook('become-give')?.click()
    await settled()
    expect(posted(asked)).toMatchObject({ kind: 'other', level: 4, version: 4, ends: false })
  })
})

describe('reporting', () => {
  it('keeps a case once, with who told of it, and shows what may be the same', async () => {
    const spot = { name: { zh: '高安镇', en: 'Gaoan' }, sort: 'area', area_code: '500231105', area_name: { zh: '高安镇', en: '' }, lon: 107.46, lat: 30.29, approximate: true, about_m: 3000 }
    const asked = await open('/cases', {
      'GET /api/places': { items: [spot] }, 'GET /api/cases/twins': { items: one().twins, as_of: AT }, 'POST /api/cases': one({ id: 'c9' }), 'GET /api/cases/c9': one({ id: 'c9' }),
    })
    hook('case-new')?.click()
    await settled()
    fill('report-title', '路灯不亮')
    await settled()
    const chosen = hook('report-class') as HTMLSelectElement
    expect([...chosen.options].map((option) => option.value)).toEqual(['', '0201'])
    chosen.value = '0201'
    chosen.dispatchEvent(new Event('change'))
    fill('report-spot', '高安')
    await settled()
    await new Promise((done) => setTimeout(done, 350))
    await settled()
    hook('place-found')?.click()
    await settled()
    expect(hook('report-twins')?.textContent).toContain('相距 12 米')
    fill('report-name', '王芳')
    await settled()
    hook('report-save')?.click()
    await settled()
    expect(posted(asked)).toMatchObject({ title: '路灯不亮', class_code: '0201', area_code: '500231105', lon: 107.46, address: '高安镇', reporter: { name: '王芳', channel: 'phone' } })
    expect(hook('case-detail')).not.toBeNull()
  })
})

describe('several types', () => {
  const REPAIR: CaseType = { ...TYPE, name: 'repair', title: { zh: '报修', en: 'repair' }, classes: [{ code: '07', title: { zh: '电梯', en: '' } }], fields: [] }

  it('are told apart in the list and in what is reported', async () => {
    const asked = await open('/cases?type=repair', { 'GET /api/cases/types': { ...TYPES, items: [TYPE, REPAIR] }, 'POST /api/cases': one() })
    expect(asked.filter((call) => call.path === '/api/cases').at(-1)?.query.get('type')).toBe('repair')
    hook('case-new')?.click()
    await settled()
    expect((hook('report-type') as HTMLSelectElement).value).toBe('repair')
    fill('report-title', '电梯停了')
    fill('report-class', '07')
    await settled()
    document.querySelector<HTMLFormElement>('.el-dialog form')?.requestSubmit()
    await settled()
    expect(posted(asked)).toMatchObject({ type: 'repair', class_code: '07', title: '电梯停了' })
  })

  it('shows where the same comes back, and finds those cases', async () => {
    const group = { class_code: '0201', class_title: { zh: '井盖缺损', en: '' }, lon: 107.35, lat: 30.33, count: 3, since: AT, latest: AT, numbers: ['RX1', 'RX2', 'RX3'] }
    const asked = await open('/cases?state=repeated', { 'GET /api/cases/repeated': { items: [group], as_of: AT } })
    expect(hook('repeated')?.textContent).toContain('3 次')
    hook('repeated-RX2')?.click()
    await settled()
    await settled()
    expect(asked.filter((call) => call.path === '/api/cases').at(-1)?.query.get('q')).toBe('RX2')
  })
})
