/** Where are stores, shelters, needs and orders, and who may open them? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'supplies',
  path: '/supplies',
  title: { zh: '物资安置', en: 'Supplies' },
  permission: 'supplies.read',
  icon: 'supplies',
  order: 40,
  component: () => import('./SuppliesPage.vue'),
}
