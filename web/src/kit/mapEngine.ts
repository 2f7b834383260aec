/** How is MapLibre started? Its worker from our own origin, no fading, no flying, no way out of the region. */
import { Map as MapLibreMap, NavigationControl, ScaleControl, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import 'maplibre-gl/dist/maplibre-gl.css'
import type { StyleSpecification } from 'maplibre-gl'
import { COUNTY_BOUNDS, FURTHEST_BOUNDS } from './basemap'

let workerSet = false

/** A map in `container`, fitted to the county. */
export function startMap(container: HTMLElement, style: StyleSpecification, locale: 'zh' | 'en'): MapLibreMap {
  if (!workerSet) setWorkerUrl(workerUrl)
  workerSet = true
  const map = new MapLibreMap({
    container,
    style,
    bounds: COUNTY_BOUNDS,
    fitBoundsOptions: { padding: 20 },
    maxBounds: FURTHEST_BOUNDS,
    maxPitch: 0,
    dragRotate: false,
    fadeDuration: 0,
    attributionControl: false,
    locale: {
      'NavigationControl.ZoomIn': locale === 'zh' ? '放大' : 'Zoom in',
      'NavigationControl.ZoomOut': locale === 'zh' ? '缩小' : 'Zoom out',
    },
  })
  map.touchZoomRotate.disableRotation()
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
  map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-right')
  return map
}
