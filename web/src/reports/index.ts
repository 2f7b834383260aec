/** Where are calls taken down, and where are the clocks of reports set? */
import type { PageManifest } from '@/kit/page'

export const pages: PageManifest[] = [
  {
    name: 'calls',
    path: '/calls',
    title: { zh: '接报', en: 'Calls' },
    permission: 'incidents.read',
    icon: 'calls',
    order: 15,
    component: () => import('./CallsPage.vue'),
  },
  {
    name: 'report-rules',
    path: '/report-rules',
    title: { zh: '报送时限', en: 'Reporting clocks' },
    permission: 'reports.read',
    nav: false,
    parent: 'calls',
    component: () => import('./RulesPage.vue'),
  },
]
