/** Where are incidents listed and worked on, and who may open them? */
import type { PageManifest } from '@/kit/page'

export const pages: PageManifest[] = [
  {
    name: 'incidents',
    path: '/incidents',
    title: { zh: '事件处置', en: 'Incidents' },
    permission: 'incidents.read',
    icon: 'incidents',
    order: 20,
    component: () => import('./IncidentList.vue'),
  },
  {
    name: 'incident',
    path: '/incidents/:id',
    title: { zh: '事件工作台', en: 'Incident workspace' },
    permission: 'incidents.read',
    nav: false,
    parent: 'incidents',
    order: 20,
    component: () => import('./IncidentWorkspace.vue'),
  },
]
