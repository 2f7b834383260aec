/** Where is the page of community services, and who may open it? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'community',
  path: '/community',
  title: { zh: '智慧社区', en: 'Community' },
  permission: 'visits.read',
  icon: 'community',
  component: () => import('./Page.vue'),
}
