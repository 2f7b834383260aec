/** How are numbers, units and distances written? */

/** Signs of the UCUM codes whose code is not what people write. */
const SIGNS: Record<string, string> = {
  '1': '',
  Cel: '°C',
  deg: '°',
  'g/m3': 'g/m³',
  m3: 'm³',
  'm3/s': 'm³/s',
  '[pH]': 'pH',
  '[NTU]': 'NTU',
  'uS/cm': 'µS/cm',
  'ug/L': 'µg/L',
  'kW.h': 'kWh',
  cm2: 'cm²',
}

/** The sign people read for a UCUM code. */
export function unitSign(code: string): string {
  return SIGNS[code] ?? code
}

/** A number with its decimals, or at most two without trailing zeros; `–` when there is none. */
export function numberText(value: number | null | undefined, decimals?: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  return decimals === undefined ? String(Number(value.toFixed(2))) : value.toFixed(decimals)
}

/** `320 m`, `4.2 km`. */
export function distanceText(metres: number | null | undefined): string {
  if (metres === null || metres === undefined) return '–'
  return metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1)} km`
}

const EARTH_RADIUS_M = 6_371_008.8 // IUGG mean radius

/** Straight (great-circle) distance in metres between two WGS-84 places. */
export function distanceM(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
  const rad = Math.PI / 180
  const h =
    Math.sin(((b.lat - a.lat) * rad) / 2) ** 2 +
    Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lon - a.lon) * rad) / 2) ** 2
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(Math.min(1, h)))
}
