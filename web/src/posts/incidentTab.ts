/** Where does the incident's workspace show its command post? */
import type { IncidentTab } from '@/incidents/tabs'

export const tab: IncidentTab = {
  name: 'post',
  title: { zh: '指挥部', en: 'Command post' },
  order: 20,
  permission: 'incidents.read',
  component: () => import('./PostPanel.vue'),
}
