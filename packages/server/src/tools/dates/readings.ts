import { Temporal } from 'temporal-polyfill'
import {
  addBusinessDays,
  daySpan,
  halfSpan,
  monthSpan,
  quarterSpan,
  type Span,
  spanOf,
  type Unit,
  weekSpan,
  yearSpan,
} from './calendar.ts'
import type { Meaning, Now, Reading } from './expression.ts'
import { numberOf, ordinalOf } from './numbers.ts'

/** What a pattern has found, by the names of its groups. */
export type Groups = Readonly<Record<string, string | undefined>>

export const MONTHS = 'january february march april may june july august september october november december'.split(' ')
export const WEEKDAYS = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ')

export function readMonth({ which, month, year }: Groups): Reading {
  const number = placeOf(month!, MONTHS)
  const span = (of: number): Meaning => ({ span: monthSpan(new Temporal.PlainDate(of, number, 1)) })
  if (which === 'last')
    return { isFixed: true, at: (_, { today }) => span(today.year - (number < today.month ? 0 : 1)) }
  return {
    isFixed: year !== undefined,
    needsLead: year === undefined && which === undefined,
    at(count, { today }) {
      if (year !== undefined) return span(yearOf(year, today))
      const isRunning = number === today.month && which?.includes('next')
      return span(today.year + count + (number < today.month || isRunning ? 1 : 0))
    },
  }
}

export function readQuarter({ number, ordinal, year }: Groups): Reading {
  const quarter = number ? Number(number) : partOf(ordinal!, 4)
  return ofYear(year, (year) => quarterSpan(year, quarter))
}

/** Three whole months: in the south those that are six months away from the north's. Named by the year in which it begins. */
export function readSeason({ which, season, year }: Groups): Reading {
  const span = (of: number, { zone }: Now): Span => {
    const month = SEASONS[season!]! + (SOUTH.test(zone) ? (SEASONS[season!]! > 6 ? -6 : 6) : 0)
    return monthSpan(new Temporal.PlainDate(of, month, 1), 3)
  }
  return {
    isFixed: year !== undefined || which === 'last',
    needsLead: year === undefined && which === undefined,
    note: `"${season}" is taken as three whole months, in the half of the world that the time zone is in.`,
    at(count, now) {
      const { today } = now
      if (year !== undefined) return { span: span(yearOf(year, today), now) }
      const running = [today.year - 1, today.year, today.year + 1].find((of) => !isBefore(span(of, now).last, today))!
      const hasBegun = !isBefore(today, span(running, now).first)
      const step = which === 'last' ? -1 : hasBegun && which?.includes('next') ? 1 : 0
      return { span: span(running + count + step, now) }
    },
  }
}

const SEASONS: Readonly<Record<string, number>> = { spring: 3, summer: 6, autumn: 9, fall: 9, winter: 12 }
const SOUTH =
  /^(?:Australia|Antarctica)\/|^Pacific\/Auckland|^NZ|^Africa\/(?:Johannesburg|Maputo|Harare|Windhoek|Gaborone)|^America\/(?:Sao_Paulo|Argentina\/.+|Buenos_Aires|Santiago|Montevideo|Asuncion|La_Paz|Lima)/

export function readHalf({ number, ordinal, year }: Groups): Reading {
  const half = number ? Number(number) : partOf(ordinal!, 2)
  return { ...ofYear(year, (year) => halfSpan(year, half)), needsLead: year === undefined && number !== undefined }
}

export function readHoliday(name: string, day: (year: number) => Temporal.PlainDate, { which, year }: Groups): Reading {
  if (which === 'last') {
    return {
      name,
      isFixed: true,
      at(_, { today }) {
        const thisYear = day(today.year)
        return { span: daySpan(isBefore(thisYear, today) ? thisYear : day(today.year - 1)) }
      },
    }
  }
  return {
    ...ofYear(year, (year) => daySpan(day(year))),
    name,
    needsLead: year === undefined && which === undefined,
  }
}

export function readYear({ year }: Groups): Reading {
  return { isFixed: true, needsLead: true, at: () => ({ span: yearSpan(Number(year)) }) }
}

export function readDecade({ decade }: Groups): Reading {
  const first = new Temporal.PlainDate(Number(decade), 1, 1)
  return { isFixed: true, needsLead: true, at: () => ({ span: spanOf('decade', first) }) }
}

/** `this month`, `next quarter`. */
export function readNamedUnit({ which, unit }: Groups): Reading {
  const by = which === 'last' ? -1 : /next|following|coming/.test(which!) ? 1 : 0
  return { isFixed: true, at: (_, { today }) => ({ span: spanOf(unit as Unit, today, by) }) } // the pattern has units alone
}

/** `the month` in `end of the month`. */
export function readUnit({ unit }: Groups): Reading {
  return {
    isFixed: false,
    needsEdge: true,
    at: (count, { today }) => ({ span: spanOf(unit as Unit, today, count) }),
  }
}

const LETTERS: Readonly<Record<string, Unit>> = { d: 'day', w: 'week', m: 'month', q: 'quarter', y: 'year' }

