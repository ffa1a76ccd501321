import { Temporal } from 'temporal-polyfill'

/** The days of the week, as alarms name them, from Monday on. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** When an alarm rings, by the wall clock of its zone. */
export interface Schedule {
  /** `HH:MM`, from 00:00 to 23:59. */
  readonly time: string
  /** On which days it rings again and again; none for one that rings once. */
  readonly days: readonly Weekday[]
  /** On which day (`YYYY-MM-DD`) one that rings once does; null for the next time it is that time. */
  readonly date: string | null
  /** An IANA time zone. */
  readonly zone: string
}

/**
 * The first instant after `after` at which it rings; undefined when there is none. It rings once on each of its days: a time that the
 * clocks jump over rings as much later as they jump, one that comes twice rings the first time.
 */
export function nextRing({ time, days, date, zone }: Schedule, after: Date): Date | undefined {
  const from = Temporal.Instant.fromEpochMilliseconds(after.getTime())
  const today = from.toZonedDateTimeISO(zone).toPlainDate()
  const candidates =
    date !== null && days.length === 0
      ? [Temporal.PlainDate.from(date)]
      : Array.from({ length: DAYS_AHEAD }, (_, i) => today.add({ days: i }))
  for (const day of candidates) {
    if (days.length > 0 && !days.includes(WEEKDAYS[day.dayOfWeek - 1]!)) continue
    const ring = day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).toInstant()
    if (Temporal.Instant.compare(ring, from) > 0) return new Date(ring.epochMilliseconds)
  }
  return undefined
}

/** Today may be over or jumped over, and so may the same day a week on: two weeks hold one for certain. */
const DAYS_AHEAD = 15
