/** What does a page tell the shell about itself, and which pages are there? */
import type { Component } from 'vue'
import type { Permission, Text } from './types'

export interface PageManifest {
  /** Unique route name, for example `water` or `alarms`. */
  name: string
  /** Absolute path, for example `/water`; may hold parameters (`/incidents/:id`). */
  path: string
  title: Text
  /** Who may open it; null for everyone who is signed in. */
  permission: Permission | null
  /** Name of a drawing in the shell's icon set; a neutral mark when absent. */
  icon?: string
  component: () => Promise<Component | { default: Component }>
  /** `console` (default) has header and navigation; `bare` fills the window in the light theme. */
  layout?: 'console' | 'bare'
  /** False keeps the page out of the navigation (detail pages). */
  nav?: boolean
  /** Place in the navigation, small first; platforms default to 50. */
  order?: number
  /** Name of the page above this one in the breadcrumb. */
  parent?: string
}

interface PageModule {
  page?: PageManifest
  pages?: PageManifest[]
}

/** Every page found in the web areas and the platforms' folders, in navigation order. */
export function discoverPages(): PageManifest[] {
  const areas = import.meta.glob<PageModule>(['../*/index.ts', '!./index.ts'], { eager: true })
  const platforms = import.meta.glob<PageModule>('../../../mudan/platforms/*/page/index.ts', { eager: true })
  const modules = [...Object.values(areas), ...Object.values(platforms)]
  const pages = modules.flatMap((module) => [...(module.page ? [module.page] : []), ...(module.pages ?? [])])
  return pages.sort((a, b) => (a.order ?? 50) - (b.order ?? 50) || a.name.localeCompare(b.name))
}
