import { useClient, useConnection } from '@streambed/client/react'
import { useEffect, useId, useState } from 'react'
import { Table } from '../figures/table.tsx'
import { pagesText } from '../text/pages.ts'
import { text } from '../text/text.ts'
import { Disclosure } from '../ui/disclosure.tsx'
import { type Calibration, type LoggedPrediction, percent } from './prediction.ts'

const words = pagesText.predictions.calibration

/** How well stated confidence has matched what came true, once there is enough to tell. */
export function CalibrationView() {
  const heading = useId()
  const calibration = useCalibration()
  if (!calibration) return null
  return (
    <section aria-labelledby={heading} className="rounded-xl border border-line bg-raised p-5">
      <h2 id={heading} className="text-[0.9375rem] font-semibold">
        {words.title}
      </h2>
      {calibration.enough ? (
        <div className="mt-3 flex flex-wrap items-start gap-x-8 gap-y-4">
          <Plot buckets={calibration.buckets} />
          <div className="min-w-0 flex-1 basis-56 space-y-3 text-sm">
            <p className="text-pretty text-soft">{words.explanation}</p>
            <p>
              <span className="text-2xl font-semibold tabular-nums">
                {calibration.brier_score.toLocaleString(text.locale, { maximumFractionDigits: 3 })}
              </span>{' '}
              <span className="text-soft">{words.brier}</span>
            </p>
            <p className="text-xs text-faint">{words.judged(calibration.judged)}</p>
            <Disclosure summary={text.figure.asTable}>
              <div className="pt-2">
                <Table
                  label={words.title}
                  columns={[
                    { label: words.stated },
                    { label: words.cameTrue, align: 'end' },
                    { label: words.count, align: 'end' },
                  ]}
                  rows={calibration.buckets.map(({ stated, came_true, count }) => [
                    percent(stated),
                    percent(came_true),
                    count,
                  ])}
                />
              </div>
            </Disclosure>
          </div>
        </div>
      ) : (
        <p className="mt-1 text-sm text-pretty text-soft">{words.notEnough(calibration.missing)}</p>
      )}
    </section>
  )
}

const SIDE = 264
/** The room for what is written at the axes, and at their ends. */
const EDGE = 42
const END = 20

/** What was said against what came true: on the diagonal both are the same. */
function Plot({ buckets }: Pick<Extract<Calibration, { enough: true }>, 'buckets'>) {
  const x = (share: number) => EDGE + share * (SIDE - EDGE - END)
  const y = (share: number) => SIDE - EDGE - share * (SIDE - EDGE - END)
  const most = Math.max(...buckets.map(({ count }) => count))
  return (
    <svg role="img" aria-label={words.plot} width={SIDE} height={SIDE} className="max-w-full shrink-0">
      {[0, 0.25, 0.5, 0.75, 1].map((share) => (
        <g key={share} className="fill-faint text-2xs tabular-nums">
          <line x1={x(0)} x2={x(1)} y1={y(share)} y2={y(share)} className="stroke-line" />
          <line x1={x(share)} x2={x(share)} y1={y(0)} y2={y(1)} className="stroke-line" />
          <text x={EDGE - 6} y={y(share)} dy="0.35em" className="[text-anchor:end]">
            {percent(share)}
          </text>
          <text x={x(share)} y={SIDE - EDGE + 14} className="[text-anchor:middle]">
            {share === 0 ? '' : percent(share)}
          </text>
        </g>
      ))}
      <line x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} strokeDasharray="4 4" className="stroke-edge" />
      <path
        d={buckets.map(({ stated, came_true }, nth) => `${nth ? 'L' : 'M'}${x(stated)} ${y(came_true)}`).join('')}
        fill="none"
        strokeWidth={2}
        className="stroke-accent"
      />
      {buckets.map(({ stated, came_true, count }) => (
        <circle
          key={stated}
          cx={x(stated)}
          cy={y(came_true)}
          r={4 + 5 * Math.sqrt(count / most)}
          className="fill-accent stroke-raised"
          strokeWidth={2}
        />
      ))}
      <text x={x(0.5)} y={SIDE - 4} className="fill-soft text-2xs [text-anchor:middle]">
        {words.stated}
      </text>
    </svg>
  )
}

function useCalibration(): Calibration | null {
  const client = useClient()
  const isConnected = useConnection().status === 'connected'
  const [calibration, setCalibration] = useState<Calibration | null>(null)
  useEffect(() => {
    if (!isConnected) return
    client
      .records<LoggedPrediction>('predictions')
      .view<Calibration>('calibration')
      .then(setCalibration, () => {}) // the page does without it, and asks again with the next connection
  }, [client, isConnected])
  return calibration
}
