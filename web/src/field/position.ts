/** Where is this phone now? Asked only when something is reported, never followed. */

export interface Place {
  lon: number
  lat: number
  accuracy_m: number
}

const RECENT_MS = 60_000

/** The place within the time given, or null: a report never waits long for it. */
export function placeNow(timeoutMs: number): Promise<Place | null> {
  const asked = globalThis.navigator?.geolocation as Geolocation | null | undefined
  if (!asked) return Promise.resolve(null)
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(null), timeoutMs)
    const done = (place: Place | null): void => {
      clearTimeout(late)
      resolve(place)
    }
    asked.getCurrentPosition(
      ({ coords }) => done({ lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy }),
      () => done(null),
      { enableHighAccuracy: true, timeout: timeoutMs, maximumAge: RECENT_MS },
    )
  })
}

/** What opens the phone's own map at a place. */
export function geoLink(lon: number, lat: number, name: string): string {
  const at = `${lat},${lon}`
  return `geo:${at}?q=${at}(${encodeURIComponent(name)})`
}
