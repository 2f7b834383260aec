/** Where are the indicators, and who may open them? */
import type { PageManifest } from '../kit/page'

export const page: PageManifest = {
  name: 'kpis',
  path: '/kpis',
  title: { zh: '运行指标', en: 'Indicators' },
  permission: 'kpis.read',
  icon: 'kpis',
  order: 75,
  component: () => import('./KpisPage.vue'),
}
