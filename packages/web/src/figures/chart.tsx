import type { ComponentProps } from '@streambed/client'
import { type PointerEvent, useId, useRef, useState } from 'react'
import { text } from '../text/text.ts'
import { Disclosure } from '../ui/disclosure.tsx'
import { useWidth } from '../ui/use-width.ts'
import { labelStep, type Scale, scaleOf } from './scale.ts'
import { Table } from './table.tsx'

type ChartData = ComponentProps<'chart'>

interface ChartProps extends ChartData {
  /** A value for people; with the groups of its digits where left out. */
  readonly format?: (value: number) => string
  /** A label for people, as short as the axis needs it. */
  readonly formatLabel?: (label: string) => string
}

const HEIGHT = 216
const TOP = 10
const BOTTOM = 26
/** The room that a label below the axis needs, in pixels. */
const LABEL_ROOM = 64

/** Values along an axis, as bars or lines. Everything in it can also be read as a table. */
export function Chart(props: ChartProps) {
  const { title, kind, labels, unit, format = plain, formatLabel = String } = props
  const series = props.series.map((one, nth) => ({ ...one, nth, colour: `var(--color-series-${(nth % 8) + 1})` }))
  const heading = useId()
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const [pointed, setPointed] = useState<number | null>(null)
  const values = series.flatMap(({ values }) => values.filter((value) => value !== null))
  const scale = scaleOf(values)
  const left = 12 + 6.6 * Math.max(...scale.ticks.map((tick) => format(tick).length))
  const plot: Plot = { scale, left, width: Math.max(0, width - left - 8), count: labels.length }

  const point = ({ clientX, currentTarget }: PointerEvent) => {
    const x = clientX - currentTarget.getBoundingClientRect().left - left
    const index = Math.floor((x / plot.width) * labels.length)
    setPointed(index >= 0 && index < labels.length ? index : null)
  }
  return (
    <figure aria-labelledby={heading} className="rounded-lg border border-line bg-raised px-3.5 pt-3 pb-1.5">
      <figcaption className="flex flex-wrap items-baseline gap-x-4 gap-y-1 text-sm">
        <span id={heading} className="font-semibold">
          {title ?? text.figure.chart}
        </span>
        {unit && <span className="text-xs text-faint">{unit}</span>}
        {series.length > 1 && <Legend series={series} />}
      </figcaption>
      <div ref={box} className="relative mt-2">
        <svg
          role="img"
          aria-label={text.figure.chartOf(series.map(({ label }) => label).join(', '), labels.length)}
          width={width}
          height={HEIGHT}
          className="block touch-pan-y"
          onPointerMove={point}
          onPointerLeave={() => setPointed(null)}
        >
          <Axis plot={plot} format={format} />
          <Labels plot={plot} labels={labels.map(formatLabel)} />
          {pointed !== null && <Marker plot={plot} index={pointed} />}
          {kind === 'bar' ? <Bars plot={plot} series={series} /> : <Lines plot={plot} series={series} />}
        </svg>
        {pointed !== null && (
          <Pointed plot={plot} index={pointed} label={formatLabel(labels[pointed]!)} series={series} format={format} />
        )}
      </div>
      <Disclosure summary={text.figure.asTable} className="mt-0.5 ms-2">
        <div className="my-2 -ms-2">
          <Table
            label={title ?? text.figure.chart}
            columns={[{ label: text.figure.place }, ...series.map(({ label }) => ({ label, align: 'end' as const }))]}
            rows={labels.map((label, index) => [
              label,
              ...series.map(({ values }) => {
                const value = values[index] ?? null
                return value === null ? null : format(value)
              }),
            ])}
          />
        </div>
      </Disclosure>
    </figure>
  )
}

interface Plot {
  readonly scale: Scale
  readonly left: number
  readonly width: number
  /** How many places are on the axis below. */
  readonly count: number
}

/** One series with its place among the others, which gives it its colour. */
type Series = ChartData['series'][number] & { readonly nth: number; readonly colour: string }

interface SeriesProps {
  readonly plot: Plot
  readonly series: readonly Series[]
}

function Axis({ plot, format }: { readonly plot: Plot; readonly format: (value: number) => string }) {
  return plot.scale.ticks.map((tick) => (
    <g key={tick}>
      <line
        x1={plot.left}
        x2={plot.left + plot.width}
        y1={yOf(plot, tick)}
        y2={yOf(plot, tick)}
        className={tick === 0 ? 'stroke-edge' : 'stroke-line'}
      />
      <text x={plot.left - 8} y={yOf(plot, tick)} dy="0.35em" className={`${WRITING} [text-anchor:end]`}>
        {format(tick)}
      </text>
    </g>
  ))
}

