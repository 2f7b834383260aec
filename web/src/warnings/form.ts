/** What is in the editor's form, and how does it become what the centre takes? */
import { fullTime } from '@/kit/time'
import type { Content, Settings } from './wire'

const HOUR_MS = 3_600_000

/** An empty warning that ends in six hours. */
export function blank(settings: Settings | null, nowMs: number): Content {
  const issuer = settings?.issuer
  return {
    event_type: '11B03', category: 'Met', level: 3, event: { zh: '', en: '' }, headline: { zh: '', en: '' },
    description: { zh: '', en: '' }, instruction: { zh: '', en: '' }, area: { zh: '', en: '' },
    issuer: issuer ? { ...issuer.name } : { zh: '', en: '' }, expires: new Date(nowMs + 6 * HOUR_MS).toISOString(),
    onset: null, urgency: 'Expected', certainty: 'Likely', responses: [], polygons: [], circles: [], geocodes: [],
    contact: issuer?.contact ?? '', web: issuer?.web ?? '', note: '', text_message: '',
  }
}

/** A value of a message as one line, for the list of differences. */
export function said(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT/.test(value) ? fullTime(value) : value
  if (Array.isArray(value)) return value.length ? value.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('、') : '–'
  if (typeof value === 'object' && 'zh' in value) {
    const { zh, en } = value as { zh: string; en: string }
    return en ? `${zh} / ${en}` : zh || '–'
  }
  return String(value)
}
