/** How are rain, level and flow of one station drawn over one time axis? */

import type { EChartsCoreOption } from 'echarts/core'

export type Point = [number, number, number]

export interface Line {
  name: string
  value: number
  /** Drawn stronger: the water stands at or over it. */
  passed: boolean
}

export interface Palette {
  text: string
  quiet: string
  split: string
  trace: string
  rain: string
  flow: string
  panel: string
  font: string
}

export interface Drawing {
  level: { title: string; unit: string; points: readonly Point[] } | null
  rain: { title: string; unit: string; points: readonly Point[] } | null
  flow: { title: string; unit: string; points: readonly Point[] } | null
  limits: readonly Line[]
  from: number
  to: number
  palette: Palette
  narrow: boolean
  time: (ms: number, withDay: boolean) => string
}

const DAY_MS = 86_400_000

/** Rain hangs from the top on an inverted axis, level (and flow) below it, limits as labelled lines. */
export function option(drawing: Drawing): EChartsCoreOption {
  const { palette, level, rain, flow } = drawing
  const both = level !== null && rain !== null
  return {
    animation: false,
    useDirtyRect: false,
    aria: { enabled: true },
    textStyle: { color: palette.text, fontFamily: palette.font },
    grid: grids(both, drawing.narrow, flow !== null),
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      axisPointer: { type: 'line', lineStyle: { color: palette.quiet } },
      backgroundColor: palette.panel,
      borderColor: palette.quiet,
      textStyle: { color: palette.text, fontSize: 12 },
    },
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    xAxis: (both ? [0, 1] : [0]).map((index) => timeAxis(drawing, index, both && index === 0)),
    yAxis: [
      ...(rain ? [valueAxis(rain, palette, { grid: 0, inverse: level !== null, zero: true })] : []),
      ...(level ? [valueAxis(level, palette, { grid: both ? 1 : 0, reach: reach(drawing) })] : []),
      ...(level && flow ? [valueAxis(flow, palette, { grid: both ? 1 : 0, zero: true, right: true })] : []),
    ],
    series: series(drawing, both),
  }
}

function grids(both: boolean, narrow: boolean, flow: boolean): object[] {
  const sides = { left: narrow ? 48 : 58, right: flow ? (narrow ? 44 : 62) : 16 }
  if (!both) return [{ ...sides, top: 34, bottom: 34 }]
  return [
    { ...sides, top: 30, height: '20%' },
    { ...sides, top: '39%', bottom: 34 },
  ]
}

function timeAxis(drawing: Drawing, index: number, bare: boolean): object {
  const withDay = drawing.to - drawing.from > DAY_MS
  return {
    type: 'time',
    gridIndex: index,
    min: drawing.from,
    max: drawing.to,
    axisLine: { lineStyle: { color: drawing.palette.quiet } },
    axisTick: { show: !bare },
    axisLabel: {
      show: !bare,
      hideOverlap: true,
      color: drawing.palette.quiet,
      formatter: (ms: number) => drawing.time(ms, withDay),
    },
    axisPointer: {
      show: true,
      label: { show: !bare, formatter: (at: { value: unknown }) => drawing.time(Number(at.value), true) },
    },
    splitLine: { show: false },
  }
}

interface AxisPlace {
  grid: number
  inverse?: boolean
  zero?: boolean
  right?: boolean
  reach?: [number, number]
}

function valueAxis(of: { title: string; unit: string }, palette: Palette, place: AxisPlace): object {
  return {
    type: 'value',
    gridIndex: place.grid,
    name: `${of.title} ${of.unit}`,
    nameLocation: place.inverse ? 'start' : 'end',
    nameTextStyle: { color: palette.quiet, align: place.right ? 'right' : 'left', padding: [0, 0, 0, place.right ? 0 : -50] },
    position: place.right ? 'right' : 'left',
    inverse: place.inverse ?? false,
    ...(place.zero ? { min: 0 } : {}),
    ...(place.reach ? { min: place.reach[0], max: place.reach[1] } : { scale: !place.zero }),
    splitNumber: place.inverse ? 2 : 5,
    axisLabel: { color: palette.quiet, showMinLabel: !place.reach, showMaxLabel: !place.reach },
    splitLine: { show: !place.right, lineStyle: { color: palette.split } },
  }
}

