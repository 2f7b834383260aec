/** Where does the auditor look at who opened which household, and who may? */
import type { PageManifest } from '../kit/page'

export const page: PageManifest = {
  name: 'openings',
  path: '/openings',
  title: { zh: '信息查看审计', en: 'Openings' },
  permission: 'households.review',
  icon: 'audit',
  order: 86,
  component: () => import('./OpeningsPage.vue'),
}
