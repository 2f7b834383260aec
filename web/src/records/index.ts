/** Where is the exchange with other systems, and who may open it? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'records',
  path: '/exchange',
  title: { zh: '数据交换', en: 'Exchange' },
  permission: 'records.read',
  icon: 'records',
  order: 71,
  component: () => import('./ExchangePage.vue'),
}
