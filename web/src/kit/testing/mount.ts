/** How is a page put on a test stage? With languages, a signed-in person, and a router that goes anywhere. */
import { mount } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { defineComponent, h } from 'vue'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import type { Router } from 'vue-router'
import { useSession } from '@/shell/session'
import { i18n } from '../i18n'
import type { Session } from '../types'
import { sampleSession } from './samples'

export interface Stage {
  wrapper: VueWrapper
  router: Router
}

const Nowhere = defineComponent({ render: () => h('div') })

/** Mount `page` at `path` (pattern `route`); the wrapper is attached to the document so that keys arrive. */
export async function stage(page: Component, path: string, route = path.split('?')[0] ?? '/', session: Session = sampleSession()): Promise<Stage> {
  const pinia = createPinia()
  setActivePinia(pinia)
  useSession().session = session
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: route, component: page },
      { path: '/:rest(.*)*', name: 'not-found', component: Nowhere },
    ],
  })
  await router.push(path)
  const wrapper = mount(defineComponent({ render: () => h(RouterView) }), {
    attachTo: document.body,
    global: { plugins: [pinia, i18n, router] },
  })
  await settled()
  return { wrapper, router }
}

/** Wait until pending answers and their rendering are through. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setTimeout(resolve, 0))
}

/** The element with that test hook anywhere in the document (dialogs live outside the page). */
export function hook<T extends HTMLElement = HTMLElement>(name: string): T | null {
  return document.querySelector<T>(`[data-testid="${name}"]`)
}

/** Fill a field anywhere in the document. */
export function fill(name: string, value: string): void {
  const field = hook<HTMLInputElement>(name)
  if (!field) throw new Error(`no field ${name}`)
  field.value = value
  field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }))
}

/** Press a key on the window. */
export function press(key: string): void {
  window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
}
