/** A time of day in a text, as `HH:MM`; also one that cannot be, such as 25:99, for whoever checks it. */
export function timeIn(text: string): string | undefined {
  const lower = text.toLowerCase()
  const half = halfOf(lower)
  const clock = /\b(\d{1,2})[:.h](\d{2})(?![\d.])\s*([ap])?\.?m?\b/.exec(lower)
  if (clock) return timeOf(Number(clock[1]), Number(clock[2]), clock[3] ?? half)
  const short = /\b(\d{1,2})\s*([ap])\.?m\b/.exec(lower)
  if (short) return timeOf(Number(short[1]), 0, short[2])
  if (/\bnoon\b|\bmidday\b/.test(lower)) return '12:00'
  if (/\bmidnight\b/.test(lower)) return '00:00'

  const spelled = SPELLED.exec(lower)
  if (spelled) {
    const [, minutes, direction, hour] = spelled
    const before = direction === 'to' || direction === 'before'
    const count = minutes === 'half' ? 30 : minutes === 'quarter' || minutes === 'a quarter' ? 15 : numberOf(minutes!)
    const at = numberOf(hour!)
    return timeOf(before ? (at + 23) % 24 : at, before ? 60 - count : count, half)
  }
  const pair = PAIR.exec(lower)
  if (pair) return timeOf(numberOf(pair[1]!), numberOf(pair[2]!), half)
  const bare = new RegExp(
    `\\b(?:at|for|to|by|until|make it|it)\\s+(${NUMBER})(?:\\s+o'?clock)?\\b(?!\\s*(?:${UNITS}|%|days?))`,
  ).exec(lower)
  const alone = new RegExp(
    `^\\W*(?:no,?\\s+|ok,?\\s+|at\\s+)?(${NUMBER})(?:\\s+o'?clock)?\\b[^a-z\\d]*(?:please|then|instead|sharp|in the \\w+)?\\W*$`,
  ).exec(lower)
  const oclock = new RegExp(`\\b(${NUMBER})\\s+o'?clock\\b`).exec(lower)
  const hour = oclock?.[1] ?? bare?.[1] ?? alone?.[1]
  return hour === undefined ? undefined : timeOf(numberOf(hour), 0, half)
}

/** How many minutes from now a text says: "in 20 minutes", "in an hour and a half". */
export function minutesFromNow(text: string): number | undefined {
  const lower = text.toLowerCase()
  if (/\bin (?:an?|one) hour and a half\b/.test(lower)) return 90
  if (/\bin half an hour\b/.test(lower)) return 30
  const found =
    new RegExp(`\\bin (?:about |exactly )?(${NUMBER}|an?)[ -]?(${SPANS})\\b`).exec(lower) ??
    new RegExp(`\\btimer (?:for |of |to )?(${NUMBER}|an?)[ -]?(${SPANS})\\b`).exec(lower) ??
    new RegExp(`\\b(${NUMBER})[ -]?(${SPANS}) timer\\b`).exec(lower)
  if (!found) return undefined
  const count = /^an?$/.test(found[1]!) ? 1 : numberOf(found[1]!)
  const unit = found[2]!
  return unit.startsWith('h') ? count * 60 : unit.startsWith('s') ? count / 60 : count
}

/** The times in a text that names two: "alarms at 7 and 8:30", "at 7 or 8". */
export function twoTimesIn(
  text: string,
): { readonly times: readonly [string, string]; readonly isChoice: boolean } | undefined {
  const clock = '(\\d{1,2}(?:[:.]\\d\\d)?\\s?(?:[ap]\\.?m\\b\\.?)?)'
  const found = new RegExp(`(?:^|[\\s,])${clock}\\s?(and|or|,)\\s?(?:at )?${clock}(?=$|[\\s,.!?])`, 'i').exec(text)
  if (!found) return undefined
  const half = halfOf(text.toLowerCase())
  const both = [found[1]!, found[3]!].map((part) =>
    timeIn(`at ${part.trim()}${half && !/m/i.test(part) ? ` ${half}m` : ''}`),
  )
  const [one, other] = both
  return one && other ? { times: [one, other], isChoice: found[2]!.toLowerCase() === 'or' } : undefined
}

const WORDS =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  )
const TENS: Readonly<Record<string, number>> = { twenty: 20, thirty: 30, forty: 40, fifty: 50 }
const NUMBER = `\\d{1,3}|twenty[- ]five|${WORDS.toReversed().join('|')}|thirty|forty|fifty`
const UNITS = 'min(?:ute)?s?|h(?:our)?s?'
const SPANS = `${UNITS}|hrs?|sec(?:ond)?s?`
const SPELLED = new RegExp(
  `\\b(half|a quarter|quarter|${NUMBER})(?: minutes?)?\\s+(past|after|to|before)\\s+(${WORDS.slice(0, 12).toReversed().join('|')}|\\d{1,2})\\b`,
)
const PAIR = new RegExp(
  `\\b(${WORDS.slice(0, 12).toReversed().join('|')})[ -](thirty|fifteen|forty[- ]five|twenty[- ]five|twenty|ten|five|fifty|forty)\\b(?!\\s*(?:${UNITS}))`,
)

function numberOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  return text.split(/[- ]/).reduce((sum, word) => sum + (TENS[word] ?? WORDS.indexOf(word) + 1), 0)
}

/** Which half of the day the words speak of. */
function halfOf(lower: string): 'a' | 'p' | undefined {
  if (/\b(?:evening|afternoon|tonight|at night|dinner|p\.?m)\b/.test(lower)) return 'p'
  return /\b(?:morning|a\.?m)\b/.test(lower) ? 'a' : undefined
}

function timeOf(hour: number, minute: number, half: string | undefined): string {
  const whole = half === 'p' && hour < 12 ? hour + 12 : half === 'a' && hour === 12 ? 0 : hour
  return `${String(whole).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}
