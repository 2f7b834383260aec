/** Which words of the wire do notices use? */
import type { components } from '@/kit/api.gen'

export type Notice = components['schemas']['NoticeOut']
export type Notices = components['schemas']['NoticesOut']
