/** Where are the reviews of incidents, responses and exercises listed and read, and who may open them? */
import type { PageManifest } from '@/kit/page'

export const pages: PageManifest[] = [
  {
    name: 'reviews',
    path: '/reviews',
    title: { zh: '复盘', en: 'Reviews' },
    permission: 'reviews.read',
    icon: 'reviews',
    order: 64,
    component: () => import('./ReviewsPage.vue'),
  },
  {
    name: 'review',
    path: '/reviews/:kind/:id',
    title: { zh: '复盘报告', en: 'Review' },
    permission: 'reviews.read',
    nav: false,
    parent: 'reviews',
    order: 64,
    component: () => import('./ReviewPage.vue'),
  },
]
