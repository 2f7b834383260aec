/** Where are the supervised tasks (督办), and who may open them? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'directives',
  path: '/directives',
  title: { zh: '督办', en: 'Directives' },
  permission: 'directives.read',
  icon: 'directives',
  order: 24,
  component: () => import('./DirectivesBoard.vue'),
}
