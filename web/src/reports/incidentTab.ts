/** Where does the incident's workspace show what is reported, and its forms? */
import type { IncidentTab } from '@/incidents/tabs'

export const tabs: IncidentTab[] = [
  {
    name: 'reports',
    title: { zh: '报告', en: 'Reports' },
    order: 30,
    permission: 'reports.read',
    component: () => import('./ReportsPanel.vue'),
  },
  {
    name: 'forms',
    title: { zh: '表单', en: 'Forms' },
    order: 90,
    permission: 'incidents.read',
    component: () => import('./FormsPanel.vue'),
  },
]
