/** Where is the citizen page, and who may open it? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'citizen',
  path: '/citizen',
  title: { zh: '垫小二', en: 'Citizen requests' },
  permission: 'observations.read',
  component: () => import('./Page.vue'),
}
