/** Are gaps, old counts and short stocks said, and is what a person records sent once? */
import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { i18n, setLocale } from '../kit/i18n'
import { answer } from '../kit/testing/http'
import NeedsBoard from './NeedsBoard.vue'
import ShelterList from './ShelterList.vue'
import StoreList from './StoreList.vue'
import type { Need, Shelter, Store } from './wire'

const WORD = { zh: '词', en: 'word' }
const PLACE = { code: 'c', name: { zh: '示例库', en: 'Store' }, area_code: '1', area_name: WORD, department: null, address: '', lon: null, lat: null, contact: '', phone: '', example: true, version: 1 }
const SHELTER: Shelter = { ...PLACE, id: 's', capacity: 100, services: [], state: 'open', occupancy: 130, occupancy_at: '2026-11-23T01:00:00Z', occupancy_by: '', free: 0, doubtful: true }
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
