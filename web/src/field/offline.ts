/** How does the page open without network? A service worker keeps the shell; without one all else still works. */
import { keepFiles } from './shell'
import worker from './worker?worker&url'

/**
 * Registers the shell's cache for the field page. The centre must allow the scope by the header
 * `Service-Worker-Allowed: /`; in-app browsers often have no service workers at all.
 */
export async function startWorker(): Promise<boolean> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return false
  try {
    await navigator.serviceWorker.register(worker, { scope: '/', type: 'module' })
    await navigator.serviceWorker.ready
    // What was loaded before the worker took over has not passed through it.
    await keepFiles(loadedFiles())
    return true
  } catch {
    // Refused by the browser or the scope: the queue does not depend on it.
    return false
  }
}

function loadedFiles(): string[] {
  const paths = performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname)
  return [...new Set(paths.filter((path) => path.startsWith('/assets/')))]
}
