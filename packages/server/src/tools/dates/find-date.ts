import { Temporal } from 'temporal-polyfill'
import { type TimeOfDay, timesOfDay } from './absolute.ts'
import { daySpan, edgeOf, type Span } from './calendar.ts'
import type { Expression, Now } from './expression.ts'
import { expressionsIn } from './expressions.ts'
import { type Lead, leadOf } from './lead.ts'
import { unreadBeside } from './unread.ts'
import { zonesIn } from './zones.ts'

/** What a text says about when, and why it is understood so. */
export interface FoundDate {
  readonly instant: Temporal.Instant
  /** The zone whose clocks and calendar it was read by. */
  readonly zone: string
  /** The words that say it. */
  readonly phrase: string
  readonly reasoning: string
  readonly isPast: boolean
}

/** Longer texts are read up to here. */
const MAX_TEXT = 2_000
/** How many next times are looked at: a 29 February can be 8 years away. */
const MAX_COUNT = 12

/**
 * The instant by which something a text says is to be seen: `by March 2027` is the end of 31 March on the clocks of `zone`, `next
 * Friday at 5pm` is that minute. Of several dates it takes the one that is put as a deadline, else the latest. What names no
 * year is its next time; only what names a time that is past gives one. Undefined where no date is said, or where words that say
 * more about it were not understood. Never throws.
 */
export function findDate(text: string, now: Temporal.Instant, zone: string): FoundDate | undefined {
  const { found, unread } = search(text, now, zone)
  return unread === undefined ? found : undefined
}

/** The words about a date of which only a part was understood: `the first Monday of term`. Undefined where there are none. */
export function unreadDateIn(text: string, now: Temporal.Instant, zone: string): string | undefined {
  return search(text, now, zone).unread
}

interface Search {
  readonly found?: FoundDate
  readonly unread?: string
}

function search(text: string, now: Temporal.Instant, zone: string): Search {
  const written = plain(text.slice(0, MAX_TEXT))
  const zones = zonesIn(written)
  const readable = withoutEndOfDay(lowerCase(zones.reduce(blank, written)))
  const { dates, marked, hourEnds } = datesIn(readable)
  const named = zones.find(
    (place) => place.isSure || dates.some(({ timeEnds }) => timeEnds.some((end) => isRightAfter(end, place, text))),
  )
  const clock = named?.zone ?? zone
  const context = { instant: now, zone: clock, today: now.toZonedDateTimeISO(clock).toPlainDate() }
  const said = dates.flatMap((date) => understood(date, context))
  const best = said.sort((a, b) => b.weight - a.weight || Temporal.Instant.compare(b.instant, a.instant))[0]
  if (!best) return {}
  const { instant, start, end, why } = best
  const unread = unreadBeside({ written, marked, hourEnds, zones, ...best.said })
  if (unread) return { unread: text.slice(Math.min(start, unread.start), Math.max(end, unread.end)).trim() }
  const isPast = Temporal.Instant.compare(instant, now) < 0
  const phrase = text.slice(start, end).trim()
  return { found: { instant, zone: clock, phrase, isPast, reasoning: reasoningOf(phrase, best, clock, why, isPast) } }
}

/** A date that is meant as one: with the words before it that say how, and a time of day beside it. */
interface Said {
  readonly expression: Pick<Expression, 'at' | 'isFixed' | 'name' | 'note'>
  readonly place: Place
  readonly start: number
  readonly end: number
  readonly lead: Lead
  /** Beside the date, or in the words that say it. */
  readonly time: TimeOfDay['time'] | undefined
  /** Where the words end that say an hour, and those that go on from there: a place after them is where the clock hangs. */
  readonly timeEnds: readonly number[]
}

interface Understood {
  readonly instant: Temporal.Instant
  readonly start: number
  readonly end: number
  readonly weight: number
  readonly why: readonly string[]
  readonly said: Said
}

