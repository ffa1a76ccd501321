import { absoluteDates } from './absolute.ts'
import { HOLIDAYS } from './calendar.ts'
import type { Expression, Reading } from './expression.ts'
import { COUNTED, NUMBER, ORDINAL } from './numbers.ts'
import { readNth, readPartOf, readUnitBeside, readWeekdayBeside, readWeekOf } from './parts.ts'
import {
  type Groups,
  MONTHS,
  readCount,
  readDay,
  readDayOfMonth,
  readDecade,
  readDuration,
  readHalf,
  readHoliday,
  readMonth,
  readNamedUnit,
  readQuarter,
  readSeason,
  readShortEnd,
  readUnit,
  readWeek,
  readWeekday,
  readYear,
  WEEKDAYS,
} from './readings.ts'

/** What can be read as a date in a text (lower case, plain quotes and dashes), whether it is meant so or not. */
export function expressionsIn(text: string): readonly Expression[] {
  const plain = [...RULES.flatMap(([pattern, read]) => matches(text, pattern, read)), ...absoluteDates(text)]
  const parts = [...plain, ...compounds(text, PARTS, plain)]
  return [...parts, ...compounds(text, STEPS, parts)]
}

function compounds(text: string, rules: readonly Compound[], plain: readonly Expression[]): readonly Expression[] {
  return rules.flatMap(([pattern, read]) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const groups = match.groups ?? {}
      const anchor = anchorAfter(text, match.index + match[0].length, plain, groups['direction'] !== undefined)
      const reading = anchor && read(groups, anchor)
      return reading ? [{ ...reading, index: match.index, length: anchor.index + anchor.length - match.index }] : []
    }),
  )
}

/** The longest date that begins at a place, or after a few words there: `the election on 3 November`. */
function anchorAfter(text: string, at: number, plain: readonly Expression[], isNamed: boolean): Expression | undefined {
  const [anchor] = plain
    .filter(({ index }) => index >= at && /^(?:on )?(?:the )?$/.test(text.slice(at, index)))
    .sort((a, b) => b.length - a.length)
  const event = isNamed ? EVENT.exec(text.slice(at, at + 60))?.[0].length : undefined
  return anchor ?? (event === undefined ? undefined : anchorAfter(text, at + event, plain, false))
}

const EVENT = /^(?:the|an?|its|his|her|our|their) (?:[\p{L}'-]+ ){1,4}?(?=on \S)/u

type Rule = readonly [pattern: RegExp, read: (groups: Groups) => Reading | undefined]

function matches(text: string, pattern: RegExp, read: Rule[1]): readonly Expression[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const reading = read(match.groups ?? {})
    return reading ? [{ ...reading, index: match.index, length: match[0].length }] : []
  })
}

const YEAR = '(?:19|20|21)\\d\\d'
const OF_YEAR = `(?:,? (?:of |in )?(?:the year )?(?<year>${YEAR}|'\\d\\d|this year|next year|last year)(?![\\d%]))?`
const THE_YEAR = `(?:the year|(?<year>${YEAR}|this year|next year))`
const WHICH = '(?:(?<which>this|next|last|the next|the coming|this coming|coming|the following) )?'
const PERIOD = '(?<unit>week|weekend|month|quarter|year|decade|century)'
const PART = '(?: (?<part>morning|afternoon|evening|night))?'
/** `Monday week` is a week after Monday. */
const WEEK_LATER = '(?<later> week)(?![ -](?:\\d|long))'
const DAYS = 'today|tonight|tomorrow|yesterday|(?:the )?day after tomorrow|(?:the )?day before yesterday'
const UNITS =
  '(?:business|working|trading) days?|weekdays?|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|fortnights?|' +
  'months?|quarters?|years?|yrs?|decades?'
