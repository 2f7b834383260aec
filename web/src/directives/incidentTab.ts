/** Where does the workspace show the directives of an incident, and the leader's instruction? */
import type { IncidentTab } from '@/incidents/tabs'

export const tab: IncidentTab = {
  name: 'directives',
  title: { zh: '督办', en: 'Directives' },
  order: 25,
  permission: 'directives.read',
  component: () => import('./DirectivesPanel.vue'),
}
