/** Where is the county map, and who may open it? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'map',
  path: '/map',
  title: { zh: '一张图', en: 'Map' },
  permission: 'entities.read',
  icon: 'map',
  order: 15,
  component: () => import('./MapPage.vue'),
}
