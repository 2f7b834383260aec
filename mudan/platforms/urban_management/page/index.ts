/** Where is the urban_management page, and who may open it? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'urban_management',
  path: '/urban_management',
  title: { zh: 'urban_management 平台', en: 'UrbanManagement' },
  permission: 'observations.read',
  component: () => import('./Page.vue'),
}
