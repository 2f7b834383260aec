/** Are accounts changed only by those who may, passwords shown once, and a broken trail said plainly? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Component } from 'vue'
import { i18n, setLocale } from '../kit/i18n'
import { answer, type Answer, type Asked } from '../kit/testing/http'
import type { Person, Session } from '../kit/types'
import { useSession } from '../shell/session'
import AuditPage from './AuditPage.vue'
import PeoplePage from './PeoplePage.vue'

const PERSON: Person = { id: 'p1', login: 'zhiban', name: '示例·值班长', role: 'duty_officer', department: 'emergency', area_code: '500231', disabled: false, locked_until: null, last_seen_at: null }
const AREAS = { items: [{ code: '500231', name: { zh: '垫江县', en: 'Dianjiang' }, level: 'county' }] }

let page: VueWrapper | null = null

async function opened(component: Component, routes: Record<string, Answer>, permissions: string[]): Promise<Asked[]> {
  const session = { user: { id: 'me', locale: 'zh', permissions }, space: { id: 0, name: '' }, csrf_token: 'c', server_time: new Date().toISOString() } as unknown as Session
  const asked = answer({ 'GET /api/session': session, 'GET /api/areas': AREAS, ...routes })
  setActivePinia(createPinia())
  await useSession().resume()
  page = mount(component, { global: { plugins: [i18n] }, attachTo: document.body })
  await flushPromises()
  return asked
}

/** Dialogs are attached to the document's body. */
function shown<E extends HTMLElement>(id: string): E {
  const found = document.querySelector<E>(`[data-testid="${id}"]`)
  if (found === null) throw new Error(`${id} is not shown`)
  return found
}

function typed(id: string, value: string): void {
  const field = shown<HTMLInputElement | HTMLSelectElement>(id)
  field.value = value
  field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? 'change' : 'input'))
}

beforeEach(() => setLocale('zh'))
afterEach(() => {
  page?.unmount()
  document.body.innerHTML = ''
})

describe('accounts', () => {
  it('are only read by those who may not write', async () => {
    await opened(PeoplePage, { 'GET /api/people': { items: [PERSON] } }, ['people.read'])
    expect(page!.find('[data-testid="person-row"]').text()).toContain('值班长')
    expect(page!.find('[data-testid="person-create"]').exists()).toBe(false)
    expect(page!.find('[data-testid="person-change"]').exists()).toBe(false)
  })

  it('are made with a password that is shown once', async () => {
    const made = { user: { ...PERSON, id: 'p2', login: 'xin' }, password: 'generated-1' }
    const asked = await opened(PeoplePage, { 'GET /api/people': { items: [PERSON] }, 'POST /api/people': made }, ['people.write'])
    await page!.find('[data-testid="person-create"]').trigger('click')
    await flushPromises()
    typed('person-login', 'xin')
    typed('person-name', '示例·新')
    await flushPromises()
    shown('person-form').dispatchEvent(new Event('submit'))
    await flushPromises()
    expect(asked.find((call) => call.method === 'POST')?.body).toEqual({ login: 'xin', name: '示例·新', role: 'duty_officer', department: null, area_code: '500231' })
    expect(shown('person-password').textContent).toBe('generated-1')
  })

  it('show what changes before it is saved, and send only that', async () => {
    const asked = await opened(PeoplePage, { 'GET /api/people': { items: [PERSON] }, 'PATCH /api/people/p1': PERSON }, ['people.write'])
    await page!.find('[data-testid="person-change"]').trigger('click')
    await flushPromises()
    typed('person-role', 'auditor')
    await flushPromises()
    expect(shown('person-diff').textContent).toContain('值班长')
    expect(shown('person-diff').textContent).toContain('审计员')
    shown('person-form').dispatchEvent(new Event('submit'))
    await flushPromises()
    expect(asked.find((call) => call.method === 'PATCH')?.body).toEqual({ role: 'auditor' })
  })

  it('are disabled only after a confirmation', async () => {
    const asked = await opened(PeoplePage, { 'GET /api/people': { items: [PERSON] }, 'PATCH /api/people/p1': PERSON }, ['people.write'])
    await page!.find('[data-testid="person-disable"]').trigger('click')
    await flushPromises()
    expect(asked.some((call) => call.method === 'PATCH')).toBe(false)
    shown('person-confirm').click()
    await flushPromises()
    expect(asked.find((call) => call.method === 'PATCH')?.body).toEqual({ disabled: true })
  })
})

describe('the audit trail', () => {
  const ENTRY = { seq: 7, at: '2026-11-23T01:00:00Z', actor: 'zhiban', action: 'alarms.acknowledge', object: 'a1', detail: { note: '已核实' }, hash: 'ab'.repeat(32) }

  it('shows entries, filters and pages', async () => {
    const asked = await opened(AuditPage, { 'GET /api/audit': { items: [ENTRY], next: '7' } }, ['audit.read'])
    expect(page!.find('[data-testid="audit-row"]').text()).toContain('note: 已核实')
    await page!.find('[data-testid="audit-actor"]').setValue('zhiban')
    await page!.find('form').trigger('submit')
    await flushPromises()
    expect(asked.at(-1)?.query.get('actor')).toBe('zhiban')
    await page!.find('[data-testid="audit-more"]').trigger('click')
    await flushPromises()
    expect(asked.at(-1)?.query.get('cursor')).toBe('7')
  })

  it('says where the chain is broken', async () => {
    await opened(AuditPage, { 'GET /api/audit': { items: [ENTRY], next: null }, 'GET /api/audit/verify': { ok: false, checked: 9, first_bad: 7 } }, ['audit.read'])
    await page!.find('[data-testid="audit-verify"]').trigger('click')
    await flushPromises()
    expect(page!.find('[data-testid="audit-result"]').text()).toContain('第一条不符为 7')
    expect(page!.find('[data-testid="audit-row"]').classes()).toContain('bad')
  })
})
