/** Are gaps, old counts and short stocks said, and is what a person records sent once? */
import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { i18n, setLocale } from '../kit/i18n'
import { answer } from '../kit/testing/http'
import { fill, hook, settled } from '../kit/testing/mount'
import NeedsBoard from './NeedsBoard.vue'
import OrderDialog from './OrderDialog.vue'
import ShelterList from './ShelterList.vue'
import StoreList from './StoreList.vue'
import type { Need, Shelter, Store } from './wire'

const WORD = { zh: '词', en: 'word' }
const PLACE = { code: 'c', name: { zh: '示例库', en: 'Store' }, area_code: '1', area_name: WORD, department: null, address: '', lon: null, lat: null, contact: '', phone: '', example: true, version: 1 }
const SHELTER: Shelter = { ...PLACE, id: 's', capacity: 100, services: [], service_codes: [], state: 'open', occupancy: 130, occupancy_at: '2026-11-23T01:00:00Z', occupancy_by: '', free: 0, doubtful: true }
const STORE: Store = {
  ...PLACE,
  id: 'w',
  stock: [{ material: 'tent', name: { zh: '帐篷', en: 'Tent' }, unit: { zh: '顶', en: 'pcs' }, category: 'x', quantity: 12, minimum: 20, lots: [], counted_at: null, concerns: ['below_minimum'] }],
}
const NEED: Need = {
  id: 'n', title: '帐篷', material: 'tent', quantity: 30, unit: '顶', promised: 20, there: 0, shortfall: 10, needed_by: null, place: '', lon: null, lat: null, note: '',
  department: null, incident_id: null, incident_number: null, created_by: '', created_at: '2026-11-23T01:00:00Z', withdrawn_at: null, withdraw_reason: '', version: 1,
}
setLocale('zh')
const global = { plugins: [i18n] }

describe('supplies', () => {
  it('say what is still missing of a need', () => {
    const board = mount(NeedsBoard, { props: { needs: [NEED], orders: [], stores: [], canWrite: false }, global })
    expect(board.find('[data-testid="need"]').text()).toContain('缺 10 顶')
    expect(board.find('[data-testid="need-new"]').exists()).toBe(false)
  })

  it('say that a store runs short and that it is an example', () => {
    const list = mount(StoreList, { props: { stores: [STORE], canWrite: true }, global })
    expect(list.find('[data-testid="stock-row"]').text()).toContain('低于最低')
    expect(list.text()).toContain('示例')
  })

  it('are made known by a form that says what is missing and sends it once', async () => {
    const choices = { areas: [{ code: '1', name: WORD }], departments: [], services: [{ code: 'water', name: WORD }], materials: [] }
    const asked = answer({ 'GET /api/places/choices': choices, 'POST /api/shelters': SHELTER })
    const list = mount(ShelterList, { props: { shelters: [], canWrite: true }, global, attachTo: document.body })
    await list.find('[data-testid="place-new"]').trigger('click')
    await settled()
    expect(hook<HTMLButtonElement>('place-keep')?.disabled).toBe(true)
    for (const [name, value] of [['place-code', 'S9'], ['place-name', '城东中学'], ['place-name-en', 'East'], ['place-area', '1'], ['place-lon', '107.3']] as const) fill(name, value)
    fill('place-capacity', '200')
    await settled()
    expect(hook('place-form')?.textContent).toContain('经度和纬度要么都填')
    fill('place-lat', '30.3')
    await settled()
    hook('place-form')?.dispatchEvent(new Event('submit'))
    await settled()
    expect(asked.find((call) => call.method === 'POST')?.body).toMatchObject({ code: 'S9', capacity: 200, lon: 107.3, lat: 30.3, department: null })
    list.unmount()
  })

  it('ask until when before more time is asked for, and say that something is due back', async () => {
    const order = {
      id: 'o', number: 'R1', need_id: null, party: '邻县', to_department: null, incoming: false, title: '冲锋舟', material: null, asked: 4, granted: 4, returned: 0, shortfall: 0, unit: '艘',
      state: 'deployed', state_words: { zh: '在用', en: 'deployed' }, next: [{ verb: 'ask_extension', side: 'asker', reason: true, date: true }], store_id: null, arrival_at: null,
      return_by: '2026-11-22T01:00:00Z', return_wanted: null, overdue: true, created_by: '', created_at: '2026-11-20T01:00:00Z', ended_at: null, version: 5, messages: [],
    }
    const asked = answer({ 'GET /api/orders/o': order, 'POST /api/orders/o/verbs': order })
    const dialog = mount(OrderDialog, { props: { id: 'o', stores: [] }, global, attachTo: document.body })
    await settled()
    expect(hook('order-state')?.textContent).toContain('应于 11-22 09:00 归还')
    hook('verb-ask_extension')?.click()
    await settled()
    fill('order-reason', '水未退')
    await settled()
    expect(hook<HTMLButtonElement>('order-say')?.disabled).toBe(true)
    fill('order-until', '2026-11-25T08:00')
    await settled()
    hook('order-say')?.closest('form')?.dispatchEvent(new Event('submit'))
    await settled()
    expect(asked.find((call) => call.method === 'POST')?.body).toMatchObject({ verb: 'ask_extension', version: 5, reason: '水未退', return_by: expect.stringMatching(/^2026-11-2/) })
    dialog.unmount()
  })

  it('say that a shelter is too full and its count old, and send a new count', async () => {
    const asked = answer({ 'POST /api/shelters/s/reports': SHELTER })
    const list = mount(ShelterList, { props: { shelters: [SHELTER], canWrite: true }, global })
    expect(list.text()).toContain('超 30 人')
    expect(list.find('.hatched').exists()).toBe(true)
    await list.find('[data-testid="shelter-people"]').setValue(90)
    await list.find('form').trigger('submit')
    await flushPromises()
    expect(asked[0]?.body).toMatchObject({ kind: 'occupancy', occupancy: 90, client_id: expect.any(String) })
  })
})