/** `EOM`, `year-end`. */
export function readShortEnd({ letter, unit, year }: Groups): Reading {
  if (year !== undefined) return ofYear(year, yearSpan)
  return {
    isFixed: false,
    at: (count, { today }) => ({ span: spanOf(letter ? LETTERS[letter]! : (unit as Unit), today, count) }),
  }
}

/** Until when a part of a day lasts. */
const PARTS: Readonly<Record<string, number>> = { morning: 12, afternoon: 18, evening: 22 }

export function readDay({ day, part = day === 'tonight' ? 'night' : undefined }: Groups): Reading {
  const days = /after/.test(day!) ? 2 : /before/.test(day!) ? -2 : /^y/.test(day!) ? -1 : /^tom|^tmr/.test(day!) ? 1 : 0
  return { isFixed: true, ...isLate(part), at: (_, { today }) => untilPart(today.add({ days }), part) }
}

export function readWeekday({ which, weekday, part, later }: Groups): Reading {
  const number = placeOf(weekday!, WEEKDAYS)
  const isShort = weekday!.length < 5
  if (which === 'last') {
    const back = (today: Temporal.PlainDate) => today.subtract({ days: ((today.dayOfWeek - number + 6) % 7) + 1 })
    return { isFixed: true, at: (_, { today }) => untilPart(back(today), part) }
  }
  if (which?.includes('next') || which?.includes('following')) {
    const name = capital(WEEKDAYS[number - 1]!)
    return {
      isFixed: true,
      ...isLate(part),
      note: `"next ${name}" is taken as the one of next week; weeks begin on Monday.`,
      at: (_, { today }) => untilPart(weekSpan(today.add({ weeks: 1 })).first.add({ days: number - 1 }), part),
    }
  }
  return {
    isFixed: false,
    needsLead: isShort && which === undefined,
    ...isLate(part),
    at(count, { today }) {
      const weeks = count + (later ? 1 : 0)
      return untilPart(today.add({ weeks, days: (number - today.dayOfWeek + 7) % 7 }), part)
    },
  }
}

/** `the 15th`, `the 15th of next month`. */
export function readDayOfMonth({ day, which }: Groups): Reading | undefined {
  const number = Number(day)
  if (number < 1 || number > 31) return undefined
  return {
    isFixed: false,
    needsLead: true,
    at(count, { today }) {
      const month = today.with({ day: 1 }).add({ months: count + (which && /next|following/.test(which) ? 1 : 0) })
      return number > month.daysInMonth ? undefined : { span: daySpan(month.with({ day: number })) }
    },
  }
}

/** ISO weeks: the first is the one with 4 January. */
export function readWeek({ week, year }: Groups): Reading | undefined {
  const number = Number(week)
  if (number < 1 || number > 53) return undefined
  const weekOf = (year: number): Span => weekSpan(new Temporal.PlainDate(year, 1, 4).add({ weeks: number - 1 }))
  return { ...ofYear(year, weekOf), needsLead: year === undefined }
}

/** `in 3 weeks`, `an hour and a half ago`. */
export function readDuration(groups: Groups): Reading | undefined {
  const isPast = groups['direction'] === 'ago'
  const steps = stepsOf(groups, isPast ? -1 : 1)
  return (
    steps && {
      isFixed: true,
      name: `${steps.name} ${isPast ? 'before' : 'from'} ${steps.isExact ? 'now' : 'today'}`,
      ...steps.note,
      at: (_, now) =>
        steps.isExact ? steps.fromInstant(now.instant, now.zone) : { span: daySpan(steps.fromDay(now.today)) },
    }
  )
}

/** `3 days before …`: counted from the meaning of what follows, which is read elsewhere. */
export function readCount(groups: Groups, anchor: Reading): Reading | undefined {
  const { direction = 'on', unit, within } = groups
  if (direction === 'on' && !/^(?:week|fortnight)/.test(unit!)) return undefined // `3 days on Monday`
  if (direction === 'of' && !within) return undefined // `3 days of rain`
  const isBack = /^(?:before|prior|ahead)/.test(direction)
  const steps = stepsOf(groups, isBack ? -1 : 1)
  return (
    steps && {
      ...anchor,
      needsLead: false,
      name: `${steps.name} ${isBack ? 'before' : 'after'}${anchor.name ? ` ${anchor.name}` : ' that'}`,
      ...steps.note,
      at(count, now) {
        const from = anchor.at(count, now)
        if (!from) return undefined
        if ('instant' in from) return steps.fromInstant(from.instant, now.zone)
        const day = isBack ? from.span.first : from.span.last
        if (!steps.isExact) return { span: daySpan(steps.fromDay(day)), time: from.time }
        return steps.fromInstant(
          day.toZonedDateTime({ timeZone: now.zone, plainTime: from.time }).toInstant(),
          now.zone,
        )
      },
    }
  )
}

interface Steps {
  readonly name: string
  readonly note: { readonly note?: string }
  /** Hours and less: it leads to an instant, not to a day. */
  readonly isExact: boolean
  fromDay(day: Temporal.PlainDate): Temporal.PlainDate
  fromInstant(instant: Temporal.Instant, zone: string): { readonly instant: Temporal.Instant }
}

