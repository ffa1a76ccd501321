import type { Temporal } from 'temporal-polyfill'
import type { Span } from './calendar.ts'

/** The now that a text is read in, and the page of the calendar that its writer sees. */
export interface Now {
  readonly instant: Temporal.Instant
  readonly zone: string
  readonly today: Temporal.PlainDate
}

/** Days, perhaps until a time of the last one; or one instant. */
export type Meaning =
  | { readonly span: Span; readonly time?: Temporal.PlainTime | undefined }
  | { readonly instant: Temporal.Instant }

/** What some words mean, if they are meant as a date. */
export interface Reading {
  /** The meaning; the next one, and so on, where `count` is more than 0. Nothing where there is no such day. */
  at(count: number, now: Now): Meaning | undefined
  /** It names its place in time, past or not: a year, `last week`, `today`. Others mean their next time. */
  readonly isFixed: boolean
  /** It is a date only after `by`, `in` and their like, or alone: `March`, `2027`, `sun`. */
  readonly needsLead?: boolean
  /** It is a date only after `end of` and its like: `the month`. */
  readonly needsEdge?: boolean
  /** Its words say a time of day too. */
  readonly hasTime?: boolean
  /** Its words say afternoon or later: 8 there is 20 o'clock. */
  readonly isLate?: boolean
  /** A name for it that its days do not say: `Christmas Day`, `3 business days from today`. */
  readonly name?: string
  /** A doubt that people should know. */
  readonly note?: string
}

/** A place in a text that can be read as a date. */
export interface Expression extends Reading {
  readonly index: number
  readonly length: number
}
