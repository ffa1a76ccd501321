import * as chrono from 'chrono-node'
import { Temporal } from 'temporal-polyfill'
import { daySpan } from './calendar.ts'
import type { Expression, Meaning } from './expression.ts'
import { spokenTimes } from './spoken-times.ts'

/** A time of day in a text; `midnight` is the end of its day. */
export interface TimeOfDay {
  readonly index: number
  readonly length: number
  readonly time: Temporal.PlainTime | 'midnight'
  /** `5 pm` and `17:00` leave no doubt which half of the day is meant; `5 o'clock` and `5:30` do. */
  readonly isSure: boolean
  /** It is a time only beside a day: `at 5` may be a price. */
  readonly needsDate?: boolean
}

/** Dates that are written out, such as `15 March 2027 at 5 pm` or `2027-03-15`: chrono's part. Only what it read is used, nothing it supposed. */
export function absoluteDates(text: string): readonly Expression[] {
  return read(text.replace(RELATIVE, blank)).flatMap((result) => {
    if (UNIT.test(result.text)) return []
    const last = result.end?.isCertain('day') ? result.end : result.start
    const doubt = doubtOf(result.text)
    const [month, day] = doubt.dayFirst ? [last.get('day'), last.get('month')] : [last.get('month'), last.get('day')]
    if (!last.isCertain('day') || !last.isCertain('month') || month === null || day === null) return []
    const year = yearOf(result, last)
    if (year === undefined && /^\d/.test(result.text) && !/[a-z]/.test(result.text) && isFraction(text, result))
      return []
    const time = last.isCertain('hour') ? timeOf(last) : undefined
    const offset = last.isCertain('timezoneOffset') ? last.get('timezoneOffset') : null
    return [
      {
        index: result.index,
        length: result.text.trimEnd().length,
        isFixed: year !== undefined,
        hasTime: time !== undefined,
        ...(doubt.note && { note: doubt.note }),
        at: (count, { today }) => meaning(year ?? today.year + count, month, day, time, offset),
      } satisfies Expression,
    ]
  })
}

/** Counts from a date are read elsewhere: chrono would count from its reference. */
const UNIT = /\b(?:second|minute|hour|day|week|fortnight|month|quarter|year)s?\b/
const RELATIVE =
  /(?:\d{1,4}|\b[a-z]{1,8}) (?:second|minute|hour|day|week|fortnight|month|quarter|year)s? (?:after|before|from|since)\b/g

function blank(words: string): string {
  return ' '.repeat(words.length)
}

/** A day with a month that the calendar does not have, as it was written: `31 April`, `29 February 2027`. */
export function noDayIn(text: string): string | undefined {
  const found = [...text.matchAll(DAY_AND_MONTH)].find(({ 0: written, groups = {} }) => {
    if (/\d m(?:ay|arch)\b/.test(written)) return false // which are verbs
    const month = MONTHS.indexOf(groups['month']!.slice(0, 3).toLowerCase()) + 1
    const year = Number(groups['year'] ?? LEAP_YEAR) // which has all the days that there are
    return Number(groups['day']) > new Temporal.PlainYearMonth(year, month).daysInMonth
  })
  return found?.[0]
}

const MONTH =
  '(?<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\b\\.?'
const DAY_AND_MONTH = new RegExp(
  `\\b(?:(?<day>\\d{1,2})(?:st|nd|rd|th)? (?:of )?${MONTH}|${MONTH} (?<day>\\d{1,2})(?:st|nd|rd|th)?)(?![\\d:])(?:,? (?<year>\\d{4}))?\\b`,
  'gi',
)
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const LEAP_YEAR = 2024

/** Times of day: `5pm`, `17:00`, `noon`, `half past seven`. No two of them share words. */
export function timesOfDay(text: string): readonly TimeOfDay[] {
  const timed = read(text)
    .filter(
      ({ start, text }) =>
        !start.isCertain('day') && start.isCertain('hour') && /:\d\d|\d ?[ap]\.?m\b|\d in the|o'clock/.test(text),
    )
    .map(({ index, text, start, end }) => ({
      index,
      length: text.replace(/ \(?[a-z]{2,4}t\)?$/, '').trimEnd().length, // zones are read elsewhere
      time: timeOf(end ?? start),
      isSure: /[ap]\.?m\b|in the/.test(text),
    }))
  const named = [...text.matchAll(NAMED)].map((match) => ({
    index: match.index,
    length: match[0].length,
    time: match[0] === 'midnight' ? ('midnight' as const) : new Temporal.PlainTime(/noon|mid/.test(match[0]) ? 12 : 17),
    isSure: true,
  }))
  const kept: TimeOfDay[] = []
  for (const time of [...spokenTimes(text), ...timed, ...named])
    if (!kept.some((other) => time.index < other.index + other.length && other.index < time.index + time.length))
      kept.push(time)
  return kept
}

const NAMED = /\b(?:noon|midday|midnight|cob|(?:close|end) of business)\b/g

/** What chrono reads depends on its words alone: the reference is one that needs no thought. */
function read(text: string): readonly chrono.ParsedResult[] {
  return chrono.strict.parse(text, { instant: new Date(REFERENCE), timezone: 0 })
}

const REFERENCE = Date.UTC(2024, 5, 15, 12) // a leap year, so that there is a 29 February

/** `2/3` is a date after `on`, and a fraction elsewhere. */
function isFraction(text: string, { index, text: { length } }: chrono.ParsedResult): boolean {
  return !/(?:^|\b(?:by|on|before|until|due) )$/.test(text.slice(0, index)) || /^ of\b/.test(text.slice(index + length))
}

/** Two numbers that could each be the month: with points between them the day comes first, with strokes the month. */
function doubtOf(text: string): { readonly dayFirst: boolean; readonly note?: string } {
  const [, first, stroke, second] = /^(\d{1,2})([/.-])(\d{1,2})(?:[/.-]|$)/.exec(text) ?? []
  if (first === undefined || Number(first) > 12 || Number(second) > 12 || first === second) return { dayFirst: false }
  const dayFirst = stroke === '.'
  return { dayFirst, note: `Of the two numbers the first is taken as the ${dayFirst ? 'day' : 'month'}.` }
}

/** In a range such as `3 May to 5 June 2027` one year may stand for both. */
function yearOf({ start, end }: chrono.ParsedResult, last: chrono.ParsedComponents): number | undefined {
  const certain = [last, end, start].find((components) => components?.isCertain('year'))
  return certain?.get('year') ?? undefined
}

function timeOf(components: chrono.ParsedComponents): Temporal.PlainTime {
  const [hour, minute, second] = (['hour', 'minute', 'second'] as const).map((name) =>
    components.isCertain(name) ? (components.get(name) ?? 0) : 0,
  )
  return Temporal.PlainTime.from({ hour: hour! % 24, minute: minute!, second: second! })
}

function meaning(
  year: number,
  month: number,
  day: number,
  time: Temporal.PlainTime | undefined,
  offset: number | null,
): Meaning | undefined {
  if (day > new Temporal.PlainYearMonth(year, month).daysInMonth) return undefined
  const date = new Temporal.PlainDate(year, month, day)
  if (!time) return { span: daySpan(date) }
  if (offset === null) return { span: daySpan(date), time }
  const utc = date.toZonedDateTime({ timeZone: 'UTC', plainTime: time })
  return { instant: utc.subtract({ minutes: offset }).toInstant() }
}
