/** Does the hotline's form keep, join, answer at once and hand over, from the keyboard, with nothing lost when it fails? */
import { afterEach, describe, expect, it } from 'vitest'
import { setLocale } from '@/kit/i18n'
import { disconnect } from '@/kit/live'
import { answer, Refusal } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import type { Permission } from '@/kit/types'
import BurdenCard from './BurdenCard.vue'
import IntakePage from './IntakePage.vue'
import { measure } from './measure'

const AT = '2026-11-23T01:00:00.000Z'
const TYPE = {
  name: 'hotline', title: { zh: '热线诉求（示例）', en: '' }, version: 1, example: true, fields: [], stages: [], ways: [], clocks: [], answers: [],
  classes: [{ code: '02', title: { zh: '公用设施', en: '' } }, { code: '0201', title: { zh: '井盖缺损', en: '' } }, { code: '0202', title: { zh: '路灯不亮', en: '' } }],
}
const SPOT = { name: { zh: '高安镇', en: '' }, sort: 'area', area_code: '500231105', area_name: { zh: '高安镇', en: '' }, lon: 107.46, lat: 30.29, approximate: true, about_m: 3000 }
const TWIN = { id: 'c2', number: 'RX2', ended: false, score: 0.8, distance_m: 12, hours: 7, reasons: [{ zh: '相距 12 米', en: '' }], picture_url: null }
let shown: Stage | null = null

async function open(routes: Record<string, Answer> = {}, permissions = ['cases.read', 'cases.write', 'reports.write']): Promise<Asked[]> {
  const session = sampleSession()
  session.user.permissions = permissions as Permission[]
  const asked = answer({
    'GET /api/cases/types': { items: [TYPE], departments: [] }, 'POST /api/cases/callers': { count: 3, open: 1, last_at: AT },
    'GET /api/places': { items: [SPOT] }, 'GET /api/cases/twins': { items: [TWIN], as_of: AT }, 'POST /api/cases': { id: 'c9', number: 'RX9', version: 1 },
    'POST /api/cases/c2/reporters': { number: 'RX2' }, 'POST /api/cases/c9/steps': { number: 'RX9' }, ...routes,
  })
  setLocale('zh')
  shown = await stage(IntakePage, '/cases/intake', '/cases/intake', session)
  await settled()
  return asked
}

function press(key: string, code: string, more: KeyboardEventInit = {}): void {
  hook('intake-text')?.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true, ...more }))
}

async function told(): Promise<void> {
  fill('intake-phone', '13800000000')
  hook('intake-phone')?.dispatchEvent(new Event('change'))
  fill('intake-text', '井盖破了')
  fill('intake-class', '井盖')
  fill('intake-spot', '高安')
  await settled()
  await new Promise((done) => setTimeout(done, 350))
  await settled()
  hook('place-found')?.click()
  await settled()
}

const posted = (asked: Asked[], path: string): Record<string, unknown> => asked.filter((call) => call.method === 'POST' && call.path === path).at(-1)?.body as Record<string, unknown>

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

