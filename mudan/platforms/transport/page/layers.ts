/** How are vehicles and a track drawn on the map? Greys; the alarm marks are the only colours. */
import type { LayerSpecification } from 'maplibre-gl'

export const LAYERS: LayerSpecification[] = [
  {
    id: 'track',
    type: 'line',
    source: 'track',
    layout: { 'line-join': 'round', 'line-cap': 'round' },
    paint: { 'line-color': '#9fb3c8', 'line-width': 3, 'line-opacity': 0.8 },
  },
  {
    id: 'vehicles-chosen',
    type: 'circle',
    source: 'vehicles',
    filter: ['==', ['get', 'chosen'], true],
    paint: { 'circle-radius': 18, 'circle-opacity': 0, 'circle-stroke-width': 2, 'circle-stroke-color': '#d7dade' },
  },
  {
    id: 'vehicles',
    type: 'symbol',
    source: 'vehicles',
    layout: {
      'icon-image': ['get', 'icon'],
      'icon-rotate': ['get', 'heading'],
      'icon-rotation-alignment': 'map',
      'icon-allow-overlap': true,
      'text-field': ['get', 'label'],
      'text-font': ['Noto Sans CJK SC', 'sans-serif'],
      'text-size': 11,
      'text-anchor': 'top',
      'text-offset': [0, 1.1],
      'text-optional': true,
    },
    paint: { 'text-color': '#d7dade', 'text-halo-color': '#17191c', 'text-halo-width': 1.2 },
  },
  {
    id: 'vehicles-level',
    type: 'symbol',
    source: 'vehicles',
    filter: ['>', ['get', 'level'], 0],
    layout: {
      'icon-image': ['concat', 'level-', ['to-string', ['get', 'level']]],
      'icon-size': 0.75,
      'icon-offset': [20, -20],
      'icon-allow-overlap': true,
    },
  },
]
