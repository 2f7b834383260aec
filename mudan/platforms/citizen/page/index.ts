/** Where is the citizen page, and who may open it? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'citizen',
  path: '/citizen',
  title: { zh: 'citizen 平台', en: 'Citizen' },
  permission: 'observations.read',
  component: () => import('./Page.vue'),
}
