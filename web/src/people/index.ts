/** Where are the accounts and the audit trail, and who may open them? */
import type { PageManifest } from '../kit/page'

export const pages: PageManifest[] = [
  {
    name: 'people',
    path: '/people',
    title: { zh: '用户与权限', en: 'People' },
    permission: 'people.read',
    icon: 'people',
    order: 80,
    component: () => import('./PeoplePage.vue'),
  },
  {
    name: 'audit',
    path: '/audit',
    title: { zh: '审计', en: 'Audit' },
    permission: 'audit.read',
    icon: 'audit',
    order: 85,
    component: () => import('./AuditPage.vue'),
  },
]
