/** Where does one see which plan the county acts on, and who may open it? */
import type { PageManifest } from '@/kit/page'

export const pages: PageManifest[] = [
  {
    name: 'responses',
    path: '/responses',
    title: { zh: '预案响应', en: 'Responses' },
    permission: 'responses.read',
    icon: 'responses',
    order: 24,
    component: () => import('./ResponseList.vue'),
  },
  {
    name: 'response',
    path: '/responses/:id',
    title: { zh: '预案响应', en: 'Response' },
    permission: 'responses.read',
    nav: false,
    parent: 'responses',
    order: 24,
    component: () => import('./ResponsePage.vue'),
  },
]
