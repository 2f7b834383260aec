/** What can be drawn over time? Series of points and the limits they are held against. */

export interface ChartSeries {
  name: string
  unit: string
  /** [milliseconds since 1970 UTC, value, …] in order of time. */
  points: readonly (readonly [number, number, ...number[]])[]
  /** `line` (default), or `bars_down`: bars hanging from the top on an axis of their own (rain). */
  kind?: 'line' | 'bars_down'
  decimals?: number
  step?: boolean
  dashed?: boolean
  filled?: boolean
}

export interface ChartLimit {
  name: string
  value: number
  /** The level whose colour the line takes while it is exceeded. */
  level?: 1 | 2 | 3 | 4
  exceeded?: boolean
  /** Too far from the data to stretch the axis for it. */
  far?: boolean
}
