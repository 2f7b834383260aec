/** Where is the page of emergency management, and who may open it? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'emergency',
  path: '/emergency',
  title: { zh: '应急管理', en: 'Emergency' },
  permission: 'observations.read',
  icon: 'emergency',
  component: () => import('./Page.vue'),
}
