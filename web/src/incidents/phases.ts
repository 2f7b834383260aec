/** Which way does an incident go? The main line of phases, and where one stands on it. */
import type { Disposition, IncidentDetail, IncidentKind, Phase, TaskState } from '@/kit/types'

/** The main line; the other phases are side tracks shown by name. */
export const MAIN_LINE: Phase[] = ['new', 'triage', 'accepted', 'dispatching', 'responding', 'on_scene', 'controlled', 'recovery', 'closing', 'closed']

/** Whether something may still be done about it. */
export const isOpen = (phase: Phase): boolean => !['closed', 'rejected', 'duplicate', 'void'].includes(phase)

export const KINDS: IncidentKind[] = [
  'flood', 'waterlogging', 'landslide', 'earthquake', 'road_accident', 'fire', 'forest_fire', 'hazmat', 'medical', 'public_health',
  'elder_help', 'crowd', 'construction', 'utility', 'other',
]

export const DISPOSITIONS: Disposition[] = ['resolved', 'false_alarm', 'transferred', 'duplicate', 'exercise', 'no_action']

export const OPEN_TASK_STATES: TaskState[] = ['offered', 'accepted', 'en_route', 'on_scene', 'working']

/** Phases that ask for a reason before they are entered. */
export const NEEDS_REASON: Phase[] = ['suspended', 'transferred', 'rejected', 'duplicate', 'reopened']

/** How far along the main line a phase is; -1 for side tracks. */
export function placeOf(phase: Phase): number {
  return MAIN_LINE.indexOf(phase)
}

export interface Block {
  key: 'tasks' | 'alarms'
  count: number
  grave: boolean
}

/** What still stands in the way of closing: open tasks block, active alarms are a warning. */
export function blocksOf(incident: IncidentDetail): Block[] {
  const tasks = incident.task_list.filter((task) => OPEN_TASK_STATES.includes(task.state)).length
  const alarms = incident.alarms.filter((alarm) => alarm.active).length
  const found: Block[] = [
    { key: 'tasks', count: tasks, grave: true },
    { key: 'alarms', count: alarms, grave: false },
  ]
  return found.filter((block) => block.count > 0)
}
