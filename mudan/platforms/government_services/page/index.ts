/** Where is the page of government services, and who may open it? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'government_services',
  path: '/government_services',
  title: { zh: '智慧政务', en: 'Government services' },
  permission: 'records.read',
  icon: 'government_services',
  component: () => import('./Page.vue'),
}
