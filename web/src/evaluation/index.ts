/** Where is the evaluation of cases (评价), and who may open it? */
import type { PageManifest } from '@/kit/page'

export const page: PageManifest = {
  name: 'evaluation',
  path: '/evaluation',
  title: { zh: '评价', en: 'Evaluation' },
  permission: 'cases.read',
  icon: 'evaluation',
  order: 24,
  component: () => import('./EvaluationPage.vue'),
}
