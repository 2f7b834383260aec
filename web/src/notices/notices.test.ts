/** Does a notice that called me show itself, say how late it is, lead to its matter, and take one tap to answer? */
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { createMemoryHistory, createRouter } from 'vue-router'
import { afterEach, expect, it } from 'vitest'
import { i18n } from '@/kit/i18n'
import { disconnect } from '@/kit/live'
import { answer } from '@/kit/testing/http'
import { hook, settled } from '@/kit/testing/mount'
import NoticeBell from './NoticeBell.vue'
import type { Notice } from './types'
import { placeOf } from './useNotices'

const AT = '2026-11-23T01:00:00.000Z'
const notice: Notice = {
  id: 'n1', noun: 'alarm_groups', subject: 'g1', level: 1, title: { zh: '告警未确认：超保证', en: '' }, body: { zh: '水位 44.1 米', en: '' },
  state: 'open', need_receipt: true, due_at: null, created_at: AT, created_by: 'system',
  next: { at: new Date(Date.now() + 60_000).toISOString(), to: { zh: '带班领导', en: '' }, step: 3, of: 4 }, ended_at: null, ended_by: null,
  calls: [{ channel: 'app', to: { zh: '值班长', en: '' }, names: ['示例'], at: AT, late: true, state: 'shown' }], receipts: [], exercise: true, lon: null, lat: null,
}
let wrapper: ReturnType<typeof mount> | null = null

afterEach(() => {
  wrapper?.unmount()
  disconnect()
})

it('counts, marks exercise and lateness, says who is next, and is answered by one tap', async () => {
  let items = [notice]
  const asked = answer({
    'GET /api/notices': () => ({ items, as_of: AT }),
    'POST /api/notices/n1/acknowledge': () => {
      items = []
      return notice
    },
  })
  setActivePinia(createPinia())
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: { render: () => null } }] })
  wrapper = mount(NoticeBell, { attachTo: document.body, global: { plugins: [i18n, router] } })
  await settled()
  expect(hook('notice-bell')?.textContent).toContain('1')
  hook('notice-bell')?.click()
  await settled()
  const text = hook('notice')?.textContent ?? ''
  for (const part of ['告警未确认：超保证', '演练', '补发', '后通知带班领导']) expect(text).toContain(part)
  hook('notice-ack')?.click()
  await settled()
  expect(asked.some((call) => call.path === '/api/notices/n1/acknowledge')).toBe(true)
  expect(hook('notice')).toBeNull()
})

it('leads to its matter where there is a page of it', () => {
  expect(placeOf(notice)?.query?.['group']).toBe('g1')
  expect(placeOf({ noun: 'incidents', subject: 'i1' })?.path).toBe('/incidents/i1')
  expect(placeOf({ noun: 'unknown', subject: 'x' })).toBeNull()
})
