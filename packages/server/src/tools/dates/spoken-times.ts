import { Temporal } from 'temporal-polyfill'
import type { TimeOfDay } from './absolute.ts'
import { COUNTED, numberOf } from './numbers.ts'

/** Times of day as people say them, in lower case: `half past seven`, `a quarter to nine`, `at 9`, `at nine thirty`. */
export function spokenTimes(text: string): readonly TimeOfDay[] {
  return [...text.matchAll(PAST), ...text.matchAll(AT)].flatMap((match) => {
    const { minutes = '', side = 'past', hour, more = '', half } = match.groups as Groups
    const count = MINUTES[minutes] ?? (minutes === '' ? (MINUTES[more] ?? 0) : numberOf(minutes).value)
    const hours = numberOf(hour!).value
    if (hours > 24) return []
    const isLate = half !== undefined && !/^(?:a|morning)/.test(half)
    const whole = isLate && hours < 12 ? hours + 12 : half !== undefined && !isLate && hours === 12 ? 0 : hours
    const hourSharp = new Temporal.PlainTime(whole % 24)
    const isBefore = side === 'to' || side === 'before'
    return {
      index: match.index,
      length: match[0].length,
      time: isBefore ? hourSharp.subtract({ minutes: count }) : hourSharp.add({ minutes: count }),
      isSure: half !== undefined,
      needsDate: !(minutes in MINUTES), // `ten to six` may be a score, and `at 9` a price
    }
  })
}

type Groups = Readonly<Record<string, string | undefined>>

const MINUTES: Readonly<Record<string, number>> = { half: 30, quarter: 15, thirty: 30, fifteen: 15, 'forty-five': 45 }
const HOUR = '(?<hour>\\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)'
const HALF = '(?:,? ?(?<half>[ap]\\.?m\\b)|,? in the (?<half>morning|afternoon|evening)|,? (?<half>at night))?'
const END = `(?![\\p{L}\\d:%€$£/-]|[.,]\\d| ?[%€$£]| o'clock| (?:per|${COUNTED})\\b)`
const PAST = new RegExp(
  `(?<![\\p{L}\\d_])(?:a )?(?<minutes>half|quarter|five|ten|twenty)(?: minutes)? (?<side>past|after|to|before) ${HOUR}(?: o'clock)?${HALF}${END}`,
  'gu',
)
const AT = new RegExp(`(?<![\\p{L}\\d_])at ${HOUR}(?: (?<more>thirty|fifteen|forty-five))?${HALF}${END}`, 'gu')
