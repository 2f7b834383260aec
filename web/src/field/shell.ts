/** Under which name does the phone keep the page's own files? Bound, so that old builds do not pile up. */

export const CACHE = 'mudan-field-1'
const MOST_FILES = 120

/** Keep these built files, and let the oldest go beyond the bound. */
export async function keepFiles(urls: readonly string[]): Promise<void> {
  const cache = await caches.open(CACHE)
  for (const url of urls) {
    if (!(await cache.match(url))) await cache.add(url)
  }
  const kept = (await cache.keys()).filter((request) => new URL(request.url).pathname.startsWith('/assets/'))
  for (const request of kept.slice(0, Math.max(0, kept.length - MOST_FILES))) await cache.delete(request)
}
