import type { Lead } from './lead.ts'
import { NUMBER, ORDINAL } from './numbers.ts'
import { MONTHS, WEEKDAYS } from './readings.ts'
import type { NamedZone } from './zones.ts'

/** A date in a text, and what else was read there. */
export interface Beside {
  /** As it was written. */
  readonly written: string
  /** In lower case, with the zones left out and `#` in the place of all that was read. */
  readonly marked: string
  readonly zones: readonly NamedZone[]
  /** Where the words are that name the date, without those that say how it is meant. */
  readonly place: { readonly index: number; readonly length: number }
  readonly lead: Lead
  /** Where the words end that say an hour. */
  readonly hourEnds: readonly number[]
}

/** How many letters around a date are looked at. */
const REACH = 80

/** Where words stand beside a date that say more about it and were not read: then it is another date than what was read. */
export function unreadBeside(beside: Beside): { readonly start: number; readonly end: number } | undefined {
  const { written, marked, zones, place, lead, hourEnds } = beside
  const { index } = place
  const end = index + place.length
  const start = lead.edge ? lead.start : index
  const before = marked.slice(Math.max(0, start - REACH), start)
  const after = marked.slice(end, end + REACH)
  const said = written.slice(index, end).toLowerCase()

  const joined = JOINED.exec(before) ?? (isNear(lead.preposition) ? COUNTED_FROM.exec(before) : null)
  const direct = (NAMED.test(said) ? DIRECT.exec(before) : null) ?? HALF_BEFORE.exec(before)
  const found = joined ?? direct
  if (found) return { start: start - found[0].length, end }
  const next = (said.startsWith('within') ? OF.exec(after) : null) ?? FOLLOWING.exec(after)
  if (next) return { start: index, end: end + next[0].length }

  for (const at of hourEnds) {
    const zone = zones.some((known) => known.index >= at && known.index <= at + 3)
      ? null
      : ZONE.exec(written.slice(at, at + REACH))
    if (zone) return { start: at, end: at + zone[0].length }
  }
  const hour = zones.find(
    (zone) => zone.isSure && /(?:^|[^#\d:.])\d{1,2} $/.test(marked.slice(Math.max(0, zone.index - 4), zone.index)),
  )
  return hour && { start: hour.index - 3, end: hour.index + hour.length }
}

function isNear(preposition: string | undefined): boolean {
  return preposition === undefined || /^(?:in|on|of|at|during)$/.test(preposition)
}

/** `half seven` is not the same time everywhere. */
const HALF_HOUR = 'half (?:\\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)'
const HALF_BEFORE = new RegExp(`(?<![\\p{L}\\d])${HALF_HOUR} (?:on )?$`, 'u')
const UNIT =
  '(?:(?:business |working |trading )?days?|weeks?|weekends?|fortnight|months?|quarters?|half|years?|decade|century)'
/** `third Tuesday in`, `first weeks of`, `Monday in`: which of several, or a part. */
const JOINED = new RegExp(
  `(?<![\\p{L}\\d])(?:(?:${ORDINAL}|penultimate|${UNIT} of) (?:${UNIT}|#+)|eve|#+) (?:of|in) (?:the )?(?:(?:fiscal|academic|school|tax) (?:year )?)?$|(?<![\\p{L}\\d])(?:fiscal|academic|school|tax) (?:year )?$`,
  'u',
)
/** `two weeks after the launch in`. */
const COUNTED_FROM = new RegExp(
  `(?<![\\p{L}\\d])(?:(?:the|${NUMBER}) ${UNIT} (?:after|before|from|following|prior to|ahead of)|#+ of) (?:[\\p{L}'-]+ ){1,5}$`,
  'u',
)
/** `every Monday`, `the penultimate Friday`. */
const DIRECT = new RegExp(`(?<![\\p{L}\\d])(?:every|each|every other|alternate|penultimate|(?:${ORDINAL})) $`, 'u')
const NAMED = new RegExp(`^(?:${[...WEEKDAYS, ...MONTHS].map((name) => name.slice(0, 3)).join('|')})`)
const OF = /^ of\b[^,.;:!?#]{0,60}/
const FOLLOWING = new RegExp(
  `^ (?:week|fortnight)\\b|^'s? #|^,? the \\d{1,2}(?:st|nd|rd|th)\\b|^,? (?:at )?${HALF_HOUR}\\b|^ (?:of|in) (?:(?:the|each|every|that) )*(?:#+|(?:month|quarter|week|year)\\b)`,
)
/** What looks like a zone and is none that is known. */
const ZONE = /^,? ?\(?(?:(?:\p{Lu}[\p{L}.]* ){1,3}[Tt]ime\b|(?!THAT|BUT|NOT|WHAT|MUST|LAST|NEXT)[A-Z]{2,4}T\b)/u
