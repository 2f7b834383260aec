/** Where are several calls, waiting units and units on their way weighed together, and who may order? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'dispatch',
  path: '/dispatch',
  title: { zh: '统筹调派', en: 'Dispatch' },
  permission: 'tasks.assign',
  icon: 'dispatch',
  order: 22,
  component: () => import('./DispatchPage.vue'),
}