/** How far an amount of units leads, in one direction. Nothing where there is no such amount. */
function stepsOf({ amount, half, unit, more, amount2, unit2 }: Groups, sign: 1 | -1): Steps | undefined {
  const { value, isVague } = numberOf(amount!)
  const count = value + (half || more ? 0.5 : 0)
  const name = `${amount}${half ?? ''} ${unit}${more ?? ''}${amount2 ? ` and ${amount2} ${unit2}` : ''}`
  const note = isVague ? { note: `"${amount}" is taken as ${value}.` } : {}
  if (/^(business|working|trading|weekday)/.test(unit!)) {
    if (count % 1 !== 0 || amount2) return undefined
    const fromDay = (day: Temporal.PlainDate) => addBusinessDays(day, sign * count)
    return {
      name,
      note,
      isExact: false,
      fromDay,
      fromInstant(instant, zone) {
        const local = instant.toZonedDateTimeISO(zone)
        const { year, month, day } = fromDay(local.toPlainDate())
        return { instant: local.with({ year, month, day }).toInstant() }
      },
    }
  }
  const parts = [durationOf(count, unit!), ...(amount2 ? [durationOf(numberOf(amount2).value, unit2!)] : [])]
  const fields = { years: 0, months: 0, weeks: 0, days: 0, hours: 0, minutes: 0, seconds: 0 }
  for (const part of parts) for (const key of keysOf(fields)) fields[key] += sign * (part[key] ?? 0)
  return {
    name,
    note,
    isExact: fields.hours !== 0 || fields.minutes !== 0 || fields.seconds !== 0,
    fromDay: (day) => day.add(fields),
    fromInstant: (instant, zone) => ({ instant: instant.toZonedDateTimeISO(zone).add(fields).toInstant() }),
  }
}

type Fields = 'years' | 'months' | 'weeks' | 'days' | 'hours' | 'minutes' | 'seconds'

/** Units by how their word begins: what one is, and what a half is. */
const UNITS: readonly (readonly [
  RegExp,
  one: Partial<Record<Fields, number>>,
  half: Partial<Record<Fields, number>>,
])[] = [
  [/^sec/, { seconds: 1 }, {}],
  [/^min/, { minutes: 1 }, { seconds: 30 }],
  [/^h/, { hours: 1 }, { minutes: 30 }],
  [/^(day|night)/, { days: 1 }, { hours: 12 }],
  [/^week/, { weeks: 1 }, { days: 3, hours: 12 }],
  [/^fort/, { weeks: 2 }, { weeks: 1 }],
  [/^mon/, { months: 1 }, { days: 15 }],
  [/^q/, { months: 3 }, { days: 45 }],
  [/^y/, { years: 1 }, { months: 6 }],
  [/^dec/, { years: 10 }, { years: 5 }],
]

function durationOf(count: number, word: string): Partial<Record<Fields, number>> {
  const [, one, half] = UNITS.find(([pattern]) => pattern.test(word))!
  const whole = Math.floor(count)
  const sum: Partial<Record<Fields, number>> = {}
  for (const key of keysOf(one)) sum[key] = one[key]! * whole
  if (count > whole) for (const key of keysOf(half)) sum[key] = (sum[key] ?? 0) + half[key]!
  return sum
}

/** What is in each year, or in a year that is named. */
function ofYear(year: string | undefined, span: (year: number) => Span): Reading {
  return {
    isFixed: year !== undefined,
    at: (count, { today }) => ({ span: span(year === undefined ? today.year + count : yearOf(year, today)) }),
  }
}

/** `2027`, `'27`, `next year`. */
function yearOf(text: string, today: Temporal.PlainDate): number {
  if (text.startsWith("'")) return 2000 + Number(text.slice(1))
  if (/^\d/.test(text)) return Number(text)
  return today.year + (text.startsWith('next') ? 1 : text.startsWith('last') ? -1 : 0)
}

export function untilPart(day: Temporal.PlainDate, part: string | undefined): Meaning {
  const hour = part === undefined ? undefined : PARTS[part]
  return { span: daySpan(day), time: hour === undefined ? undefined : new Temporal.PlainTime(hour) }
}

/** Whether 8 there is 20 o'clock. */
export const isLate = (part: string | undefined) => ({ isLate: part !== undefined && part !== 'morning' })

/** `last` is the last of so many. */
function partOf(word: string, parts: number): number {
  const place = ordinalOf(word)
  return place < 0 ? parts : place
}

/** A name's place in its list, from 1; three letters are enough. */
export function placeOf(word: string, names: readonly string[]): number {
  return names.findIndex((name) => name.startsWith(word.slice(0, 3))) + 1
}

export function isBefore(a: Temporal.PlainDate, b: Temporal.PlainDate): boolean {
  return Temporal.PlainDate.compare(a, b) < 0
}

function capital(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1)
}

function keysOf<Key extends string>(record: Partial<Record<Key, unknown>>): readonly Key[] {
  return Object.keys(record) as Key[] // it has no others: they are written above
}
