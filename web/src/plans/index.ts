/** Where are response plans read, written and brought into force, and who may open them? */
import type { PageManifest } from '@/kit/page'

export const pages: PageManifest[] = [
  {
    name: 'plans',
    path: '/plans',
    title: { zh: '应急预案', en: 'Plans' },
    permission: 'plans.read',
    icon: 'plans',
    order: 34,
    component: () => import('./PlanList.vue'),
  },
  {
    name: 'plan',
    path: '/plans/:slug',
    title: { zh: '预案', en: 'Plan' },
    permission: 'plans.read',
    nav: false,
    parent: 'plans',
    order: 34,
    component: () => import('./PlanPage.vue'),
  },
  {
    name: 'plan-edit',
    path: '/plans/:slug/edit/:number',
    title: { zh: '编写预案', en: 'Write a plan' },
    permission: 'plans.write',
    nav: false,
    parent: 'plans',
    order: 34,
    component: () => import('./PlanEditor.vue'),
  },
]
