/** Where is the duty room, and who may open it? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'duty',
  path: '/duty',
  title: { zh: '值班', en: 'Duty' },
  permission: 'duty.read',
  icon: 'duty',
  order: 26,
  component: () => import('./DutyPage.vue'),
}
