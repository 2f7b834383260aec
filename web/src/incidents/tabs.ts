/** Which tabs has the incident workspace? Each area brings its own by a file `incidentTab.ts` in its folder. */
import type { Component } from 'vue'
import type { Permission, Text } from '@/kit/types'

export interface IncidentTab {
  /** Unique; goes into the address (`?tab=reports`). */
  name: string
  title: Text
  /** Place in the row, small first; dispatching is 10. */
  order: number
  permission: Permission
  /** Gets the prop `incident`, emits `changed` when the workspace must load again. */
  component: () => Promise<Component | { default: Component }>
}

interface TabModule {
  tab?: IncidentTab
  tabs?: IncidentTab[]
}

/** Every tab found in the web areas, in order. */
export function discoverTabs(): IncidentTab[] {
  const modules = Object.values(import.meta.glob<TabModule>('../*/incidentTab.ts', { eager: true }))
  const tabs = modules.flatMap((module) => [...(module.tab ? [module.tab] : []), ...(module.tabs ?? [])])
  return tabs.sort((a, b) => a.order - b.order || a.name.localeCompare(b.name))
}
