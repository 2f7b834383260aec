/** Where are exercises made, driven and entered, and who may open these pages? */
import type { PageManifest } from '@/kit/page'

const DRILLS = { zh: '演练', en: 'Exercises' }

export const pages: PageManifest[] = [
  { name: 'drills', path: '/drills', title: DRILLS, permission: 'drills.read', icon: 'drills', order: 62, component: () => import('./DrillList.vue') },
  {
    name: 'drill-new',
    path: '/drills/new',
    title: { zh: '编排演练', en: 'Design an exercise' },
    permission: 'drills.write',
    nav: false,
    parent: 'drills',
    order: 62,
    component: () => import('./DrillDesigner.vue'),
  },
  {
    name: 'drill-join',
    path: '/drills/join',
    title: { zh: '进入演练', en: 'Enter an exercise' },
    permission: 'drills.join',
    layout: 'bare',
    nav: false,
    order: 62,
    component: () => import('./JoinPage.vue'),
  },
  {
    name: 'drill',
    path: '/drills/:id',
    title: { zh: '导调室', en: 'Control room' },
    permission: 'drills.read',
    nav: false,
    parent: 'drills',
    order: 62,
    component: () => import('./ControlRoom.vue'),
  },
]
