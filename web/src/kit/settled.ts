/** When has somebody stopped typing? What waits for it is forgotten when they go to another page. */
import { onBeforeUnmount } from 'vue'
import { useRouter } from 'vue-router'

/** A call that runs once no other has come for `ms`; the last one counts. */
export function useSettled(act: () => void, ms: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const forget = (): void => clearTimeout(timer)
  const off = useRouter().beforeEach((to, from) => {
    if (to.path !== from.path) forget()
  })
  onBeforeUnmount(() => {
    off()
    forget()
  })
  return () => {
    forget()
    timer = setTimeout(act, ms)
  }
}