interface Dates {
  readonly dates: readonly Said[]
  /** The text with `#` in the place of what was read. */
  readonly marked: string
  /** Where words end that say an hour. */
  readonly hourEnds: readonly number[]
}

function datesIn(text: string): Dates {
  const expressions = longest(expressionsIn(text).filter((expression) => isMeant(text, expression)))
  const found = timesOfDay(expressions.reduce(blank, text))
  const times = expressions.length > 0 ? found : found.filter(({ needsDate }) => !needsDate)
  const dates =
    expressions.length > 0
      ? expressions.map((expression) => withTime(text, expression, times))
      : times.map((time) => onAnyDay(text, time))
  const hours = [...expressions.filter(({ hasTime }) => hasTime), ...times]
  const hourEnds = hours.map(({ index, length }) => index + length)
  return {
    dates: dates.map((said, i) => inList(text, said, dates[i - 1])),
    marked: [...expressions, ...times].reduce(mark, text),
    hourEnds,
  }
}

/** In `in Q2 and Q3` the second is put as the first is. */
function inList(text: string, said: Said, before: Said | undefined): Said {
  const { lead, start } = said
  const isListed = before && /^(?:,|,? (?:and|or|to)) $/.test(text.slice(before.end, start))
  if (!isListed || lead.preposition !== undefined || lead.edge !== undefined) return said
  return { ...said, lead: { ...lead, preposition: before.lead.preposition } }
}

function onAnyDay(text: string, place: TimeOfDay): Said {
  const lead = leadOf(text, place.index)
  const end = place.index + place.length
  return { expression: ANY_DAY, place, start: lead.start, end, lead, time: place.time, timeEnds: [end] }
}

const ANY_DAY: Said['expression'] = {
  isFixed: false,
  at: (count, { today }) => ({ span: daySpan(today.add({ days: count })) }),
}

/** A date, and the time of day that stands beside it. */
function withTime(text: string, expression: Expression, times: readonly TimeOfDay[]): Said {
  const lead = leadOf(text, expression.index)
  const end = expression.index + expression.length
  const time = times.find((time) => isBeside(text, { index: lead.start, length: end - lead.start }, time))
  const date = { expression, place: expression }
  if (!time)
    return { ...date, start: lead.start, end, lead, time: undefined, timeEnds: expression.hasTime ? [end] : [] }
  const timeLead = leadOf(text, time.index)
  const isFirst = time.index < expression.index
  return {
    ...date,
    start: Math.min(lead.start, timeLead.start),
    end: Math.max(end, time.index + time.length),
    lead: isFirst ? { ...lead, preposition: timeLead.preposition ?? lead.preposition } : lead,
    time: expression.isLate ? late(time) : time.time,
    timeEnds: [time.index + time.length, Math.max(end, time.index + time.length)],
  }
}

/** `8 o'clock` in an evening. */
function late({ time, isSure }: TimeOfDay): TimeOfDay['time'] {
  return time === 'midnight' || isSure || time.hour >= 12 ? time : time.add({ hours: 12 })
}

/** Whether words that could be a date stand where they are one. */
function isMeant(text: string, { index, length, needsLead, needsEdge }: Expression): boolean {
  if (!needsLead && !needsEdge) return true
  const { preposition, edge, start } = leadOf(text, index)
  const rest = `${text.slice(0, start)} ${text.slice(index + length)}`.replace(HOUR, '')
  const isAlone = !/[\p{L}\d]/u.test(rest)
  if (needsEdge) return edge !== undefined || preposition === 'within' || preposition === 'later in'
  return edge !== undefined || isAlone || (preposition !== undefined && preposition !== 'of' && preposition !== 'from')
}

/** A time of day may stand beside what stands alone. */
const HOUR = /\b(?:at )?(?:\d{1,2}(?::\d\d)? ?(?:[ap]\.?m\b)?|noon|midnight)/g

