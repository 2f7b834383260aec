/** Where is the community page, and who may open it? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'community',
  path: '/community',
  title: { zh: 'community 平台', en: 'Community' },
  permission: 'observations.read',
  component: () => import('./Page.vue'),
}