describe('the hotline form', () => {
  it('keeps a case with Ctrl+Enter, counts the caller for a purpose, and is empty and ready again', async () => {
    const asked = await open()
    expect(document.activeElement).toBe(hook('intake-phone'))
    await told()
    expect(posted(asked, '/api/cases/callers')).toEqual({ phone: '13800000000', purpose: 'call' })
    expect(hook('intake-caller')?.textContent).toContain('反映过 3 件，在办 1 件')
    expect(hook('intake-chosen')?.textContent).toBe('0201 井盖缺损')
    press('Enter', 'Enter', { ctrlKey: true })
    await settled()
    expect(posted(asked, '/api/cases')).toMatchObject({
      type: 'hotline', class_code: '0201', source: 'public', title: '井盖缺损 高安镇', text: '井盖破了', area_code: '500231105', lon: 107.46,
      reporter: { channel: 'phone', phone: '13800000000' }, filled: { form: 'intake', fields: 5 },
    })
    expect((hook('intake-text') as HTMLTextAreaElement).value).toBe('')
    expect(document.activeElement).toBe(hook('intake-phone'))
  })

  it('adds the caller to what is the same with Alt+1', async () => {
    const asked = await open()
    await told()
    expect(hook('intake-twins')?.textContent).toContain('相距 12 米')
    press('1', 'Digit1', { altKey: true })
    await settled()
    expect(posted(asked, '/api/cases/c2/reporters')).toMatchObject({ phone: '13800000000', text: '井盖破了', filled: { form: 'intake' } })
    expect(asked.some((call) => call.method === 'POST' && call.path === '/api/cases')).toBe(false)
  })

  it('keeps what was answered at once as a case that is done, only with the answer', async () => {
    const asked = await open()
    await told()
    expect((hook('intake-reply') as HTMLButtonElement).disabled).toBe(true)
    fill('intake-answer', '已告知办理时间')
    await settled()
    press('Enter', 'Enter', { ctrlKey: true, altKey: true })
    await settled()
    expect(posted(asked, '/api/cases/c9/steps')).toMatchObject({ event: 'answer_now', version: 1, reason: '已告知办理时间' })
  })

  it('loses nothing when it fails and sends the same id again', async () => {
    const asked = await open({ 'POST /api/cases': new Refusal(503, 'unavailable') })
    await told()
    hook('intake-keep')?.click()
    await settled()
    expect(hook('intake-problem')).not.toBeNull()
    expect((hook('intake-text') as HTMLTextAreaElement).value).toBe('井盖破了')
    const first = posted(asked, '/api/cases')['id']
    hook('intake-keep')?.click()
    await settled()
    expect(posted(asked, '/api/cases')['id']).toBe(first)
  })

  it('takes no class that is not clear and keeps nothing without words', async () => {
    await open()
    fill('intake-class', '02')
    fill('intake-text', '破了')
    await settled()
    expect(hook('intake-chosen')).toBeNull()
    expect((hook('intake-keep') as HTMLButtonElement).disabled).toBe(true)
    fill('intake-class', '0202')
    await settled()
    expect((hook('intake-keep') as HTMLButtonElement).disabled).toBe(false)
    fill('intake-text', ' ')
    await settled()
    expect((hook('intake-keep') as HTMLButtonElement).disabled).toBe(true)
  })

  it('hands an emergency over to the calls with what was written, without putting it into the address', async () => {
    await open()
    await told()
    press('e', 'KeyE', { altKey: true })
    await settled()
    expect(shown?.router.currentRoute.value.fullPath).toBe('/calls')
    expect(shown?.router.options.history.state['call']).toMatchObject({ state: '井盖破了', phone: '13800000000', address: '高安镇' })
  })

  it('offers no hand-over to who may not take calls', async () => {
    await open({}, ['cases.read', 'cases.write'])
    expect(hook('intake-emergency')).toBeNull()
  })
})

describe('the work of a form', () => {
  it('is the fields that were filled and the seconds since the first word', () => {
    let now = 1000
    const work = measure('report', () => now)
    expect(work.of(['']).seconds).toBe(0)
    work.begin()
    now = 31_400
    work.begin()
    expect(work.of(['a', '', null, false, true, 107.4])).toEqual({ form: 'report', fields: 3, seconds: 30 })
    work.reset()
    expect(work.of([]).seconds).toBe(0)
  })

  it('is shown as means by form, when it is opened, of nobody', async () => {
    const sums = { day: '2026-11-23', form: 'intake', entries: 2, fields: 11, seconds: 90, avoided: 1 }
    const asked = answer({ 'GET /api/cases/burden': { items: [{ ...sums, department: '' }, { ...sums, department: 'water', avoided: 0 }], spared: [], seconds_per_field: 8.2, as_of: AT } })
    setLocale('zh')
    shown = await stage(BurdenCard, '/cases')
    expect(asked).toHaveLength(0)
    const card = hook<HTMLDetailsElement>('cases-burden')
    if (card) card.open = true
    card?.dispatchEvent(new Event('toggle'))
    await settled()
    const cells = [...document.querySelectorAll('td')].map((cell) => cell.textContent)
    expect(cells).toEqual(['热线受理', '4', '5.5', '45', '1'])
  })
})
