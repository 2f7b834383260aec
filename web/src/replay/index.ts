/** Where is a past period replayed, and who may open the page? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'replay',
  path: '/replay',
  title: { zh: '回放', en: 'Replay' },
  permission: 'reviews.read',
  icon: 'replay',
  order: 66,
  component: () => import('./ReplayPage.vue'),
}
