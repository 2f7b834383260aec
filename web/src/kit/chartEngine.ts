/** How are lines over time drawn? ECharts with only the parts in use, in the colours of the theme. */
import { BarChart, LineChart } from 'echarts/charts'
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import type { EChartsType } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import type { ChartLimit, ChartSeries } from './chart'
import { numberText, unitSign } from './numbers'
import { clock, clockMinute, dayTime } from './time'

use([LineChart, BarChart, GridComponent, TooltipComponent, MarkLineComponent, AriaComponent, CanvasRenderer])

export interface ChartInput {
  title: string
  series: ChartSeries[]
  limits: ChartLimit[]
  from: number | undefined
  to: number | undefined
  compact: boolean
}

type Read = (name: string) => string
const DAY_MS = 86_400_000
const AXIS_STEPS = 5

/** An empty chart in `holder`. */
export function startChart(holder: HTMLElement): EChartsType {
  return init(holder, null, { renderer: 'canvas', useDirtyRect: false })
}

/** The ECharts option for the input; `read` gives theme colours by their CSS name. */
export function optionOf(input: ChartInput, read: Read): Record<string, unknown> {
  const bars = input.series.some((series) => series.kind === 'bars_down')
  const spanMs = (input.to ?? 0) - (input.from ?? 0)
  return {
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: read('--font') },
    grid: { left: 8, right: bars ? 8 : 16, top: input.compact ? 8 : 28, bottom: 4, containLabel: true },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      backgroundColor: read('--panel'),
      borderColor: read('--line'),
      textStyle: { color: read('--text'), fontSize: 12 },
      formatter: (points: TooltipPoint[]) => tooltip(points, input.series),
    },
    xAxis: {
      type: 'time',
      min: input.from,
      max: input.to,
      axisLine: { lineStyle: { color: read('--line') } },
      axisLabel: {
        color: read('--text-2'),
        hideOverlap: true,
        formatter: (ms: number) => (spanMs > 1.5 * DAY_MS ? dayTime(ms) : clockMinute(ms)),
      },
      splitLine: { show: false },
    },
    yAxis: axes(input, bars, read),
    series: input.series.map((series, at) => drawn(series, at === 0 ? input.limits : [], input, read)),
  }
}

interface TooltipPoint {
  seriesIndex: number
  value: [number, number]
}

function tooltip(points: TooltipPoint[], series: ChartSeries[]): string {
  const at = points[0]?.value[0]
  const lines = points.map(({ seriesIndex, value }) => {
    const of = series[seriesIndex]
    return `${of?.name ?? ''}  ${numberText(value[1], of?.decimals)} ${unitSign(of?.unit ?? '')}`
  })
  return [`${dayTime(at).slice(0, 5)} ${clock(at)}`, ...lines].join('\n')
}

function axes(input: ChartInput, bars: boolean, read: Read): Record<string, unknown>[] {
  const first = input.series.find((series) => series.kind !== 'bars_down')
  const rain = input.series.find((series) => series.kind === 'bars_down')
  const look = {
    axisLabel: { color: read('--text-2') },
    splitLine: { lineStyle: { color: read('--line-soft') } },
    nameTextStyle: { color: read('--text-2'), align: 'left' },
    nameGap: 10,
  }
  const name = (series: ChartSeries | undefined): string =>
    series && !input.compact ? `${series.name} ${unitSign(series.unit)}` : ''
  const left = { type: 'value', scale: true, name: name(first), ...range(input), ...look }
  if (!bars) return [left]
  const most = Math.max(1, ...(rain?.points ?? []).map((point) => point[1]))
  const right = {
    type: 'value',
    inverse: true,
    max: Math.ceil(most * 3),
    name: name(rain),
    nameLocation: 'start',
    ...look,
    nameTextStyle: { color: read('--text-2'), align: 'right' },
    splitLine: { show: false },
  }
  return [left, right]
}

/** The vertical range holds every limit that is near the data, so that the margin to it can be seen. */
function range(input: ChartInput): Record<string, number> {
  const values = input.series.filter((series) => series.kind !== 'bars_down').flatMap((series) => series.points.map((p) => p[1]))
  if (!values.length) return {}
  const near = input.limits.filter((limit) => !limit.far).map((limit) => limit.value)
  const low = Math.min(...values, ...near)
  const high = Math.max(...values, ...near)
  const step = niceStep((high - low || Math.abs(high) * 0.1 || 1) / AXIS_STEPS)
  const round = (value: number): number => Number(value.toFixed(6))
  return { min: round(Math.floor(low / step) * step), max: round(Math.ceil((high + step / 4) / step) * step), interval: round(step) }
}

/** The next step of 1, 2 or 5 times a power of ten, so that axis labels are round numbers. */
function niceStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted))
  return ([1, 2, 5, 10].find((factor) => factor * power >= wanted) ?? 10) * power
}

function drawn(series: ChartSeries, limits: ChartLimit[], input: ChartInput, read: Read): Record<string, unknown> {
  const data = series.points.map(([ms, value]) => [ms, value])
  if (series.kind === 'bars_down') {
    return { type: 'bar', name: series.name, yAxisIndex: 1, data, itemStyle: { color: read('--water-3') }, barMaxWidth: 10 }
  }
  return {
    type: 'line',
    name: series.name,
    data,
    showSymbol: data.length < 3,
    symbolSize: 4,
    step: series.step ? 'end' : false,
    connectNulls: false,
    lineStyle: { color: read('--trend'), width: 1.6, type: series.dashed ? 'dashed' : 'solid' },
    itemStyle: { color: read('--trend') },
    areaStyle: series.filled ? { color: read('--water-1'), opacity: 0.5 } : undefined,
    markLine: limits.length ? marks(limits, input, read) : undefined,
  }
}

function marks(limits: ChartLimit[], input: ChartInput, read: Read): Record<string, unknown> {
  const unit = unitSign(input.series[0]?.unit ?? '')
  return {
    silent: true,
    symbol: 'none',
    data: limits.map((limit) => ({
      yAxis: limit.value,
      lineStyle: {
        color: limit.exceeded && limit.level ? read(`--level-${limit.level}`) : read('--text-2'),
        type: limit.exceeded ? 'solid' : 'dashed',
        width: limit.exceeded ? 1.5 : 1,
      },
      label: {
        position: 'insideStartTop',
        color: read('--text'),
        fontSize: 11,
        formatter: `${limit.name} ${numberText(limit.value)} ${unit}`,
      },
    })),
  }
}
