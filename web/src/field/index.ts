/** Where is the crews' phone page, and who may open it? */
import type { PageManifest } from '../kit/page'

export const page: PageManifest = {
  name: 'field',
  path: '/field',
  title: { zh: '现场任务', en: 'Field tasks' },
  permission: 'directives.own',
  icon: 'field',
  layout: 'bare',
  order: 60,
  component: () => import('./FieldPage.vue'),
}
