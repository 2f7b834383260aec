/** How are deadlines said on the wire? */
import type { components } from '@/kit/api.gen'

export type Deadline = components['schemas']['DeadlineOut']
export type Deadlines = components['schemas']['DeadlinesOut']
