/** Where is the water page, and who may open it? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'water',
  path: '/water',
  title: { zh: '水情监测', en: 'Water' },
  permission: 'observations.read',
  icon: 'water',
  component: () => import('./Page.vue'),
}
