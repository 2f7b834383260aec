/** Where is the health page of the connected platforms, and who may open it? */
import type { PageManifest } from '../kit/page'

export const page: PageManifest = {
  name: 'platforms',
  path: '/platforms',
  title: { zh: '接入平台', en: 'Platforms' },
  permission: 'platforms.read',
  icon: 'platforms',
  order: 70,
  component: () => import('./PlatformsPage.vue'),
}
