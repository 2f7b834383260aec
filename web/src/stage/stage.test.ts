/** Is the stage always in sight, advised but never set by itself, and set only with words for the public? */
import { afterEach, describe, expect, it } from 'vitest'
import { disconnect } from '@/kit/live'
import { answer, Refusal } from '@/kit/testing/http'
import type { Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage as mounted } from '@/kit/testing/mount'
import type { Stage as Shown } from '@/kit/testing/mount'
import StageStrip from './StageStrip.vue'
import type { Stage } from './wire'

let shown: Shown | null = null

function sample(part: Partial<Stage> = {}): Stage {
  const kinds = [1, 2, 3, 4, 5].map((number) => ({
    number, name: { zh: `阶段${number}`, en: `Stage ${number}` }, meaning: { zh: '说明', en: 'meaning' }, advise: [], example: true,
  }))
  return { number: 1, seq: 0, since: null, set_by: '', advised: 3, reasons: [{ zh: 'Ⅱ级及以上 1 起', en: 'one of level II' }], kinds, history: [], may_set: true, as_of: '2026-11-23T01:00:00Z', ...part }
}

async function show(first: Stage, more: Record<string, unknown> = {}): Promise<Asked[]> {
  const asked = answer({ 'GET /api/stage': first, ...more })
  shown = await mounted(StageStrip, '/')
  return asked
}

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

describe('the stage of the county', () => {
  it('says the stage and what is advised, and sets nothing by itself', async () => {
    const asked = await show(sample())
    expect(hook('stage-strip')?.textContent).toContain('1 级 阶段1')
    expect(hook('stage-advice')?.textContent).toBe('建议 3 级')
    expect(asked.every((call) => call.method === 'GET')).toBe(true)
  })

  it('is set with a reason inside and words for the public', async () => {
    const asked = await show(sample(), { 'POST /api/stage': sample({ number: 3, seq: 1 }) })
    hook('stage-strip')?.click()
    await settled()
    expect(hook<HTMLButtonElement>('stage-save')?.disabled).toBe(true)
    fill('stage-public', '请远离河道')
    fill('stage-since', '2026-11-23T08:30')
    await settled()
    hook('stage-save')?.click()
    await settled()
    expect(asked.at(-1)?.body).toEqual({ number: 3, why: 'Ⅱ级及以上 1 起', public_why: '请远离河道', seen: 0, since: '2026-11-23T00:30:00.000Z' })
    expect(hook('stage-strip')?.textContent).toContain('3 级')
  })

  it('is only read by those who may not set it', async () => {
    await show(sample({ may_set: false }))
    hook('stage-strip')?.click()
    await settled()
    expect(hook('stage-save')).toBeNull()
  })

  it('reads anew when somebody else was faster', async () => {
    const asked = await show(sample(), { 'POST /api/stage': new Refusal(409, 'conflict') })
    hook('stage-strip')?.click()
    await settled()
    fill('stage-public', '请远离河道')
    await settled()
    hook('stage-save')?.click()
    await settled()
    expect(asked.filter((call) => call.method === 'GET').length).toBeGreaterThan(1)
  })

  it('says so when it is not known', async () => {
    answer({ 'GET /api/stage': new Refusal(503) })
    shown = await mounted(StageStrip, '/')
    expect(hook('stage-strip')?.textContent).toContain('不明')
  })
})
