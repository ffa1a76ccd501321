import type { Temporal } from 'temporal-polyfill'
import {
  addBusinessDays,
  daySpan,
  monthSpan,
  nthWeekdayOf,
  type Span,
  spanOf,
  type Unit,
  weekSpan,
} from './calendar.ts'
import type { Meaning, Reading } from './expression.ts'
import { ordinalOf } from './numbers.ts'
import { type Groups, isBefore, isLate, placeOf, untilPart, WEEKDAYS } from './readings.ts'

/** `the first Monday of …`, `the last week of …`: a part of the days that follow, which are read elsewhere. */
export function readNth({ nth, weekday, unit }: Groups, anchor: Reading): Reading {
  const place = ordinalOf(nth!)
  const partOf = (span: Span): Span | undefined => {
    if (span.first.equals(span.last)) return undefined
    if (unit === 'week') return nthWeek(span, place)
    const day = weekday ? nthWeekdayOf(span, placeOf(weekday, WEEKDAYS), place) : nthDay(span, unit, place)
    if (unit === 'weekend') return day && { first: day, last: day.add({ days: 1 }) }
    return day && !isBefore(day, span.first) && !isBefore(span.last, day) ? daySpan(day) : undefined
  }
  return {
    isFixed: anchor.isFixed,
    ...(unit === 'week' && { note: 'The weeks of a month are counted from its first day.' }),
    at(count, now) {
      const whole = anchor.at(count, now)
      const span = whole && 'span' in whole && !whole.time ? partOf(whole.span) : undefined
      return span && { span }
    },
  }
}

/** Without a unit, as in `the first of next month`, a day of a month. */
function nthDay({ first, last }: Span, unit: string | undefined, nth: number): Temporal.PlainDate | undefined {
  if (unit === 'weekend') return nthWeekdayOf({ first, last }, 6, nth)
  const isLast = nth < 0
  if (unit === undefined && !monthSpan(first).last.equals(last)) return undefined
  if (unit === undefined || unit === 'day') return isLast ? last : first.add({ days: nth - 1 })
  return addBusinessDays(isLast ? last.add({ days: 1 }) : first.subtract({ days: 1 }), nth)
}

function nthWeek({ first, last }: Span, nth: number): Span | undefined {
  const begin = nth < 0 ? last.subtract({ days: 6 }) : first.add({ weeks: nth - 1 })
  const end = begin.add({ days: 6 })
  if (isBefore(begin, first) || isBefore(last, begin)) return undefined
  return { first: begin, last: isBefore(last, end) ? last : end }
}

/** `the Monday after Christmas`, `the last Friday before …`. */
export function readWeekdayBeside({ nth, weekday, direction }: Groups, anchor: Reading): Reading {
  const number = placeOf(weekday!, WEEKDAYS)
  const isBack = direction === 'before'
  const weeks = nth === undefined ? 0 : Math.max(0, ordinalOf(nth) - 1)
  return withSpan(anchor, ({ first, last }) => {
    const ahead = (number - last.dayOfWeek + 6) % 7
    const back = (first.dayOfWeek - number + 6) % 7
    const day = isBack ? first.subtract({ weeks, days: back + 1 }) : last.add({ weeks, days: ahead + 1 })
    return { span: daySpan(day) }
  })
}

/** `the week after Easter`. */
export function readUnitBeside({ unit, direction }: Groups, anchor: Reading): Reading {
  return withSpan(anchor, ({ first, last }) => {
    const spans = [-1, 0, 1].map((by) => spanOf(unit as Unit, direction === 'before' ? first : last, by)) // the pattern has units alone
    const span =
      direction === 'before'
        ? spans.findLast((one) => isBefore(one.last, first))
        : spans.find((one) => isBefore(last, one.first))
    return span && { span }
  })
}

/** `the week of 3 May`. */
export function readWeekOf(_: Groups, anchor: Reading): Reading {
  return withSpan(anchor, (span) => (span.first.equals(span.last) ? { span: weekSpan(span.first) } : undefined))
}

/** `the morning of 3 May`. */
export function readPartOf({ part }: Groups, anchor: Reading): Reading {
  const meaning = withSpan(anchor, ({ first, last }) => (first.equals(last) ? untilPart(first, part) : undefined))
  return { ...meaning, ...isLate(part) }
}

/** The same at another meaning; nothing where a time of day is said. */
function withSpan(anchor: Reading, change: (span: Span) => Meaning | undefined): Reading {
  return {
    ...anchor,
    needsLead: false,
    at(count, now) {
      const meaning = anchor.at(count, now)
      return meaning && 'span' in meaning && !meaning.time ? change(meaning.span) : undefined
    },
  }
}
