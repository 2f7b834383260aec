/** Is the shell right: signing in, who sees which page, the header, a broken page? */
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { disconnect } from '@/kit/live'
import { i18n } from '@/kit/i18n'
import { answer, Refusal } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { samplePage, sampleAlarm, sampleSession } from '@/kit/testing/samples'
import ErrorNet from './ErrorNet.vue'
import { homeOf, makeRouter } from './router'
import { useSession } from './session'
import Shell from './Shell.vue'
import SignIn from './SignIn.vue'

let shown: Stage | null = null

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

async function signIn(reply: unknown): Promise<Stage> {
  answer({ 'POST /api/session': reply })
  shown = await stage(SignIn, '/sign-in')
  fill('sign-in-login', 'duty')
  fill('sign-in-password', 'secret')
  hook('sign-in-submit')?.click()
  await settled()
  return shown
}

describe('signing in', () => {
  it('leads to the inbox', async () => {
    const { router } = await signIn(sampleSession())
    expect(router.currentRoute.value.path).toBe('/alarms')
  })

  it('says what is wrong and forgets the password', async () => {
    await signIn(new Refusal(401))
    expect(hook('sign-in-problem')?.textContent).toBe('用户名或口令不对')
    expect(hook<HTMLInputElement>('sign-in-password')?.value).toBe('')
  })

  it('says how long to wait after too many attempts', async () => {
    await signIn(new Refusal(429, 'too_many', '', { 'Retry-After': '30' }))
    expect(hook('sign-in-problem')?.textContent).toContain('30 秒')
  })
})

describe('the way in', () => {
  it('sends strangers to the sign-in page and remembers where they wanted to go', async () => {
    setActivePinia(createPinia())
    answer({ 'GET /api/session': new Refusal(401) })
    const router = makeRouter(useSession())
    await router.push('/incidents')
    expect(router.currentRoute.value.name).toBe('sign-in')
    expect(router.currentRoute.value.query['to']).toBe('/incidents')
  })

  it('takes field workers to their tasks', () => {
    setActivePinia(createPinia())
    const session = useSession()
    const worker = sampleSession()
    worker.user.role = 'field_worker'
    worker.user.permissions = ['tasks.own', 'directives.own']
    session.session = worker
    expect(homeOf(session)).toBe('/field')
  })
})

describe('the shell', () => {
  it('shows pages by permission, the demo mark, the worst alarm and the connection', async () => {
    answer({ 'GET /api/alarms': samplePage([sampleAlarm('a1')]) })
    shown = await stage(Shell, '/')
    expect(hook('nav-alarms')).not.toBeNull()
    expect(hook('nav-people')).toBeNull()
    expect(hook('demo-mark')?.textContent).toBe('演示数据')
    expect(hook('worst-alarm')?.textContent).toContain('1 条告警')
    expect(hook('connection')?.textContent).toContain('正在连接')
  })

  it('does not claim quiet when the alarms are unknown', async () => {
    answer({ 'GET /api/alarms': new Refusal(500) })
    shown = await stage(Shell, '/')
    expect(hook('worst-alarm')?.textContent).toContain('告警情况不明')
  })

  it('changes the language on the spot', async () => {
    answer({ 'GET /api/alarms': samplePage([]), 'PATCH /api/session': sampleSession() })
    shown = await stage(Shell, '/')
    expect(hook('nav-alarms')?.textContent).toContain('告警')
    i18n.global.locale.value = 'en'
    await settled()
    expect(hook('nav-alarms')?.textContent).toContain('Alarms')
    i18n.global.locale.value = 'zh'
  })

  it('keeps a broken page from taking the rest with it', async () => {
    const Broken = defineComponent({
      setup() {
        throw new Error('boom')
      },
      render: () => h('p'),
    })
    const said = vi.spyOn(console, 'error').mockImplementation(() => {})
    const wrapper = mount(ErrorNet, { slots: { default: () => h(Broken) }, global: { plugins: [i18n], config: { warnHandler: () => {} } } })
    await settled()
    expect(said).toHaveBeenCalledOnce()
    said.mockRestore()
    expect(wrapper.text()).toContain('boom')
    expect(wrapper.find('[data-testid="page-broken"]').exists()).toBe(true)
  })
})
