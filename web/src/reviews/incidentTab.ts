/** Where does the incident's workspace show what can be learned from it? */
import type { IncidentTab } from '@/incidents/tabs'

export const tab: IncidentTab = {
  name: 'review',
  title: { zh: '复盘', en: 'Review' },
  order: 95,
  permission: 'reviews.read',
  component: () => import('./ReviewPanel.vue'),
}
