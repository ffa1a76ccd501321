import { Temporal } from 'temporal-polyfill'

type Day = Temporal.PlainDate

/** Some whole days, from the first to the last. */
export interface Span {
  readonly first: Day
  readonly last: Day
}

export const daySpan = (day: Day): Span => ({ first: day, last: day })

/** `months` whole months from the one that `day` lies in. */
export function monthSpan(day: Day, months = 1): Span {
  const first = day.with({ day: 1 })
  return { first, last: first.add({ months }).subtract({ days: 1 }) }
}

export const yearSpan = (year: number): Span => monthSpan(new Temporal.PlainDate(year, 1, 1), 12)

export const quarterSpan = (year: number, quarter: number): Span =>
  monthSpan(new Temporal.PlainDate(year, quarter * 3 - 2, 1), 3)

export const halfSpan = (year: number, half: number): Span =>
  monthSpan(new Temporal.PlainDate(year, half * 6 - 5, 1), 6)

/** Monday to Sunday. */
export function weekSpan(day: Day): Span {
  const first = day.subtract({ days: day.dayOfWeek - 1 })
  return { first, last: first.add({ days: 6 }) }
}

export type Unit = 'day' | 'week' | 'weekend' | 'month' | 'quarter' | 'half' | 'year' | 'decade' | 'century'

/** The span of this kind that a day lies in, or `by` spans later. */
export function spanOf(unit: Unit, day: Day, by = 0): Span {
  switch (unit) {
    case 'day':
      return daySpan(day.add({ days: by }))
    case 'week':
      return weekSpan(day.add({ weeks: by }))
    case 'weekend': {
      const { last } = weekSpan(day.add({ weeks: by }))
      return { first: last.subtract({ days: 1 }), last }
    }
    case 'month':
      return monthSpan(day.with({ day: 1 }).add({ months: by }))
    case 'quarter':
    case 'half': {
      const months = unit === 'half' ? 6 : 3
      const first = day.with({ month: Math.ceil(day.month / months) * months - months + 1, day: 1 })
      return monthSpan(first.add({ months: by * months }), months)
    }
    case 'year':
      return yearSpan(day.year + by)
    case 'decade':
    case 'century': {
      const years = unit === 'decade' ? 10 : 100
      const first = new Temporal.PlainDate((Math.floor(day.year / years) + by) * years, 1, 1)
      return monthSpan(first, years * 12)
    }
  }
}

export type Edge = 'start' | 'early' | 'middle' | 'late' | 'end'

/** The part of a span that its edge names: `mid-March` lasts to the 15th, `early 2027` to the end of April. */
export function edgeOf({ first, last }: Span, edge: Edge): Span {
  switch (edge) {
    case 'start':
      return daySpan(first)
    case 'early':
      return { first, last: partOf({ first, last }, 1 / 3) }
    case 'middle':
      return { first, last: partOf({ first, last }, 1 / 2) }
    case 'late':
    case 'end':
      return { first, last }
  }
}

/** The last day of a span's first part: in whole months where it has some. */
function partOf({ first, last }: Span, part: number): Day {
  const days = first.until(last).days + 1
  const months = first.until(last.add({ days: 1 }), { largestUnit: 'month' }).months
  const whole = Math.floor(months * part)
  if (months > 2 && whole >= 1 && whole === months * part) return first.add({ months: whole }).subtract({ days: 1 })
  return first.add({ days: Math.max(0, Math.floor(days * part) - 1) })
}

/** The day that is so many business days later, or earlier: Monday to Friday, whatever is a holiday where. */
export function addBusinessDays(day: Day, count: number): Day {
  const onWeekend = Math.max(0, day.dayOfWeek - 5)
  // A weekend counts as the Friday before it, looking forward; as the Monday after it, looking back.
  const start = onWeekend === 0 || count >= 0 ? day.subtract({ days: onWeekend }) : day.add({ days: 3 - onWeekend })
  const intoWeek = start.dayOfWeek - 1 + count
  return start.add({ days: count + Math.floor(intoWeek / 5) * 2 })
}

/** The nth weekday (1 is Monday) of a span, from its end where `nth` is below 0. Nothing where it has no such day. */
export function nthWeekdayOf({ first, last }: Span, weekday: number, nth: number): Day | undefined {
  const day =
    nth > 0
      ? first.add({ days: ((weekday - first.dayOfWeek + 7) % 7) + (nth - 1) * 7 })
      : last.subtract({ days: ((last.dayOfWeek - weekday + 7) % 7) - (nth + 1) * 7 })
  return Temporal.PlainDate.compare(day, first) < 0 || Temporal.PlainDate.compare(day, last) > 0 ? undefined : day
}

/** The nth weekday (1 is Monday) of a month. */
function nthWeekday(year: number, month: number, weekday: number, nth: number): Day {
  return nthWeekdayOf(monthSpan(new Temporal.PlainDate(year, month, 1)), weekday, nth)!
}

/** Easter Sunday of the Western churches, by the anonymous Gregorian computus. */
function easter(year: number): Day {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const ofCentury = year % 100
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const moon = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - moon - (ofCentury % 4)) % 7
  const shift = Math.floor((golden + 11 * moon + 22 * weekday) / 451)
  const sum = moon + weekday - 7 * shift + 114
  return new Temporal.PlainDate(year, Math.floor(sum / 31), (sum % 31) + 1)
}

/** Days with names, by what people write for them. Those that move are worked out for the year. */
export const HOLIDAYS: readonly (readonly [name: string, pattern: string, of: (year: number) => Day])[] = [
  ['Christmas Eve', 'christmas eve|xmas eve', fixed(12, 24)],
  ['Christmas Day', 'christmas(?: day)?|xmas', fixed(12, 25)],
  ['Boxing Day', 'boxing day', fixed(12, 26)],
  ["New Year's Eve", "new year'?s'? eve|nye", fixed(12, 31)],
  ["New Year's Day", "new year(?:'?s'?)?(?: day)?", fixed(1, 1)],
  ["Valentine's Day", "valentine'?s?(?: day)?", fixed(2, 14)],
  ["Saint Patrick's Day", "(?:st\\.?|saint) patrick'?s(?: day)?", fixed(3, 17)],
  ['Good Friday', 'good friday', (year) => easter(year).subtract({ days: 2 })],
  ['Easter Monday', 'easter monday', (year) => easter(year).add({ days: 1 })],
  ['Easter Sunday', 'easter(?: sunday)?', easter],
  ['May Day', 'may day', fixed(5, 1)],
  ['Independence Day', 'independence day|(?:the )?(?:4th|fourth) of july', fixed(7, 4)],
  ['Labor Day', 'labou?r day', (year) => nthWeekday(year, 9, 1, 1)],
  ['Halloween', "hallowe'?en", fixed(10, 31)],
  ['Thanksgiving', 'thanksgiving(?: day)?', (year) => nthWeekday(year, 11, 4, 4)],
  ['Black Friday', 'black friday', (year) => nthWeekday(year, 11, 4, 4).add({ days: 1 })],
]

function fixed(month: number, day: number): (year: number) => Day {
  return (year) => new Temporal.PlainDate(year, month, day)
}
