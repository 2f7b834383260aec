/** Where does the county say how alarms, duty and stages work here, and who may say it? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'settings',
  path: '/settings',
  title: { zh: '设置', en: 'Settings' },
  permission: 'settings.write',
  icon: 'settings',
  order: 83,
  component: () => import('./SettingsPage.vue'),
}