const AND_MORE = `(?:(?:,| and|, and) (?<amount2>${NUMBER}) (?<unit2>${UNITS}))?`
const AMOUNT = `(?<amount>${NUMBER})(?<half> and a half)?(?: more)? (?<unit>${UNITS})(?<more> and a half)?${AND_MORE}`
const ABOUT = '(?: about| around| approximately| roughly| less than| at most| under| just)?'
/** Abbreviations of more than three letters. */
const SHORT: Readonly<Record<string, readonly string[]>> = {
  september: ['sept'],
  tuesday: ['tues'],
  wednesday: ['weds'],
  thursday: ['thur', 'thurs'],
}
/** Every way of saying when that is ours; dates that are written out are chrono's. */
const RULES: readonly Rule[] = [
  [
    rule(`(?<!\\d(?:st|nd|rd|th)?(?: of)? )${WHICH}(?<month>${anyOf(MONTHS)})\\.?(?!,? \\d{1,2}(?![\\d:]))${OF_YEAR}`),
    readMonth,
  ],
  [rule(`q(?<number>[1-4])${OF_YEAR}|(?<year>${YEAR})[ -]?q(?<number>[1-4])`), readQuarter],
  [
    rule(`(?<ordinal>first|1st|second|2nd|third|3rd|fourth|4th|last|final) quarter(?: (?:of|in) ${THE_YEAR})?(?! of)`),
    readQuarter,
  ],
  [rule(`${WHICH}(?<season>spring|summer|autumn|winter)${OF_YEAR}`), readSeason],
  [rule(`${WHICH}(?<season>fall)(?: of (?<year>${YEAR}))?`), readSeason],
  [rule(`h(?<number>[12])${OF_YEAR}|(?<ordinal>first|1st|second|2nd) half (?:of|in) ${THE_YEAR}`), readHalf],
  [rule(`(?<which>this|the current|next|the next|the following|the coming|coming|last) ${PERIOD}`), readNamedUnit],
  [rule('(?<unit>day|week|weekend|month|quarter|year|decade|century)'), readUnit],
  [
    rule(`eo(?<letter>[dwmqy])|year[ -]?end ?(?:of )?(?<year>${YEAR})|(?<unit>month|quarter|year)[ -]?end`),
    readShortEnd,
  ],
  [rule(`(?<day>${DAYS})${PART}`), readDay],
  [rule('this (?<part>morning|afternoon|evening)'), ({ part }) => readDay({ day: 'today', part })],
  [rule(`${WHICH}(?<weekday>${WEEKDAYS.join('|')})(?:${WEEK_LATER}|${PART})`), readWeekday],
  [
    rule(`(?<!\\b(?:the|a|an|in|my|his|her|we|they|he|she|i) )${WHICH}(?<weekday>${anyOf(WEEKDAYS)})${PART}`),
    readWeekday,
  ],
  [rule('the next (?<unit>(?:business|working|trading) day)'), ({ unit }) => readDuration({ amount: 'one', unit })],
  ...HOLIDAYS.map(
    ([name, pattern, day]): Rule => [
      rule(`${WHICH}(?:${pattern})${OF_YEAR}`),
      (groups) => readHoliday(name, day, groups),
    ],
  ),
  [
    rule(
      `(?:(?:the )?(?:calendar )?year )?(?<![$€£¥#.,:/+]|(?<!mid|early|late|end)-)(?<year>${YEAR})(?![\\d%€:/]|[.,-]\\d| ?(?:${COUNTED})(?!\\p{L}))`,
    ),
    readYear,
  ],
  [rule("(?:the )?(?<decade>(?:19|20|21)\\d0)'?s"), readDecade],
  [
    rule(
      'the (?<day>\\d{1,2})(?:st|nd|rd|th)(?: (?:day )?of (?<which>this|next|the|the following) month|(?= at | by |[ ]*[,.;:!?)]|[ ]*$))',
    ),
    readDayOfMonth,
  ],
  [rule(`week (?<week>\\d{1,2})${OF_YEAR}|(?<year>${YEAR})-?w(?<week>\\d\\d)`), readWeek],
  [
    rule(
      `(?:in|within|inside|over|during)${ABOUT} (?:the )?(?:next |coming |following )?${AMOUNT}(?:'s|')?(?: time)?(?: from now| from today)?(?! (?:from|after|before|ago))`,
    ),
    readDuration,
  ],
  [
    rule('(?:in|within|over|during) the (?:next|coming|following) (?<unit>week|month|quarter|year|decade)'),
    ({ unit }) => readDuration({ amount: 'one', unit }),
  ],
  [rule(`(?:for )?(?:the )?next ${AMOUNT}(?! (?:from|after|before|ago))`), readDuration],
  [rule(`${AMOUNT} (?<direction>from now|from today|hence|later|ago)`), readDuration],
]

type Compound = readonly [pattern: RegExp, read: (groups: Groups, anchor: Reading) => Reading | undefined]

/** What is said of a date that follows: a part of it. */
const PARTS: readonly Compound[] = [
  [
    lead(
      `(?:the )?(?<nth>${ORDINAL}) (?:(?<weekday>${anyOf(WEEKDAYS)})|(?<unit>(?:business|working|trading) day|day|weekend|week)) (?:of|in) `,
    ),
    readNth,
  ],
  [lead('the (?<nth>first|last) of '), readNth],
  [lead('(?:the )?week of '), readWeekOf],
  [lead('(?:the )?(?<part>morning|afternoon|evening|night) of '), readPartOf],
]

/** How far from a date that follows. */
const STEPS: readonly Compound[] = [
  [lead(`(?:in |(?<within>within ))?${AMOUNT} (?<direction>from|after|before|prior to|ahead of|on|of) `), readCount],
  [lead(`(?:in )?${AMOUNT} (?=today|tomorrow)`), readCount],
  [
    lead(`(?:the )?(?:(?<nth>${ORDINAL}) )?(?<weekday>${anyOf(WEEKDAYS)}) (?<direction>after|following|before) `),
    readWeekdayBeside,
  ],
  [lead('the (?<unit>day|week|weekend|month|quarter|year) (?<direction>after|following|before) '), readUnitBeside],
]

function lead(pattern: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\d_])${pattern}(?=\\S)`, 'gu')
}

/** A pattern that stands as words of its own. */
function rule(pattern: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\d_])(?:${pattern})(?![\\p{L}\\d_])`, 'gu')
}

/** Names, whole or short, the longer first. */
function anyOf(names: readonly string[]): string {
  const short = names.flatMap((name) => [name, ...(SHORT[name] ?? []), name.slice(0, 3)])
  return short.sort((a, b) => b.length - a.length).join('|')
}
