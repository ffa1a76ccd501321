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
  const bare = new RegExp(`\\b(?:at|for|to|by|until|make it|it)\\s+(${NUMBER})(?:\\s+o'?clock)?\\b(?!${NO_TIME})`).exec(
    lower,
  )
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

/** The times that a text lists: "alarms at 7, 8 and 9:30", "an alarm at 7 and one at 8", "7 or 8". */
export function timesIn(text: string): { readonly times: readonly string[]; readonly isChoice: boolean } | undefined {
  const found = LISTED.exec(text)
  if (!found) return undefined
  const half = halfOf(text.toLowerCase())
  const parts = found[2]!.split(LINK).map((part) => timeIn(`at ${part}${half && !/m/i.test(part) ? ` ${half}m` : ''}`))
  const times = parts.filter((time) => time !== undefined)
  const isChoice = /\bor\b/i.test(found[2]!)
  const isMeant = isChoice || found[1] !== undefined || /\b(?:two|three|four|both|alarms|reminders)\b/i.test(text)
  return isMeant && times.length === parts.length ? { times, isChoice } : undefined
}

/** Every time of day that a text names, each once. */
export function allTimesIn(text: string): readonly string[] {
  let rest = text.toLowerCase()
  const half = halfOf(rest)
  const times = EVERY_TIME.flatMap((pattern) => {
    const found = [...rest.matchAll(pattern)].map(([words]) => words)
    rest = rest.replace(pattern, ' . ')
    return found.flatMap(
      (words) => timeIn(`at ${words.replace(LEAD, '')}${half && !/m/.test(words) ? ` ${half}m` : ''}`) ?? [],
    )
  })
  return [...new Set(times)]
}

/** How many times a text says "in 20 minutes" and the like. */
export function durationsIn(text: string): number {
  return [
    ...text.toLowerCase().matchAll(new RegExp(`\\bin (?:about |exactly )?(?:${NUMBER}|an?)[ -]?(?:${SPANS})\\b`, 'g')),
  ].length
}

const WORDS =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  )
const TENS: Readonly<Record<string, number>> = { twenty: 20, thirty: 30, forty: 40, fifty: 50 }
const NUMBER = `\\d{1,3}|twenty[- ]five|${WORDS.toReversed().join('|')}|thirty|forty|fifty`
const UNITS = 'min(?:ute)?s?|h(?:our)?s?'
const SPANS = `${UNITS}|hrs?|sec(?:ond)?s?`
/** What makes the number before it something else than an hour. */
const NO_TIME = `\\s*(?:(?:${UNITS}|days?)\\b|%|(?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\b)`
const SPELLED = new RegExp(
  `\\b(half|a quarter|quarter|${NUMBER})(?: minutes?)?\\s+(past|after|to|before)\\s+(${WORDS.slice(0, 12).toReversed().join('|')}|\\d{1,2})\\b`,
)
const PAIR = new RegExp(
  `\\b(${WORDS.slice(0, 12).toReversed().join('|')})[ -](thirty|fifteen|forty[- ]five|twenty[- ]five|twenty|ten|five|fifty|forty)\\b(?!\\s*(?:${UNITS}))`,
)

const CLOCK = `(?:\\d{1,2}(?:[:.]\\d\\d)?\\s?(?:[ap]\\.?m\\b\\.?)?|noon|midnight|(?:${WORDS.slice(0, 12).toReversed().join('|')})\\b)(?!${NO_TIME})`
const JOINED = `\\s?(?:,? and|,? or|,)\\s(?:(?:(?:add |set |create )?(?:an?other|one|a second|an alarm)(?: one| alarm)?\\s)?(?:at |for ))?`
const LISTED = new RegExp(
  `(?:^|\\b(at|for|by)\\s|(?<!\\bbetween)[\\s,])(${CLOCK}(?:${JOINED}${CLOCK})+)(?=$|[\\s,.!?])`,
  'i',
)
const LINK = new RegExp(JOINED, 'i')
const LEAD = /^(?:at|for|by|until|no,?|wait,?|mean|rather)\s+/
const EVERY_TIME = [
  /\b\d{1,2}[:.h]\d{2}(?![\d.])(?:\s*[ap]\.?m\b)?/g,
  /\b\d{1,2}\s*[ap]\.?m\b/g,
  /\b(?:noon|midday|midnight)\b/g,
  new RegExp(SPELLED, 'g'),
  new RegExp(PAIR, 'g'),
  new RegExp(`\\b(?:at|for|by|until|no,?|wait,?|mean|rather)\\s+(?:${NUMBER})\\b(?!${NO_TIME})`, 'g'),
  new RegExp(`\\b(?:${NUMBER})\\s+o'?clock\\b`, 'g'),
]

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
