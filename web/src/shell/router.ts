/** Which address shows which page, and who is let in? */
import { createRouter, createWebHistory } from 'vue-router'
import type { RouteRecordRaw, Router } from 'vue-router'
import { discoverPages } from '@/kit/page'
import type { PageManifest } from '@/kit/page'
import type { useSession } from './session'
import { applyTheme } from './theme'

declare module 'vue-router' {
  interface RouteMeta {
    page?: PageManifest
  }
}

export const pages = discoverPages()

function routeOf(page: PageManifest): RouteRecordRaw {
  return { name: page.name, path: page.path, component: page.component, meta: { page } } as RouteRecordRaw
}

/** The first page the person may open: the inbox for the desk, the field page for those outside. */
export function homeOf(session: ReturnType<typeof useSession>): string {
  const role = session.user?.role
  const field = pages.find((page) => page.name === 'field')
  if (role === 'field_worker' && field && session.can(field.permission)) return field.path
  return pages.find((page) => page.nav !== false && page.layout !== 'bare' && session.can(page.permission))?.path ?? '/none'
}

/** The router; it asks once who is signed in and sends strangers to the sign-in page. */
export function makeRouter(session: ReturnType<typeof useSession>): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { name: 'sign-in', path: '/sign-in', component: () => import('./SignIn.vue') },
      { name: 'home', path: '/', component: () => import('./NotFound.vue'), beforeEnter: () => homeOf(session) },
      ...pages.map(routeOf),
      { name: 'not-found', path: '/:rest(.*)*', component: () => import('./NotFound.vue') },
    ],
  })
  router.beforeEach(async (to) => {
    if (to.name === 'sign-in' || session.session) return true
    try {
      if (await session.resume()) return true
    } catch {
      // A field phone without network must still open its page; the page itself says that it is offline.
      if (to.meta.page?.layout === 'bare') return true
      return { name: 'sign-in', query: { to: to.fullPath, offline: '1' } }
    }
    return { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  })
  router.afterEach((to) => applyTheme(to.meta.page?.layout === 'bare' ? 'light' : undefined))
  return router
}
