"""How is a place picked on the public form's map? By a tap, by the arrow keys, by a name; without it all else works."""

from typing import Final

MAP_SCRIPT: Final = """
const opener = document.getElementById('map-open')
const box = document.getElementById('map')
if (opener && box) {
  const NS = 'http://www.w3.org/2000/svg'
  const lon = document.getElementById('lon')
  const lat = document.getElementById('lat')
  const said = document.getElementById('map-said')
  const svg = document.createElementNS(NS, 'svg')
  const mark = document.createElementNS(NS, 'path')
  const view = { x: 0, y: 0, w: 1000, h: 1000 }
  let full = null
  let flat = 1
  let begun = false
  const words = box.dataset
  const X = (degrees) => (degrees - full.west) * flat * full.scale
  const Y = (degrees) => (full.north - degrees) * full.scale
  const show = () => {
    svg.setAttribute('viewBox', [view.x, view.y, view.w, view.h].join(' '))
    const placed = lon.value !== '' && lat.value !== ''
    const r = view.w / 40
    svg.style.fontSize = `${view.w / 26}px`
    mark.setAttribute('d', placed ? `M${X(+lon.value) - r} ${Y(+lat.value)}h${2 * r}m${-r} ${-r}v${2 * r}` : '')
    said.textContent = placed ? words.placed.replace('{lat}', lat.value).replace('{lon}', lon.value) : words.none
  }
  const put = (x, y) => {
    if (x < 0 || y < 0 || x > full.w || y > full.h) return
    lon.value = (full.west + x / flat / full.scale).toFixed(6)
    lat.value = (full.north - y / full.scale).toFixed(6)
    show()
  }
  const zoom = (by) => {
    const middle = lon.value !== '' ? [X(+lon.value), Y(+lat.value)] : [view.x + view.w / 2, view.y + view.h / 2]
    const w = Math.min(full.w, Math.max(full.w / 64, view.w * by))
    view.h = (view.h * w) / view.w
    view.w = w
    view.x = middle[0] - view.w / 2
    view.y = middle[1] - view.h / 2
    if (w === full.w) { view.x = 0; view.y = 0; view.h = full.h }
    show()
  }
  const lines = (shape) => ({ LineString: (c) => [c], MultiLineString: (c) => c, Polygon: (c) => c,
    MultiPolygon: (c) => c.flat() }[shape.type] ?? (() => []))(shape.coordinates)
  const draw = (layers) => {
    const points = Object.values(layers).flatMap((one) => one.features).flatMap((one) =>
      one.geometry.type === 'Point' ? [one.geometry.coordinates] : lines(one.geometry).flat())
    const bounds = (layers.outline?.features ?? []).flatMap((one) => lines(one.geometry).flat())
    const known = bounds.length ? bounds : points
    if (!known.length) throw new Error('empty')
    const least = (at) => known.reduce((found, one) => Math.min(found, one[at]), Infinity)
    const most = (at) => known.reduce((found, one) => Math.max(found, one[at]), -Infinity)
    full = { west: least(0), north: most(1), scale: 1 }
    flat = Math.cos(((least(1) + most(1)) / 2) * Math.PI / 180)
    full.scale = 1000 / ((most(0) - full.west) * flat || 1)
    full.w = 1000
    full.h = (full.north - least(1)) * full.scale
    Object.assign(view, { x: 0, y: 0, w: full.w, h: full.h })
    for (const [name, layer] of Object.entries(layers)) {
      const path = document.createElementNS(NS, 'path')
      path.setAttribute('class', `map-${name}`)
      path.setAttribute('d', layer.features.flatMap((one) => lines(one.geometry)).map((line) =>
        'M' + line.map((at) => `${X(at[0]).toFixed(1)} ${Y(at[1]).toFixed(1)}`).join('L')).join(''))
      svg.append(path)
      for (const one of layer.features.filter((each) => each.geometry.type === 'Point')) {
        const label = document.createElementNS(NS, 'text')
        const named = one.properties
        const english = document.documentElement.lang === 'en' && named.name_en
        label.textContent = english || named.name_zh || named.name || ''
        label.setAttribute('x', X(one.geometry.coordinates[0]))
        label.setAttribute('y', Y(one.geometry.coordinates[1]))
        svg.append(label)
      }
    }
    mark.setAttribute('class', 'map-mark')
    svg.append(mark)
    svg.setAttribute('tabindex', '0')
    svg.setAttribute('role', 'application')
    svg.setAttribute('aria-label', words.label)
    document.getElementById('map-sheet').append(svg)
    show()
  }
  opener.hidden = false
  opener.addEventListener('click', async () => {
    box.hidden = !box.hidden
    opener.setAttribute('aria-expanded', String(!box.hidden))
    if (begun || box.hidden) return
    begun = true
    try {
      const answer = await fetch('/public/map.json')
      if (!answer.ok) throw new Error(String(answer.status))
      draw(await answer.json())
    } catch {
      begun = false
      said.textContent = words.failed
    }
  })
  let from = null
  svg.addEventListener('pointerdown', (event) => { from = [event.clientX, event.clientY, view.x, view.y] })
  svg.addEventListener('pointermove', (event) => {
    if (!from || Math.hypot(event.clientX - from[0], event.clientY - from[1]) < 9) return
    const size = view.w / svg.getBoundingClientRect().width
    view.x = from[2] - (event.clientX - from[0]) * size
    view.y = from[3] - (event.clientY - from[1]) * size
    show()
  })
  svg.addEventListener('pointercancel', () => { from = null })
  svg.addEventListener('pointerup', (event) => {
    if (from && Math.hypot(event.clientX - from[0], event.clientY - from[1]) < 9) {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse())
      put(at.x, at.y)
    }
    from = null
  })
  svg.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
    if (step) {
      event.preventDefault()
      const here = lon.value !== '' ? [X(+lon.value), Y(+lat.value)] : [view.x + view.w / 2, view.y + view.h / 2]
      put(here[0] + (step[0] * view.w) / 50, here[1] + (step[1] * view.w) / 50)
    } else if (event.key === '+' || event.key === '=') zoom(0.5)
    else if (event.key === '-') zoom(2)
  })
  document.getElementById('map-in').addEventListener('click', () => full && zoom(0.5))
  document.getElementById('map-out').addEventListener('click', () => full && zoom(2))
  document.getElementById('map-none').addEventListener('click', () => {
    lon.value = ''
    lat.value = ''
    if (full) show()
  })
  document.addEventListener('placed', () => { if (full) zoom(1) })
  const sought = document.getElementById('map-q')
  const list = document.getElementById('map-found')
  const seek = async () => {
    list.replaceChildren()
    if (!full || !sought.value.trim()) return
    const answer = await fetch('/public/places?q=' + encodeURIComponent(sought.value.trim())).catch(() => null)
    const items = answer?.ok ? (await answer.json()).items : null
    said.textContent = !items ? words.failed : items.length ? '' : words.unknown
    for (const one of items ?? []) {
      const button = document.createElement('button')
      button.type = 'button'
      button.textContent = document.documentElement.lang === 'en' ? one.name.en || one.name.zh : one.name.zh
      button.addEventListener('click', () => {
        put(X(one.lon), Y(one.lat))
        view.h = (view.h * full.w / 8) / view.w
        view.w = full.w / 8
        zoom(1)
        list.replaceChildren()
        svg.focus()
      })
      list.append(button)
    }
  }
  document.getElementById('map-seek').addEventListener('click', seek)
  sought.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') { event.preventDefault(); void seek() }
  })
}
"""
