/** Does what waits for the end of typing run once, and never on a page that was left? */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { useSettled } from './settled'
import { stage } from './testing/mount'

const said: string[] = []
let typed = (): void => undefined
const Page = defineComponent({
  setup() {
    typed = useSettled(() => said.push('settled'), 300)
    return () => h('div')
  },
})

beforeEach(() => said.splice(0))
afterEach(() => vi.useRealTimers())

it('runs once, after the last letter', async () => {
  const { wrapper } = await stage(Page, '/list')
  vi.useFakeTimers()
  typed()
  vi.advanceTimersByTime(200)
  typed()
  vi.advanceTimersByTime(299)
  expect(said).toEqual([])
  vi.advanceTimersByTime(500)
  expect(said).toEqual(['settled'])
  wrapper.unmount()
})

it('does not call back whoever goes to another page, but a change of the query is the same page', async () => {
  const { wrapper, router } = await stage(Page, '/list')
  vi.useFakeTimers()
  typed()
  await router.push('/list?level=1')
  vi.advanceTimersByTime(400)
  expect(said).toEqual(['settled'])
  typed()
  const going = router.push('/elsewhere')
  await going
  vi.advanceTimersByTime(400)
  expect(said).toEqual(['settled'])
  wrapper.unmount()
})
