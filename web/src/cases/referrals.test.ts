/** Is a case sent on once, with the words for them, and is what they say shown in the language in use? */
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { setLocale } from '@/kit/i18n'
import { disconnect } from '@/kit/live'
import { answer, Refusal } from '@/kit/testing/http'
import type { Answer, Asked } from '@/kit/testing/http'
import { fill, hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import type { Permission } from '@/kit/types'
import CaseReferralList from './CaseReferralList.vue'
import type { CaseDetail, CaseReferral, CaseReferrals } from './types'

const AT = '2026-11-23T01:00:00.000Z'
const PATH = '/api/cases/c1/referrals'
const Shown = defineComponent({ render: () => h(CaseReferralList, { item: { id: 'c1', version: 1 } as CaseDetail }) })
let shown: Stage | null = null

function one(part: Partial<CaseReferral> = {}): CaseReferral {
  return {
    id: 'r1', platform: 'citizen', title: { zh: '邻市', en: 'Next city' }, service_code: 'pothole', description: '井盖', state: 'accepted', attempts: 1,
    number: 'N7', reason: '', asked_at: AT, asked_by: '甲', sent_at: AT, accepted_at: AT, closed_at: null, seen_at: AT, notes: '已派单', agency: '市政', updated_at: AT, expected_at: null, ...part,
  }
}

function list(items: CaseReferral[], open = false): CaseReferrals {
  return { items, recipients: open ? [{ platform: 'citizen', title: { zh: '邻市', en: 'Next city' }, service_code: 'pothole' }] : [], as_of: AT }
}

async function open(routes: Record<string, Answer>, permissions = ['cases.read', 'cases.write'], locale: 'zh' | 'en' = 'zh'): Promise<Asked[]> {
  const session = sampleSession()
  session.user.permissions = permissions as Permission[]
  const asked = answer(routes)
  setLocale(locale)
  shown = await stage(Shown, '/', '/', session)
  await settled()
  return asked
}

afterEach(() => {
  shown?.wrapper.unmount()
  shown = null
  disconnect()
  document.body.innerHTML = ''
})

describe('sending on', () => {
  it('asks once more for the words, sends them under one name however often it fails, and shows what came of it', async () => {
    let tries = 0
    const asked = await open({
      [`GET ${PATH}`]: list([], true),
      [`POST ${PATH}`]: () => (++tries === 1 ? new Refusal(409, 'conflict') : list([one({ state: 'waiting', number: '', notes: '', agency: '' })])),
    })
    hook('referral-ask')?.click()
    await settled()
    fill('referral-note', ' 请核实 ')
    for (let n = 0; n < 2; n++) {
      hook('referral-send')?.click()
      await settled()
    }
    const sent = asked.filter((call) => call.method === 'POST').map((call) => call.body as Record<string, string>)
    expect(sent).toHaveLength(2)
    expect(sent[0]).toEqual(sent[1])
    expect(sent[0]).toMatchObject({ platform: 'citizen', note: '请核实' })
    expect(hook('case-referral')?.textContent).toContain('待发送')
  })

  it('shows their number, state and words, and nothing to press once it is there', async () => {
    await open({ [`GET ${PATH}`]: list([one()]) })
    const words = hook('case-referral')?.textContent ?? ''
    for (const each of ['邻市', '对方已受理', 'N7', '已派单', '市政', '签收']) expect(words).toContain(each)
    expect(hook('referral-again')).toBeNull()
  })

  it.each([
    ['zh', 'they offer no service zoo', '对方没有这项服务：zoo'],
    ['en', 'it is not in their list', 'not in their list'],
    ['zh', 'HTTP 403: who are you', 'HTTP 403: who are you'],
  ] as const)('says why in the language in use (%s)', async (locale, reason, said) => {
    await open({ [`GET ${PATH}`]: list([one({ state: 'refused', reason })]) }, undefined, locale)
    expect(hook('case-referral')?.textContent).toContain(said)
  })

  it('lets a human decide what cannot be known, and only who may', async () => {
    const asked = await open({ [`GET ${PATH}`]: list([one({ state: 'held', number: '' })]), [`POST ${PATH}/r1/again`]: list([one({ state: 'waiting' })]) })
    expect(hook('case-referral')?.textContent).toContain('请先电话向对方核实')
    hook('referral-again')?.click()
    await settled()
    expect(asked.at(-1)?.path).toBe(`${PATH}/r1/again`)
    shown?.wrapper.unmount()
    document.body.innerHTML = ''
    await open({ [`GET ${PATH}`]: list([one({ state: 'held' })], true) }, ['cases.read'])
    expect(hook('referral-again')).toBeNull()
    expect(hook('referral-ask')).toBeNull()
  })

  it('is not there where nobody takes cases, and says when it could not be read', async () => {
    await open({ [`GET ${PATH}`]: list([]) })
    expect(hook('case-referrals')).toBeNull()
    shown?.wrapper.unmount()
    document.body.innerHTML = ''
    await open({ [`GET ${PATH}`]: new Refusal(503, 'away') })
    expect(document.body.textContent).toContain('转送其他系统')
  })
})
