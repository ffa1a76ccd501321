/** A day as words say it. */
export type DayWords =
  | { readonly inDays: number }
  | { readonly weekday: number }
  | { readonly day: number; readonly month?: number; readonly year?: number; readonly isNextMonth?: boolean }
  | { readonly nth: number; readonly weekday: number; readonly month: number | 'this' | 'next'; readonly year?: number }

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]

/** The day an alarm that rings once is for; undefined where none is named. */
export function dayIn(text: string): DayWords | undefined {
  const lower = text.toLowerCase()
  const nth = nthIn(lower)
  if (nth) return nth
  if (/\byesterday\b|\blast (?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\blast (?:week|night)\b|\bago\b/.test(lower))
    return { inDays: -1 }
  if (/\bday after tomorrow\b/.test(lower)) return { inDays: 2 }
  if (/\btomorrow\b/.test(lower)) return { inDays: 1 }
  if (/\btoday\b|\btonight\b/.test(lower)) return { inDays: 0 }
  const later = /\bin (\d{1,3}|an?|one|two|three|four|five|six|seven|ten) (day|week)s?\b/.exec(lower)
  if (later) return { inDays: countOf(later[1]!) * (later[2] === 'week' ? 7 : 1) }
  const weekday =
    /(?:\b(?:on|for|this|next|coming)\s+|^\W*|\d(?:\s?[ap]\.?m\.?)?,?\s+)(mon|tues|wednes|thurs|fri|satur|sun)day\b/.exec(
      lower,
    )?.[1]
  return dated(lower) ?? (weekday === undefined ? undefined : { weekday: DAYS.indexOf(weekday.slice(0, 3) as Day) })
}

/** The date that words mean for somebody whose clocks show `local`, as YYYY-MM-DD; undefined for one that never is. */
export function dateOf(words: DayWords, local: Date): string | undefined {
  const today = local.toISOString().slice(0, 10)
  if ('inDays' in words) return shifted(local, words.inDays)
  if ('nth' in words) return nthOf(words, local)
  if ('weekday' in words) return shifted(local, (words.weekday - ((local.getUTCDay() + 6) % 7) + 7) % 7 || 7)
  const [thisYear, thisMonth] = [local.getUTCFullYear(), local.getUTCMonth() + 1]
  const { day, month, year, isNextMonth } = words
  if (month === undefined) {
    const months = isNextMonth ? [thisMonth + 1] : Array.from({ length: 12 }, (_, i) => thisMonth + i)
    return months
      .map((one) => real(thisYear + Math.floor((one - 1) / 12), ((one - 1) % 12) + 1, day))
      .find((date) => date && date >= today)
  }
  if (year !== undefined) return real(year, month, day)
  const years = Array.from({ length: 5 }, (_, i) => thisYear + i) // the 29th of February comes round in four
  return years.map((one) => real(one, month, day)).find((date) => date && date >= today)
}

/** Days on which it repeats: those that come with "every", or in the plural, without those that are taken out. */
export function daysIn(text: string): readonly Day[] | undefined {
  const [wanted, ...taken] = text
    .toLowerCase()
    .split(
      /\b(?:except(?: for)?|but not|excluding|other than|apart from|save for|not(?= (?:on )?(?:mon|tue|wed|thu|fri|sat|sun|weekend)))\b(?: on)?/,
    )
  const found = daysNamed(wanted!)
  const gone = new Set(
    taken.flatMap((part) =>
      named(part)
        .map(({ day }) => day)
        .concat(/\bweekends?\b/.test(part) ? ['sat', 'sun'] : []),
    ),
  )
  if (found.size === 0)
    return /\b(?:only once|just once|one time|not? repeat\w*)\b/.test(text.toLowerCase()) ? [] : undefined
  return DAYS.filter((day) => found.has(day) && !gone.has(day))
}

/** What is said of days that no alarm can be set by: "every other day", "the first Monday of term". */
export function oddDaysIn(text: string): string | undefined {
  const rhythm = oddRhythmIn(text)
  if (rhythm !== undefined || dayIn(text) !== undefined || daysIn(text) !== undefined) return rhythm
  return UNREAD_DAYS.exec(text)?.[0].trim()
}

/** How often it is to ring, or how long, where days of the week cannot say it. */
export function oddRhythmIn(text: string): string | undefined {
  return ODD_RHYTHM.exec(text)?.[0]
}

const WEEKDAY = '(?:mon|tues|wednes|thurs|fri|satur|sun)day'
const ODD_RHYTHM = new RegExp(
  `\\b(?:every (?:other|second|third|two|three|2|2nd|3|3rd|few|alternate) (?:days?|weeks?|months?|${WEEKDAY}s?)|(?:on )?alternate (?:days|${WEEKDAY}s)|every (?:hour|half hour|\\d+ (?:minutes?|hours?))|hourly|fortnightly|bi-?weekly|monthly|every month|every year|yearly|(?:first|second|third|last) (?:\\w+day|day) of (?:the|every|each) month|(?:until|till|starting|beginning) (?:(?:on|the|next|this) )*(?:${WEEKDAY}|tomorrow|week|month|\\d{1,2}(?:st|nd|rd|th)))\\b`,
  'i',
)
const UNREAD_DAYS = new RegExp(
  `\\b(?:(?:on|in|by|the|this|next|coming|first|second|third|fourth|last|\\d{1,2}(?:st|nd|rd|th)|in (?:\\d{1,3}|two|three|four|a few)|end of|day of) )*(?:${WEEKDAY}|(?:months?|years?|quarter|weeks?|weekend|fortnight|christmas|easter|new year)\\b|(?:in|of|this|next|last) (?:january|february|march|april|may|june|july|august|september|october|november|december)\\b)(?:'s eve| eve)?(?: of (?:the |next )?[a-z]+)?`,
  'i',
)

function daysNamed(lower: string): ReadonlySet<Day> {
  if (/\b(?:every ?day|daily|each day|seven days a week|every (?:morning|evening|night|afternoon))\b/.test(lower))
    return new Set(DAYS)
  const found = new Set<Day>()
  if (/\b(?:week ?days?|work(?:ing)? ?days?|school days?|monday (?:to|through|-) friday)\b/.test(lower))
    for (const day of DAYS.slice(0, 5)) found.add(day)
  if (/(?<!\b(?:this|next|coming|the) )\bweekends?\b|\b(?:at|on) the weekends?\b/.test(lower))
    for (const day of DAYS.slice(5)) found.add(day)
  const all = named(lower)
  const repeats = /\b(?:every|each|repeat\w*)\b/.test(lower) || all.length > 1 || all.some(({ isPlural }) => isPlural)
  if (repeats) for (const { day } of all) found.add(day)
  return found
}

function named(lower: string): readonly { readonly day: Day; readonly isPlural: boolean }[] {
  return [...lower.matchAll(/\b(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?(s)?\b/g)].map(
    ([, name, plural]) => ({
      day: name!.slice(0, 3) as Day,
      isPlural: plural !== undefined,
    }),
  )
}

/** `the first Monday of next month`, `the last Friday in January 2028`. */
function nthIn(lower: string): DayWords | undefined {
  const [, nth, weekday, near, month, year] = NTH.exec(lower) ?? []
  if (nth === undefined || weekday === undefined) return undefined
  return {
    nth: nth === 'last' ? -1 : ORDINALS.findIndex((names) => names.includes(nth)) + 1,
    weekday: DAYS.indexOf(weekday.slice(0, 3) as Day),
    month: month ? MONTHS.indexOf(month.slice(0, 3)) + 1 : near === 'this' ? 'this' : 'next',
    ...(year !== undefined && { year: Number(year) }),
  }
}

const ORDINALS = [
  ['first', '1st'],
  ['second', '2nd'],
  ['third', '3rd'],
  ['fourth', '4th'],
]

function nthOf({ nth, weekday, month, year }: Extract<DayWords, { nth: number }>, local: Date): string {
  const today = local.toISOString().slice(0, 10)
  const thisMonth = local.getUTCMonth() + 1
  const number = month === 'this' ? thisMonth : month === 'next' ? thisMonth + 1 : month
  const inYear = (of: number): string => {
    const start = new Date(Date.UTC(of, nth < 0 ? number : number - 1, 1)) // of the month after, where it is counted from its end
    const ahead = (weekday - ((start.getUTCDay() + 6) % 7) + 7) % 7
    return shifted(start, ahead + (nth < 0 ? -7 : (nth - 1) * 7))
  }
  const first = inYear(year ?? local.getUTCFullYear())
  return year === undefined && typeof month === 'number' && first < today ? inYear(local.getUTCFullYear() + 1) : first
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\b\\.?'
const NTH = new RegExp(
  `\\b(${ORDINALS.flat().join('|')}|last) (mon|tues|wednes|thurs|fri|satur|sun)day (?:of|in) (?:(this|next|the next|the coming) month|${MONTH}(?: (\\d{4}))?)(?:\\s|[,.!?]|$)`,
)

/** `24 December`, `Dec 3rd 2027`, `2026-12-24`, `24.12.`, `the 24th`. */
function dated(lower: string): DayWords | undefined {
  const iso = /\b(\d{4})-(\d\d)-(\d\d)\b/.exec(lower)
  if (iso) return { year: Number(iso[1]), month: Number(iso[2]), day: Number(iso[3]) }
  const first = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?\\.? (?:of )?${MONTH}(?:,? (\\d{4}))?\\b`).exec(lower)
  if (first) return withYear(Number(first[1]), MONTHS.indexOf(first[2]!.slice(0, 3)) + 1, first[3])
  const second = new RegExp(`\\b${MONTH} (\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{4}))?\\b(?!:)`).exec(lower)
  if (second) return withYear(Number(second[2]), MONTHS.indexOf(second[1]!.slice(0, 3)) + 1, second[3])
  const dots = /\bon (?:the )?(\d{1,2})\.(\d{1,2})\.(\d{4})?/.exec(lower)
  if (dots) return withYear(Number(dots[1]), Number(dots[2]), dots[3])
  const alone =
    /\bthe (\d{1,2})(?:st|nd|rd|th)\b(?! (?:mon|tues|wednes|thurs|fri|satur|sun)day)( (?:day )?of next month)?/.exec(
      lower,
    )
  return alone ? { day: Number(alone[1]), ...(alone[2] && { isNextMonth: true }) } : undefined
}

/** As it was said, though there is no such day: for whoever checks it. */
export function saidDate(words: DayWords, local: Date): string {
  const { day = 0, month = local.getUTCMonth() + 1, year = local.getUTCFullYear() } = 'day' in words ? words : {}
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

function withYear(day: number, month: number, year: string | undefined): DayWords {
  return { day, month, ...(year !== undefined && { year: Number(year) }) }
}

function real(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day))
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isReal ? date.toISOString().slice(0, 10) : undefined
}

function shifted(local: Date, days: number): string {
  return new Date(local.getTime() + days * 86_400_000).toISOString().slice(0, 10)
}

const COUNTS = 'one two three four five six seven eight nine ten'.split(' ')

function countOf(word: string): number {
  return /^\d/.test(word) ? Number(word) : Math.max(1, COUNTS.indexOf(word) + 1)
}
