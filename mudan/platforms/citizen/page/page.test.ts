/** Does the citizen page name the address and the services, and say so when there are none or they cannot be read? */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import { i18n } from '@/kit/i18n'
import { answer, Refusal, type Answer } from '@/kit/testing/http'
import Page from './Page.vue'

const SERVICE = { service_code: 'hotline.0201', service_name: '井盖缺损', description: '热线诉求（示例）', metadata: true, group: '公用设施' }
let shown: VueWrapper | null = null

async function open(services: Answer): Promise<VueWrapper> {
  answer({ 'GET /open311/v2/services.json': services })
  shown = mount(Page, { global: { plugins: [i18n] } })
  await flushPromises()
  return shown
}

afterEach(() => {
  shown?.unmount()
  shown = null
})

it('names the address and what can be reported', async () => {
  const page = await open([SERVICE])
  expect(page.find('[data-testid="citizen-address"]').text()).toContain('/open311/v2')
  expect(page.find('[data-testid="citizen-service"]').text()).toContain('井盖缺损')
})

it('says that nothing can be reported', async () => {
  const page = await open([])
  expect(page.text()).toContain('暂无可上报的服务')
})

it('says why the services cannot be read', async () => {
  const page = await open(new Refusal(503, 'unavailable', 'the database does not answer'))
  expect(page.findAll('[data-testid="citizen-service"]')).toHaveLength(0)
  expect(page.find('[role="alert"]').exists()).toBe(true)
})
