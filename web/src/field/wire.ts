/** Which words of the contract does the crews' page use beyond tasks? */
import type { components } from '../kit/api.gen'

export type Panic = components['schemas']['PanicOut']
export type Told = components['schemas']['NoticeOut']
export type Way = components['schemas']['RouteOut']