/** Limits near the water are always in view; one that is far away does not flatten the trace. */
export function reach(drawing: Pick<Drawing, 'level' | 'limits'>): [number, number] {
  const values = drawing.level?.points.map((point) => point[1]) ?? []
  const limits = drawing.limits.map((limit) => limit.value)
  const all = values.length ? values : limits
  if (!all.length) return [0, 1]
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const near = limits.filter((limit) => limit <= high + 6 && limit >= low - 3)
  const [bottom, top] = [Math.min(low, ...near), Math.max(high, ...near)]
  const room = Math.max((top - bottom) * 0.08, 0.1)
  return [round(bottom - room), round(top + room)]
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function series(drawing: Drawing, both: boolean): object[] {
  const { palette, level, rain, flow } = drawing
  const below = both ? 1 : 0
  const drawn: object[] = []
  if (rain) {
    drawn.push({
      type: 'bar',
      name: `${rain.title} (${rain.unit})`,
      data: pairs(rain.points),
      xAxisIndex: 0,
      yAxisIndex: 0,
      barMaxWidth: 10,
      itemStyle: { color: palette.rain },
      ...(level ? {} : { markLine: marks(drawing) }),
    })
  }
  if (level) {
    drawn.push({
      type: 'line',
      name: `${level.title} (${level.unit})`,
      data: pairs(level.points),
      xAxisIndex: below,
      yAxisIndex: below,
      showSymbol: false,
      connectNulls: false,
      lineStyle: { color: palette.trace, width: 2 },
      itemStyle: { color: palette.trace },
      markLine: marks(drawing),
    })
  }
  if (level && flow) {
    drawn.push({
      type: 'line',
      name: `${flow.title} (${flow.unit})`,
      data: pairs(flow.points),
      xAxisIndex: below,
      yAxisIndex: below + 1,
      showSymbol: false,
      lineStyle: { color: palette.flow, width: 1.5, type: 'dashed' },
      itemStyle: { color: palette.flow },
    })
  }
  return drawn
}

function marks(drawing: Drawing): object {
  return {
    symbol: 'none',
    silent: true,
    label: { position: 'insideStartTop', color: drawing.palette.text, formatter: '{b}' },
    data: drawing.limits.map((limit) => ({
      name: `${limit.name} ${limit.value.toFixed(2)}`,
      yAxis: limit.value,
      lineStyle: limit.passed
        ? { color: drawing.palette.text, width: 2, type: 'solid' }
        : { color: drawing.palette.quiet, width: 1, type: 'dashed' },
    })),
  }
}

/** A gap longer than four usual steps is drawn as a gap: a line across silence would be an invention. */
function pairs(points: readonly Point[]): Array<[number, number | null]> {
  const steps = points.slice(1).map((point, index) => point[0] - (points[index]?.[0] ?? 0))
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? Infinity
  return points.flatMap((point, index) => {
    const before = points[index - 1]
    const gap = before !== undefined && point[0] - before[0] > 4 * usual
    const here: [number, number | null] = [point[0], point[1]]
    return gap ? [[before[0] + usual, null] as [number, number | null], here] : [here]
  })
}

/** Appends what is newer than the last point and lets go of what has left the window. */
export function appended(points: readonly Point[], fresh: readonly Point[], from: number): Point[] {
  const last = points.at(-1)?.[0] ?? -Infinity
  const newer = fresh.filter((point) => point[0] > last).sort((a, b) => a[0] - b[0])
  return [...points, ...newer].filter((point) => point[0] >= from)
}
