/** Which words of the contract does the desk use of tasks beyond the task itself? */
import type { components } from '@/kit/api.gen'

export type Panic = components['schemas']['PanicOut']
export type Panics = components['schemas']['PanicsOut']
export type TaskDetail = components['schemas']['TaskDetailOut']
export type Stamp = components['schemas']['StampOut']
