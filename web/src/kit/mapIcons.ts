/** Which small drawings may a map use? Level marks, stations, units and vehicles, painted on a canvas. */
import type { Map as MapLibreMap } from 'maplibre-gl'

/** Names for `icon-image`; `-stale` is the same shape in outline, for things not heard of lately. */
export const ICON_NAMES = [
  'level-1', 'level-2', 'level-3', 'level-4',
  'incident-1', 'incident-2', 'incident-3', 'incident-4',
  'river', 'reservoir', 'rain', 'station', 'vehicle',
  'patrol', 'ambulance', 'fire', 'flood_rescue', 'store', 'shelter', 'store-stale', 'shelter-stale',
  'river-stale', 'reservoir-stale', 'rain-stale', 'station-stale', 'vehicle-stale',
  'patrol-stale', 'ambulance-stale', 'fire-stale', 'flood_rescue-stale',
] as const

const SIZE = 24
const RATIO = 2

/** Outlines on a 24 × 24 grid, by name without `-stale`; also drawn in legends. */
export const SHAPES: Record<string, string> = {
  'level-1': 'M12 2 22.500 21h-21z',
  'level-2': 'M12 1 23 12 12 23 1 12z',
  'level-3': 'M12 2a10 10 0 1 1 0 20a10 10 0 1 1 0-20z',
  'level-4': 'M3 3h18v18H3z',
  river: 'M5 6h14l-7 13z',
  reservoir: 'M4 7h16l-4 11H8z',
  rain: 'M12 4c3.500 5 6 7.500 6 10.500a6 6 0 0 1-12 0C6 11.500 8.500 9 12 4z',
  station: 'M12 6a6 6 0 1 1 0 12a6 6 0 1 1 0-12z',
  vehicle: 'M12 3 18.500 20 12 16.500 5.500 20z',
  incident: 'M12 1.500a10.500 10.500 0 1 1 0 21a10.500 10.500 0 1 1 0-21z',
  patrol: 'M5 4h14v9c0 4-3.500 6.500-7 8c-3.500-1.500-7-4-7-8z',
  ambulance: 'M9 4h6v5h5v6h-5v5H9v-5H4V9h5z',
  fire: 'M12 3c1 4 6 6 6 11.500a6 6 0 0 1-12 0c0-3 2-4 2.500-6.500c1.500 1 2 2 2 3C11.500 9 12.500 6 12 3z',
  store: 'M2.500 6h19v5H20v9.500H4V11H2.500z',
  shelter: 'M3.500 11.500 12 4l8.500 7.500V20H14.500v-6h-5v6H3.500z',
  flood_rescue: 'M3 13h18l-3 6H6zM11 4h2v7h-2z',
}

interface Ink {
  fill: string
  line: string
  text: string
}

/** Add every drawing to a map; `read` gives the value of a theme colour such as `--level-1`. */
export function addIcons(map: MapLibreMap, read: (name: string) => string): void {
  for (const name of ICON_NAMES) {
    if (map.hasImage(name)) continue
    const image = draw(name, read)
    if (image) map.addImage(name, image, { pixelRatio: RATIO })
  }
}

function inkOf(name: string, read: (name: string) => string): Ink {
  const page = read('--page')
  if (name.startsWith('level-')) return { fill: read(`--${name}`), line: page, text: page }
  if (name.endsWith('-stale')) return { fill: page, line: read('--text-2'), text: '' }
  return { fill: read('--trend'), line: page, text: '' }
}

function draw(name: string, read: (name: string) => string): ImageData | null {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = SIZE * RATIO
  const pen = canvas.getContext('2d')
  if (!pen) return null
  pen.scale(RATIO, RATIO)
  if (name.startsWith('incident-')) ringed(pen, name, read)
  else plain(pen, name, inkOf(name, read))
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}

/** An incident is its level's mark within a ring. */
function ringed(pen: CanvasRenderingContext2D, name: string, read: (name: string) => string): void {
  const ring = new Path2D(SHAPES['incident'])
  pen.fillStyle = read('--page')
  pen.strokeStyle = read('--text')
  pen.lineWidth = 2
  pen.fill(ring)
  pen.stroke(ring)
  pen.translate(5.4, 4.6)
  pen.scale(0.55, 0.55)
  const level = name.replace('incident', 'level')
  plain(pen, level, inkOf(level, read))
}

function plain(pen: CanvasRenderingContext2D, name: string, ink: Ink): void {
  const shape = new Path2D(SHAPES[name.replace('-stale', '')])
  pen.lineWidth = 1.5
  pen.fillStyle = ink.fill
  pen.strokeStyle = ink.line
  pen.fill(shape)
  pen.stroke(shape)
  if (ink.text) {
    pen.fillStyle = ink.text
    pen.font = '700 13px sans-serif'
    pen.textAlign = 'center'
    pen.fillText(name.slice(-1), 12, name === 'level-1' ? 19 : 16.5)
  }
}
