/** Where does the workspace show what hangs together with an incident? */
import type { IncidentTab } from './tabs'

export const tab: IncidentTab = {
  name: 'relations',
  title: { zh: '关联', en: 'Relations' },
  order: 40,
  permission: 'incidents.read',
  component: () => import('./RelationsPanel.vue'),
}