function Labels({ plot, labels }: { readonly plot: Plot; readonly labels: readonly string[] }) {
  const step = labelStep(labels.length, plot.width / LABEL_ROOM)
  return labels.map(
    (label, index) =>
      index % step === 0 && (
        <text
          // biome-ignore lint/suspicious/noArrayIndexKey: two places may have one label
          key={index}
          x={middleOf(plot, index)}
          y={HEIGHT - 8}
          className={`${WRITING} [text-anchor:middle]`}
        >
          {label.length > 12 ? `${label.slice(0, 11)}…` : label}
        </text>
      ),
  )
}

function Bars({ plot, series }: SeriesProps) {
  const place = plot.width / plot.count
  const width = Math.max(1, Math.min(32, (place * 0.72) / series.length))
  return series.map(({ values, nth, colour }) =>
    values.map((value, index) => {
      if (value === null || value === 0 || index >= plot.count) return null
      const x = middleOf(plot, index) + (nth - series.length / 2) * width
      const [y, zero] = [yOf(plot, value), yOf(plot, 0)]
      return (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is known by its place
          key={index}
          x={x}
          y={Math.min(y, zero)}
          width={Math.max(1, width - (width > 4 ? 1.5 : 0))}
          height={Math.max(1, Math.abs(zero - y))}
          rx={Math.min(3, width / 4)}
          fill={colour}
        />
      )
    }),
  )
}

function Lines({ plot, series }: SeriesProps) {
  return series.map(({ values, nth, colour }) => (
    <g key={nth}>
      <path d={pathOf(plot, values)} fill="none" stroke={colour} strokeWidth={2} strokeLinejoin="round" />
      {plot.width / plot.count > 14 &&
        values.map(
          (value, index) =>
            value !== null && (
              <circle
                // biome-ignore lint/suspicious/noArrayIndexKey: a point is known by its place
                key={index}
                cx={middleOf(plot, index)}
                cy={yOf(plot, value)}
                r={3}
                fill={colour}
              />
            ),
        )}
    </g>
  ))
}

function Marker({ plot, index }: { readonly plot: Plot; readonly index: number }) {
  const place = plot.width / plot.count
  const x = plot.left + index * place
  return <rect x={x} y={TOP} width={place} height={HEIGHT - TOP - BOTTOM} className="fill-hover" />
}

interface PointedProps extends SeriesProps {
  readonly index: number
  readonly label: string
  readonly format: (value: number) => string
}

/** The values at the place that is pointed at. */
function Pointed({ plot, index, label, series, format }: PointedProps) {
  const isLeft = index < plot.count / 2
  const at = middleOf(plot, index)
  return (
    <div
      aria-hidden="true"
      style={isLeft ? { left: at + 12 } : { right: `calc(100% - ${at - 12}px)` }}
      className="pointer-events-none absolute top-2 rounded-md border border-line bg-raised px-2.5 py-1.5 text-xs shadow-float"
    >
      <div className="font-semibold whitespace-nowrap">{label}</div>
      {series.map(({ label, values, nth, colour }) => (
        <div key={nth} className="mt-0.5 flex items-center gap-2 whitespace-nowrap text-soft tabular-nums">
          <span className="size-2 rounded-full" style={{ background: colour }} />
          {label}
          <span className="ms-auto ps-3 font-medium text-ink">{valueText(values[index], format)}</span>
        </div>
      ))}
    </div>
  )
}

function Legend({ series }: Pick<SeriesProps, 'series'>) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-soft">
      {series.map(({ label, nth, colour }) => (
        <li key={nth} className="flex items-center gap-1.5">
          <span aria-hidden="true" className="size-2.5 rounded-full" style={{ background: colour }} />
          {label}
        </li>
      ))}
    </ul>
  )
}

const WRITING = 'fill-faint text-2xs tabular-nums'

function pathOf(plot: Plot, values: ChartData['series'][number]['values']): string {
  let isOpen = false
  return values
    .map((value, index) => {
      if (value === null) {
        isOpen = false
        return ''
      }
      const command = isOpen ? 'L' : 'M'
      isOpen = true
      return `${command}${middleOf(plot, index).toFixed(1)} ${yOf(plot, value).toFixed(1)}`
    })
    .join('')
}

function middleOf({ left, width, count }: Plot, index: number): number {
  return left + ((index + 0.5) * width) / count
}

function yOf({ scale: { min, max } }: Plot, value: number): number {
  return TOP + ((max - value) / (max - min)) * (HEIGHT - TOP - BOTTOM)
}

function valueText(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? '–' : format(value)
}

function plain(value: number): string {
  const notation = Math.abs(value) >= 100_000 ? 'compact' : 'standard'
  return new Intl.NumberFormat(text.locale, { notation, maximumFractionDigits: 4 }).format(value)
}