/** Of expressions that share words, the longest. */
function longest(expressions: readonly Expression[]): readonly Expression[] {
  const kept: Expression[] = []
  for (const expression of expressions.toSorted((a, b) => b.length - a.length || a.index - b.index))
    if (!kept.some((other) => overlap(other, expression))) kept.push(expression)
  return kept.sort((a, b) => a.index - b.index)
}

interface Place {
  readonly index: number
  readonly length: number
}

function overlap(a: Place, b: Place): boolean {
  return a.index < b.index + b.length && b.index < a.index + a.length
}

/** Only words that join a day and an hour stand between the two. */
function isBeside(text: string, a: Place, b: Place): boolean {
  const [first, second] = a.index < b.index ? [a, b] : [b, a]
  const between = text.slice(first.index + first.length, second.index)
  return /^(?:[\s,(]|\b(?:at|on|by|before|around|about|from|until|till|the|of|in)\b)*$/.test(between)
}

/** The first of its times that is not past; the first of all where it names its own. */
function understood(said: Said, now: Now): readonly Understood[] {
  for (let count = 0; count < MAX_COUNT; count++) {
    const result = attempt(() => instantOf(said, count, now))
    if (!result) continue
    const isPast = Temporal.Instant.compare(result.instant, now.instant) < 0
    if (isPast && !said.expression.isFixed) continue
    return [{ ...result, said, start: said.start, end: said.end, weight: (isPast ? 0 : 4) + weightOf(said.lead) }]
  }
  return []
}

function weightOf({ preposition, edge }: Lead): number {
  if (preposition !== undefined && /^(after|since|following|from|as of|of)$/.test(preposition)) return 0
  if (edge !== undefined || (preposition !== undefined && IS_DEADLINE.test(preposition))) return 3
  return preposition === undefined ? 1 : 2
}

const IS_DEADLINE = /later than|latest|before|^by$|until|till|prior|ahead|up to|within|due/
const IS_BEFORE = /^(?:(?:any|some) ?time )?before$|^prior to$|^ahead of$/

function instantOf({ expression, lead, time }: Said, count: number, now: Now) {
  const meaning = expression.at(count, now)
  if (!meaning) return undefined
  const why = [...(expression.note ? [expression.note] : [])]
  const name = expression.name
  if ('instant' in meaning)
    return { instant: checked(meaning.instant), why: [...(name ? [`It is ${name}.`] : []), ...why] }

  const part = lead.edge ? edgeOf(meaning.span, lead.edge) : meaning.span
  const what = `${name ? `${capital(name)} is ` : 'That is '}${spanWords(part)}`
  const clock = time ?? meaning.time
  if (clock !== undefined) {
    const { instant, doubt } = atTime(part.last, clock, now.zone)
    return { instant: checked(instant), why: [`${what}.`, ...why, ...doubt] }
  }
  const isBefore = IS_BEFORE.test(lead.preposition ?? '') && lead.edge !== 'end' && lead.edge !== 'late'
  if (isBefore) {
    const day = part.first.subtract({ days: 1 })
    return {
      instant: checked(endOf(day, now.zone)),
      why: [`${what}.`, `"before" it means until the day before has ended.`, ...why],
    }
  }
  if (/^(after|following)$/.test(lead.preposition ?? '')) {
    const instant = part.last.add({ days: 1 }).toZonedDateTime(now.zone).toInstant()
    return { instant: checked(instant), why: [`${what}.`, 'It can be seen at the earliest when that is over.', ...why] }
  }
  if (lead.edge === 'start' && lead.preposition === 'at') {
    return { instant: checked(part.first.toZonedDateTime(now.zone).toInstant()), why: [`${what}.`, ...why] }
  }
  return {
    instant: checked(endOf(part.last, now.zone)),
    why: [`${what}.`, 'It counts until that day has ended.', ...why],
  }
}

/** The last second of a day, as its zone has it: some days are an hour longer, and a few begin at one o'clock. */
function endOf(day: Temporal.PlainDate, zone: string): Temporal.Instant {
  return day.add({ days: 1 }).toZonedDateTime(zone).toInstant().subtract({ seconds: 1 })
}

function atTime(day: Temporal.PlainDate, time: TimeOfDay['time'], zone: string) {
  if (time === 'midnight') {
    const instant = day.add({ days: 1 }).toZonedDateTime(zone).toInstant()
    return { instant, doubt: ['Midnight is taken as the end of that day.'] }
  }
  const local = day.toPlainDateTime(time)
  const [earlier, later] = (['earlier', 'later'] as const).map((disambiguation) =>
    local.toZonedDateTime(zone, { disambiguation }),
  )
  const instant = local.toZonedDateTime(zone).toInstant() // in a gap the later, in an overlap the earlier
  if (earlier!.equals(later!)) return { instant, doubt: [] }
  const isGap = !earlier!.toPlainDateTime().equals(local)
  const doubt = isGap
    ? 'The clocks skip that time there on that day, so it is as much later as they go forward.'
    : 'The clocks show that time twice there on that day; the first is meant.'
  return { instant, doubt: [doubt] }
}

/** Years beyond what an ISO date says in four digits are no date. */
function checked(instant: Temporal.Instant): Temporal.Instant {
  if (instant.epochMilliseconds > LAST || instant.epochMilliseconds < FIRST) throw new RangeError('beyond the calendar')
  return instant
}

const FIRST = Date.UTC(1000, 0, 1)
const LAST = Date.UTC(9999, 11, 30)

/** Nothing where the calendar has no such day. */
function attempt<Result>(deed: () => Result): Result | undefined {
  try {
    return deed()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** `end of day` says nothing where the day follows: every day counts until its end. Nor does `local time`. */
function withoutEndOfDay(text: string): string {
  return text.replace(
    /\blocal time\b|\b(?:the )?(?:eod|end of (?:the )?day|end of play),? (?:on |of )?(?=(?:next |this )?(?:\d|[a-z]+day\b|tomorrow|[a-z]{3,9} \d))/g,
    (words) => ' '.repeat(words.length),
  )
}

function isRightAfter(end: number, zone: Place, text: string): boolean {
  return zone.index >= end && /^[ ,]{0,2}$/.test(text.slice(end, zone.index))
}

/** With plain quotes, dashes and spaces; as long as before, so that places in it stay. */
function plain(text: string): string {
  return text
    .replace(/[\u2018\u2019\u02bc`]/g, "'")
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\s/g, ' ')
}

function lowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** Spaces in the place of what has been read. */
function blank(text: string, { index, length }: Place): string {
  return text.slice(0, index) + ' '.repeat(length) + text.slice(index + length)
}

function mark(text: string, { index, length }: Place): string {
  return text.slice(0, index) + '#'.repeat(length) + text.slice(index + length)
}

function reasoningOf(
  phrase: string,
  { instant }: Understood,
  zone: string,
  why: readonly string[],
  isPast: boolean,
): string {
  const local = instant.toZonedDateTimeISO(zone)
  const time = local.toPlainTime().toString({ smallestUnit: 'second' })
  const at = `${/^[+-]/.test(zone) ? `At UTC${zone}` : `In ${zone}`} that is ${dayWords(local.toPlainDate())} at ${time} (UTC${local.offset}).`
  return [`"${phrase}":`, ...why, at, ...(isPast ? ['That is already past.'] : [])].join(' ')
}

function spanWords({ first, last }: Span): string {
  return first.equals(last) ? dayWords(first) : `${dayWords(first)} to ${dayWords(last)}`
}

function dayWords(day: Temporal.PlainDate): string {
  return `${WEEKDAYS[day.dayOfWeek - 1]} ${day.day} ${MONTHS[day.month - 1]} ${day.year}`
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const MONTHS = 'January February March April May June July August September October November December'.split(' ')

function capital(words: string): string {
  return words[0]!.toUpperCase() + words.slice(1)
}
