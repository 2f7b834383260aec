/** Which data space does this desk look at: reality or an exercise? Entered and left with a page loaded anew. */
import { post } from '@/kit/api'

export interface Space {
  id: number
  name: string
}

const KEY = 'mudan.space'

/** The one way to load a page anew; nothing that was shown of one space outlives it. */
export const page = {
  loadAnew: (path: string): void => location.assign(path),
}

/** What this browser last knew, for a phone that opens without network. */
export function rememberedSpace(): Space {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Space | null
    return kept && Number.isInteger(kept.id) ? kept : { id: 0, name: '' }
  } catch {
    return { id: 0, name: '' }
  }
}

/** Keep what the centre said; other windows of this browser hear of a change. */
export function rememberSpace(space: Space): void {
  try {
    const known = rememberedSpace()
    if (known.id !== space.id || known.name !== space.name) localStorage.setItem(KEY, JSON.stringify(space))
  } catch {
    // A browser that keeps nothing still shows what the session says.
  }
}

/** Look at a space from now on (0: reality) and begin at `path` again. Throws ApiError. */
export async function enterSpace(id: number, path = '/'): Promise<void> {
  await post('/api/session/space', { space: id })
  rememberSpace({ id, name: '' })
  page.loadAnew(path)
}

/**
 * Load anew when another window of this browser has changed the space: they share one session, and this window
 * would go on to show the one space while it writes into the other. Gives the function that ends it.
 */
export function followSpace(shown: () => number): () => void {
  const heard = (event: StorageEvent): void => {
    if (event.key === KEY && rememberedSpace().id !== shown()) page.loadAnew(location.pathname)
  }
  window.addEventListener('storage', heard)
  return () => window.removeEventListener('storage', heard)
}
