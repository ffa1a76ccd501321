import * as z from 'zod'
import type { Prediction } from './prediction.ts'

/** So many judged predictions with a stated confidence make a picture. */
const ENOUGH = 5
/** The confidences are looked at in fifths. */
const BUCKETS = 5

const Bucket = z.object({
  from: z.number(),
  to: z.number(),
  count: z.int(),
  stated: z.number().describe('The mean confidence.'),
  came_true: z.number().describe('The part that came true.'),
})

export const Calibration = z.discriminatedUnion('enough', [
  z.object({ enough: z.literal(false), judged: z.int(), missing: z.int(), message: z.string() }),
  z.object({
    enough: z.literal(true),
    judged: z.int(),
    brier_score: z
      .number()
      .describe('The mean squared error of the confidences: 0 is perfect, 0.25 is a coin, 1 is always wrong.'),
    buckets: z.array(Bucket).describe('Confidences by fifths, those that were used.'),
  }),
])
export type Calibration = z.infer<typeof Calibration>

interface Judged {
  readonly status: string
  readonly prediction: Pick<Prediction, 'confidence'>
}

/** How well stated confidence has matched what came true. What is open or inconclusive, or was made without one, does not count. */
export function calibration(records: readonly Judged[]): Calibration {
  const judged = records.flatMap(({ status, prediction: { confidence } }) => {
    if (confidence === undefined || (status !== 'verified_true' && status !== 'verified_false')) return []
    return [{ confidence, outcome: status === 'verified_true' ? 1 : 0 }]
  })
  const missing = ENOUGH - judged.length
  if (missing > 0) {
    const message = `${missing} more judged prediction${missing === 1 ? '' : 's'} with a stated confidence will do.`
    return { enough: false, judged: judged.length, missing, message }
  }
  const buckets = Array.from({ length: BUCKETS }, (_, i) => {
    const inside = judged.filter(({ confidence }) => Math.min(BUCKETS - 1, Math.floor(confidence * BUCKETS)) === i)
    return {
      from: i / BUCKETS,
      to: (i + 1) / BUCKETS,
      count: inside.length,
      stated: mean(inside.map(({ confidence }) => confidence)),
      came_true: mean(inside.map(({ outcome }) => outcome)),
    }
  })
  return {
    enough: true,
    judged: judged.length,
    brier_score: mean(judged.map(({ confidence, outcome }) => (confidence - outcome) ** 2)),
    buckets: buckets.filter(({ count }) => count > 0),
  }
}

function mean(values: readonly number[]): number {
  const sum = values.reduce((sum, value) => sum + value, 0)
  return values.length === 0 ? 0 : Math.round((sum / values.length) * 10_000) / 10_000
}
