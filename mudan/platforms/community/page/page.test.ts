/** Does the community page mount, and say so when there is nothing to show? */
import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import { i18n } from '@/kit/i18n'
import Page from './Page.vue'
import messages from './messages.json'

test('the empty page says that there is no data', () => {
  const page = mount(Page, { global: { plugins: [i18n] } })
  expect([messages.zh.empty, messages.en.empty]).toContain(page.find('p').text())
})
