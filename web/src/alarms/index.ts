/** Where are the alarm inbox and its performance, and who may open them? */
import type { PageManifest } from '@/kit/page'

export const pages: PageManifest[] = [
  {
    name: 'alarms',
    path: '/alarms',
    title: { zh: '告警', en: 'Alarms' },
    permission: 'alarms.read',
    icon: 'alarms',
    order: 10,
    component: () => import('./AlarmInbox.vue'),
  },
  {
    name: 'alarm-performance',
    path: '/alarms/performance',
    title: { zh: '告警绩效', en: 'Alarm performance' },
    permission: 'alarms.read',
    nav: false,
    parent: 'alarms',
    component: () => import('./PerformancePage.vue'),
  },
]
