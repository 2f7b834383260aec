/** Where does the workspace show whom one called about an incident? */
import type { IncidentTab } from '@/incidents/tabs'

export const tab: IncidentTab = {
  name: 'calls',
  title: { zh: '叫应', en: 'Calls' },
  order: 30,
  permission: 'duty.read',
  component: () => import('./CallsPanel.vue'),
}
