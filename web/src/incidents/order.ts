/** What does an order say before anybody edits it? What happened, where, and what the rule asks for. */
import { t, tx } from '@/kit/i18n'
import type { IncidentDetail } from '@/kit/types'

const PLACES = 4 // about ten metres; enough to drive there

/** The order text in the language in use: incident, place with coordinates, worst alarm and its response. */
export function orderText(incident: IncidentDetail): string {
  const place = [tx(incident.area_name), incident.address ?? ''].join(' ').trim()
  const coordinates =
    incident.lon === null || incident.lat === null ? '' : ` (${incident.lon.toFixed(PLACES)}, ${incident.lat.toFixed(PLACES)})`
  const worst = [...incident.alarms].filter((alarm) => alarm.active).sort((a, b) => a.level - b.level)[0]
  return [
    t('incidents.orderWhat', { number: incident.number, title: incident.title, level: t(`kit.levelShort.${incident.level}`) }),
    t('incidents.orderWhere', { place: `${place}${coordinates}` }),
    ...(worst ? [t('incidents.orderAlarm', { sentence: tx(worst.sentence) }), t('incidents.orderDo', { response: tx(worst.response) })] : []),
  ].join('\n')
}
