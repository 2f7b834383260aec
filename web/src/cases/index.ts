/** Where are the cases (案件), where are they told on the telephone, and who may open them? */
import type { PageManifest } from '@/kit/page'

export const pages: PageManifest[] = [
  {
    name: 'cases',
    path: '/cases',
    title: { zh: '案件', en: 'Cases' },
    permission: 'cases.read',
    icon: 'cases',
    order: 23,
    component: () => import('./CasesBoard.vue'),
  },
  {
    name: 'case-intake',
    path: '/cases/intake',
    title: { zh: '热线受理', en: 'Hotline' },
    permission: 'cases.write',
    nav: false,
    parent: 'cases',
    component: () => import('./IntakePage.vue'),
  },
]
