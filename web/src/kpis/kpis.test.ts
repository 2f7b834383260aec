/** Does every indicator come with its two counts, and none with a figure that cannot be computed? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { i18n, setLocale } from '../kit/i18n'
import { answer, Refusal } from '../kit/testing/http'
import type { Kpi } from '../kit/types'
import { byPlatform, figure } from './figures'
import KpisPage from './KpisPage.vue'

const KPI: Kpi = {
  name: 'water.stations_heard',
  platform: 'water',
  title: { zh: '到报率', en: 'Heard' },
  meaning: { zh: '近一小时有数据的测站', en: 'Stations heard' },
  unit: '%',
  version: 2,
  value: 95.8333,
  numerator: 23,
  denominator: 24,
  window_s: 3600,
  as_of: new Date().toISOString(),
  higher_is_better: true,
}
let page: VueWrapper | null = null

async function opened(): Promise<void> {
  page = mount(KpisPage, { global: { plugins: [i18n] } })
  await flushPromises()
}

beforeEach(() => setLocale('zh'))
afterEach(() => page?.unmount())

it('figures say shares with one digit, counts whole, and nothing where nothing is known', () => {
  expect(figure(KPI)).toEqual({ value: '95.8', unit: '%' })
  expect(figure({ value: 3, unit: '1', denominator: null })).toEqual({ value: '3', unit: '' })
  expect(figure({ value: null, unit: '%', denominator: 0 }).value).toBeNull()
})

it('indicators stand under their platform in the order in which they came', () => {
  const other = { ...KPI, platform: 'transport' }
  expect(byPlatform([KPI, other, KPI]).map(([name, kpis]) => [name, kpis.length])).toEqual([['water', 2], ['transport', 1]])
})

it('a card shows value, counts, window, version and meaning', async () => {
  answer({ 'GET /api/kpis': { items: [KPI] } })
  await opened()
  const card = page!.find('[data-testid="kpi-card"]').text()
  for (const part of ['95.8', '23 / 24', '1 小时', '近一小时有数据的测站', 'water.stations_heard', '2']) expect(card).toContain(part)
})

it('a card without data says so', async () => {
  answer({ 'GET /api/kpis': { items: [{ ...KPI, value: null, numerator: 0, denominator: 0 }] } })
  await opened()
  expect(page!.find('[data-testid="kpi-card"]').text()).toContain('无数据，不计算')
})

it('the page says when it is empty or not allowed', async () => {
  answer({ 'GET /api/kpis': { items: [] } })
  await opened()
  expect(page!.find('[data-testid="state-empty"]').text()).toBe('还没有指标')
  page!.unmount()
  answer({ 'GET /api/kpis': new Refusal(403) })
  await opened()
  expect(page!.find('[data-testid="state-error"]').exists()).toBe(true)
})
