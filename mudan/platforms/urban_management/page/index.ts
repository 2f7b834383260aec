/** Where is the urban management page, and who may open it? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'urban_management',
  path: '/urban_management',
  title: { zh: '智慧城管', en: 'Urban management' },
  permission: 'entities.read',
  component: () => import('./Page.vue'),
}
