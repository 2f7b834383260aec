/** Are cells drawn by their shapes, many as one mark, and only when somebody asks for them? */
import { afterEach, describe, expect, it } from 'vitest'
import { disconnect } from '@/kit/live'
import { answer, type Asked } from '@/kit/testing/http'
import { hook, settled, stage } from '@/kit/testing/mount'
import type { Stage } from '@/kit/testing/mount'
import { sampleSession } from '@/kit/testing/samples'
import type { Session } from '@/kit/types'
import MapPage from './MapPage.vue'
import { around, codeOf, featuresOf, type Shape, type Shapes } from './shapes'

const AT = '2026-11-23T01:00:00Z'
const URN = 'urn:ngsi-ld:GridCell:500231001001003'
const RING = [[107.3, 30.3], [107.301, 30.3], [107.301, 30.301], [107.3, 30.3]]
const CELL: Shape = { urn: URN, type: 'GridCell', name: { zh: '示例·单元网格', en: 'cell' }, area_code: '500231001001003', place: { type: 'Polygon', coordinates: [RING] }, example: true, open: 2, overdue: 1 }
const FOUND: Shapes = { items: [CELL], clusters: [], as_of: AT }

/** Somebody who may read cases too. */
function reader(): Session {
  const session = sampleSession()
  return { ...session, user: { ...session.user, permissions: [...session.user.permissions, 'cases.read'] } }
}

describe('the shapes', () => {
  it('keep a cell as a polygon with its open cases and mark the one that was clicked', () => {
    const [one] = featuresOf(FOUND, (text) => text.zh, URN).features
    expect(one?.geometry.type).toBe('Polygon')
    expect(one?.properties).toMatchObject({ id: URN, open: 2, overdue: 1, chosen: true, label: '示例·单元网格 500231001001003' })
  })

  it('are one mark with a number where they are too many to draw', () => {
    const [one] = featuresOf({ items: [], clusters: [{ lon: 107.3, lat: 30.3, count: 900 }], as_of: AT }, (text) => text.zh).features
    expect(one?.geometry).toEqual({ type: 'Point', coordinates: [107.3, 30.3] })
    expect(one?.properties).toMatchObject({ count: 900 })
  })

  it('are asked for in a square of metres around a place', () => {
    const box = around(107.3, 30.3, 300)
    expect((box.north - box.south) * 111_195).toBeCloseTo(600, 3)
    expect(box.east - box.west).toBeGreaterThan(box.north - box.south)
    expect(codeOf(URN)).toBe('500231001001003')
  })
})

describe('the layer on the map', () => {
  let shown: Stage | null = null
  afterEach(() => {
    shown?.wrapper.unmount()
    disconnect()
    document.body.innerHTML = ''
  })

  async function open(path: string): Promise<Asked[]> {
    const none = { items: [], total: 0, next: null, as_of: AT }
    const cell = {
      urn: URN, type: 'GridCell', name: CELL.name, platform: 'urban_management', area_code: CELL.area_code, area_name: { zh: '桂溪街道', en: 'Guixi' }, department: null, lon: 107.3, lat: 30.3,
      properties: { responsibility_grid: 'ZR-1', example: true }, online: null, latest: {}, worst_level: null,
    }
    const asked = answer({
      'GET /api/entities': none, 'GET /api/units': none, 'GET /api/incidents': none, 'GET /api/map/layers': none,
      'GET /api/shapes': (call: Asked) => (call.query.get('type') === 'GridCell' ? FOUND : { ...FOUND, items: [] }),
      [`GET /api/entities/${encodeURIComponent(URN)}`]: cell,
      'GET /api/entities/urn:ngsi-ld:ResponsibilityGrid:ZR-1': { ...cell, properties: { post: '示例·采集岗' } },
      'GET /api/cases': { ...none, total: 1, items: [{ id: 'c1', number: 'CGS20261123-0001', title: '暴露垃圾', next_due_at: null }] },
    })
    shown = await stage(MapPage, path, '/map', reader())
    return asked
  }
  const later = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 350))
    await settled()
  }
  const types = (asked: Asked[]): (string | null)[] => asked.filter((call) => call.path === '/api/shapes').map((call) => call.query.get('type'))

  it('is off until somebody switches it on, and then asks for what is seen', async () => {
    const asked = await open('/map')
    await later()
    expect(types(asked)).toEqual([])
    hook<HTMLInputElement>('layer-cells')?.click()
    await later()
    expect(types(asked)).toEqual(['GridCell'])
    expect(document.querySelector('[data-track="cells-0"]')).not.toBeNull()
    expect(hook('layer-cells')?.parentElement?.textContent).toContain('图内 1')
  })

  it('tells the code of a cell that is clicked, the post that answers for it and the cases open in it', async () => {
    await open('/map')
    hook<HTMLInputElement>('layer-cells')?.click()
    await later()
    document.querySelector('[data-track="cells-0"]')?.dispatchEvent(new MouseEvent('click', { bubbles: true }))
    await settled()
    expect(hook('shape-code')?.textContent).toBe('500231001001003')
    expect(hook('shape-post')?.textContent).toBe('示例·采集岗')
    expect(hook('shape-cases')?.textContent).toContain('CGS20261123-0001')
  })

  it('is on where the address names a cell', async () => {
    const asked = await open(`/map?shape=${encodeURIComponent(URN)}`)
    await later()
    expect(types(asked)).toContain('GridCell')
    expect(hook('shape-code')?.textContent).toBe('500231001001003')
  })
})
