import type { Kept } from '@streambed/client'
import { pagesText } from '../text/pages.ts'
import { text } from '../text/text.ts'

/** What somebody says will be, put so that it can be checked. */
export interface Prediction {
  readonly prediction_statement: string
  /** ISO 8601, UTC. */
  readonly verification_date: string
  readonly date_reasoning: string
  readonly verification_method: {
    readonly source: readonly string[]
    readonly criteria: readonly string[]
    readonly steps: readonly string[]
  }
  /** From 0 to 1, where somebody has said it. */
  readonly confidence?: number
}

export const STATUSES = ['pending', 'verified_true', 'verified_false', 'inconclusive'] as const
export type Status = (typeof STATUSES)[number]
export type Verdict = Exclude<Status, 'pending'>
export const VERDICTS: readonly Verdict[] = ['verified_true', 'verified_false', 'inconclusive']

/** A logged prediction, and what became of it. */
export interface LoggedPrediction {
  readonly prediction: Prediction
  readonly run?: string
  readonly conversation?: string
  readonly note: string
  readonly status: Status
  readonly due: string
  readonly history: readonly { readonly status: Status; readonly at: string; readonly note?: string }[]
  /** What the agent found when the date had come. */
  readonly proposal: {
    readonly verdict: Verdict
    readonly evidence: readonly string[]
    readonly reasoning: string
    readonly at: string
  } | null
}
export type PredictionRecord = Kept<LoggedPrediction>

/** How stated confidence has matched what came true. */
export type Calibration =
  | { readonly enough: false; readonly judged: number; readonly missing: number }
  | {
      readonly enough: true
      readonly judged: number
      readonly brier_score: number
      readonly buckets: readonly {
        readonly from: number
        readonly to: number
        readonly count: number
        readonly stated: number
        readonly came_true: number
      }[]
    }

/** The prediction that a conversation's live state is, once it is whole; null before. */
export function readPrediction(state: unknown): Prediction | null {
  if (!isObject(state)) return null
  const { prediction_statement: statement, verification_date: date, date_reasoning: reasoning } = state
  const method = state['verification_method']
  const isWhole =
    typeof statement === 'string' &&
    typeof date === 'string' &&
    !Number.isNaN(Date.parse(date)) &&
    typeof reasoning === 'string' &&
    isObject(method) &&
    ['source', 'criteria', 'steps'].every((part) => Array.isArray(method[part]))
  return isWhole ? (state as unknown as Prediction) : null // every field has just been looked at
}

/** When it is judged, by this computer's clock. */
export function dueInWords(due: string): string {
  const shape = { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' } as const
  return new Date(due).toLocaleString(text.locale, { ...shape, hourCycle: 'h23' })
}

/** How far off it is: `in 3 months`, `2 days ago`. */
export function dueAway(due: string, now: number): string {
  const days = (Date.parse(due) - now) / 86_400_000
  const format = new Intl.RelativeTimeFormat(text.locale, { numeric: 'auto' })
  const far = Math.abs(days)
  if (far < 1) return format.format(Math.round(days * 24), 'hour')
  if (far < 45) return format.format(Math.round(days), 'day')
  if (far < 700) return format.format(Math.round(days / 30.44), 'month')
  return format.format(Math.round(days / 365.25), 'year')
}

/** `80 %`, as the language writes it. */
export function percent(share: number): string {
  return new Intl.NumberFormat(text.locale, { style: 'percent', maximumFractionDigits: 0 }).format(share)
}

/** Pending and past its date: somebody should say what became of it. */
export function isDue({ status, due }: Pick<LoggedPrediction, 'status' | 'due'>, now: number): boolean {
  return status === 'pending' && Date.parse(due) <= now
}

export function statusWord(record: Pick<LoggedPrediction, 'status' | 'due'>, now: number): string {
  return isDue(record, now) ? pagesText.predictions.due : pagesText.predictions.statuses[record.status]
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
