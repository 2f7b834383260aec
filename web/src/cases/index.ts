/** Where are the cases (案件), and who may open them? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'cases',
  path: '/cases',
  title: { zh: '案件', en: 'Cases' },
  permission: 'cases.read',
  icon: 'cases',
  order: 23,
  component: () => import('./CasesBoard.vue'),
}
