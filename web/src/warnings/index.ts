/** Where is the public warned, and who may open it? */
import type { PageManifest } from '@/kit/page'

export const pages: PageManifest[] = [
  {
    name: 'warnings',
    path: '/warnings',
    title: { zh: '预警发布', en: 'Public warnings' },
    permission: 'warnings.read',
    icon: 'warnings',
    order: 26,
    component: () => import('./WarningList.vue'),
  },
  {
    name: 'warning-new',
    path: '/warnings/new',
    title: { zh: '新建预警', en: 'New warning' },
    permission: 'warnings.write',
    nav: false,
    parent: 'warnings',
    order: 26,
    component: () => import('./WarningEditor.vue'),
  },
  {
    name: 'warning',
    path: '/warnings/:id',
    title: { zh: '预警', en: 'Warning' },
    permission: 'warnings.read',
    nav: false,
    parent: 'warnings',
    order: 26,
    component: () => import('./WarningPage.vue'),
  },
  {
    name: 'warning-edit',
    path: '/warnings/:id/edit',
    title: { zh: '修改预警', en: 'Edit warning' },
    permission: 'warnings.write',
    nav: false,
    parent: 'warnings',
    order: 26,
    component: () => import('./WarningEditor.vue'),
  },
]
