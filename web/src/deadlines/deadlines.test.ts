/** Is the next deadline in sight with its countdown, are late ones counted, and does the menu lead there? */
import { afterEach, expect, it } from 'vitest'
import { disconnect } from '@/kit/live'
import { answer, Refusal } from '@/kit/testing/http'
import { hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import DeadlineStrip from './DeadlineStrip.vue'
import type { Deadline, Deadlines } from './wire'

let shown: Stage | null = null

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

const due = (id: string, s: number): Deadline => ({
  kind: 'offer', id, title: { zh: `派单待应答：${id}`, en: id }, due_at: new Date(Date.now() + s * 1000).toISOString(), path: `/incidents/${id}`,
})
const page = (part: Partial<Deadlines>): Deadlines => ({ items: [], late: [], late_total: 0, as_of: new Date().toISOString(), ...part })

it('shows the next one with what is left and how many are late', async () => {
  answer({ 'GET /api/deadlines': page({ items: [due('a', 125), due('b', 600)], late: [due('c', -60)], late_total: 3 }) })
  shown = await stage(DeadlineStrip, '/')
  expect(hook('next-due')?.textContent).toContain('派单待应答：a')
  expect(hook('next-due')?.textContent).toMatch(/02:0[3-5]/)
  expect(hook('deadlines-late')?.textContent).toContain('3')
})

it('lists late and coming ones in a menu that leads to them', async () => {
  answer({ 'GET /api/deadlines': page({ items: [due('a', 125)], late: [due('c', -61)], late_total: 1 }) })
  shown = await stage(DeadlineStrip, '/')
  hook('next-due')?.click()
  await settled()
  const links = [...document.querySelectorAll<HTMLAnchorElement>('[data-testid="deadline"] a')]
  expect(links.map((one) => one.getAttribute('href'))).toEqual(['/incidents/c', '/incidents/a'])
  expect(hook('deadlines-menu')?.textContent).toContain('超时 01:0')
})

it('does not claim that nothing is due when that is unknown', async () => {
  answer({ 'GET /api/deadlines': new Refusal(500) })
  shown = await stage(DeadlineStrip, '/')
  expect(hook('next-due')?.textContent).toContain('时限情况不明')
})
