/** Where is the alarm inbox, and who may open it? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'alarms',
  path: '/alarms',
  title: { zh: '告警', en: 'Alarms' },
  permission: 'alarms.read',
  icon: 'alarms',
  order: 10,
  component: () => import('./AlarmInbox.vue'),
}
