/** Where is the page of vehicles, and who may open it? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'transport',
  path: '/transport',
  title: { zh: '车辆监控', en: 'Vehicles' },
  permission: 'observations.read',
  icon: 'transport',
  component: () => import('./Page.vue'),
}
