import { Temporal } from 'temporal-polyfill'

/** A time zone that a text names. */
export interface NamedZone {
  readonly zone: string
  readonly index: number
  readonly length: number
  /** `5pm Tokyo time` and `5pm UTC` mean the time; `in Tokyo` may mean where something happens. */
  readonly isSure: boolean
}

/** The zones that a text names: IANA names, abbreviations after a time, `Tokyo time`, `in Tokyo`. */
export function zonesIn(text: string): readonly NamedZone[] {
  return [...text.matchAll(NAMED), ...text.matchAll(LONG_NAMED), ...text.matchAll(CITY)].flatMap((match) => {
    const { iana, offset, short, long, timed, place } = match.groups as Readonly<Record<string, string | undefined>>
    const city = cities.get((timed ?? place ?? '').toLowerCase())
    const name = short ?? LONG[long?.toLowerCase() ?? '']
    const zone = iana ? canonical(iana) : offset ? offsetZone(offset) : name ? (SHORT[name] ?? name) : city
    return zone ? [{ zone, index: match.index, length: match[0].length, isSure: place === undefined }] : []
  })
}

/** Abbreviations mean what they say: EST is five hours behind UTC in summer too. ET is what clocks in New York show. */
const SHORT: Readonly<Record<string, string>> = {
  UTC: 'UTC',
  GMT: 'UTC',
  ET: 'America/New_York',
  EST: '-05:00',
  EDT: '-04:00',
  CT: 'America/Chicago',
  CST: '-06:00',
  CDT: '-05:00',
  MT: 'America/Denver',
  MST: '-07:00',
  MDT: '-06:00',
  PT: 'America/Los_Angeles',
  PST: '-08:00',
  PDT: '-07:00',
  BST: '+01:00',
  WET: 'UTC',
  WEST: '+01:00',
  CET: '+01:00',
  CEST: '+02:00',
  EET: '+02:00',
  EEST: '+03:00',
  IST: 'Asia/Kolkata',
  SGT: 'Asia/Singapore',
  HKT: 'Asia/Hong_Kong',
  JST: 'Asia/Tokyo',
  KST: 'Asia/Seoul',
  AEST: '+10:00',
  AEDT: '+11:00',
  NZST: '+12:00',
  NZDT: '+13:00',
}

/** What comes before `time` in the long names, as an abbreviation or a zone. `Eastern` and its like are those of North America. */
const LONG: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['Eastern', 'Central', 'Mountain', 'Pacific'].flatMap((name) =>
      ['', 'Standard', 'Daylight'].map((kind) => [
        `${name} ${kind}`.trim().toLowerCase(),
        `${name[0]}${kind[0] ?? ''}T`,
      ]),
    ),
  ),
  'western european': 'Europe/Lisbon',
  'western european summer': 'WEST',
  'central european': 'Europe/Berlin',
  'central european summer': 'CEST',
  'eastern european': 'Europe/Athens',
  'eastern european summer': 'EEST',
  'greenwich mean': 'GMT',
  'british summer': 'BST',
  british: 'Europe/London',
  uk: 'Europe/London',
  'coordinated universal': 'UTC',
  universal: 'UTC',
  'india standard': 'IST',
  'indian standard': 'IST',
  indian: 'IST',
  'japan standard': 'JST',
  'korea standard': 'KST',
  'australian eastern': 'Australia/Sydney',
  'australian eastern standard': 'AEST',
  'australian eastern daylight': 'AEDT',
}

/** Large cities that give no zone its name. */
const CITIES: Readonly<Record<string, string>> = {
  'san francisco': 'America/Los_Angeles',
  'los angeles': 'America/Los_Angeles',
  seattle: 'America/Los_Angeles',
  'las vegas': 'America/Los_Angeles',
  boston: 'America/New_York',
  washington: 'America/New_York',
  miami: 'America/New_York',
  atlanta: 'America/New_York',
  houston: 'America/Chicago',
  dallas: 'America/Chicago',
  austin: 'America/Chicago',
  montreal: 'America/Toronto',
  rio: 'America/Sao_Paulo',
  'rio de janeiro': 'America/Sao_Paulo',
  'são paulo': 'America/Sao_Paulo',
  barcelona: 'Europe/Madrid',
  munich: 'Europe/Berlin',
  frankfurt: 'Europe/Berlin',
  hamburg: 'Europe/Berlin',
  cologne: 'Europe/Berlin',
  geneva: 'Europe/Zurich',
  milan: 'Europe/Rome',
  bergen: 'Europe/Oslo',
  gothenburg: 'Europe/Stockholm',
  edinburgh: 'Europe/London',
  manchester: 'Europe/London',
  kyiv: 'Europe/Kiev',
  mumbai: 'Asia/Kolkata',
  delhi: 'Asia/Kolkata',
  'new delhi': 'Asia/Kolkata',
  bangalore: 'Asia/Kolkata',
  chennai: 'Asia/Kolkata',
  beijing: 'Asia/Shanghai',
  shenzhen: 'Asia/Shanghai',
  osaka: 'Asia/Tokyo',
  hanoi: 'Asia/Bangkok',
  canberra: 'Australia/Sydney',
  wellington: 'Pacific/Auckland',
  hawaii: 'Pacific/Honolulu',
  japan: 'Asia/Tokyo',
  korea: 'Asia/Seoul',
  china: 'Asia/Shanghai',
  india: 'Asia/Kolkata',
  germany: 'Europe/Berlin',
  france: 'Europe/Paris',
  italy: 'Europe/Rome',
  norway: 'Europe/Oslo',
  sweden: 'Europe/Stockholm',
  england: 'Europe/London',
  'the uk': 'Europe/London',
}

const cities = new Map<string, string>([
  ...Intl.supportedValuesOf('timeZone')
    .filter((zone) => zone.includes('/') && !/Easter|Center/.test(zone)) // which are other things in a sentence about dates
    .map((zone) => [zone.split('/').at(-1)!.replaceAll('_', ' ').toLowerCase(), zone] as const),
  ...Object.entries(CITIES),
])
const NAMES = byLength([...cities.keys()])

/** Abbreviations are read in capitals, and only after a time: `est` is a word, and so is `ET`. */
const NAMED = new RegExp(
  [
    '(?:\\bin )?\\b(?<iana>(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)/[A-Za-z_/+-]{2,40}\\d{0,2})(?: time)?',
    '\\b(?:UTC|GMT) ?(?<offset>[+-]\\d{1,2}(?::?\\d\\d)?)\\b',
    `(?<=\\d ?|\\d ?[ap]\\.?m\\.? ?|\\b(?:noon|midnight|midday|morning|evening|afternoon|day) )\\b(?<short>${Object.keys(SHORT).join('|')})\\b(?: time)?`,
  ].join('|'),
  'g',
)
/** Without `time` only right after one: `9am Eastern`. */
const LONG_NAMED = new RegExp(
  `\\b(?<long>${byLength(Object.keys(LONG))}) time\\b|(?<=\\d ?|\\d ?[ap]\\.?m\\.? ?|\\b(?:noon|midnight|midday) )\\b(?<long>eastern|central|mountain|pacific)(?![\\p{L}-])(?! [a-z]*(?:ern|al)\\b)`,
  'giu',
)
const CITY = new RegExp(
  `\\b(?:in )?(?<timed>${NAMES})(?:'s)? (?:local )?time\\b|\\bin (?<place>${NAMES})(?![\\p{L}-])`,
  'giu',
)

/** A pattern for one of them, the longest that fits. */
function byLength(names: readonly string[]): string {
  return names.toSorted((a, b) => b.length - a.length).join('|')
}

function offsetZone(text: string): string | undefined {
  const [, sign, hours, minutes = '00'] = /^(.)(\d{1,2}):?(\d\d)?$/.exec(text) ?? []
  if (!hours || Number(hours) > 14 || Number(minutes) > 59) return undefined
  return `${sign === '+' ? '+' : '-'}${hours.padStart(2, '0')}:${minutes}`
}

function canonical(name: string): string | undefined {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId
  } catch {
    return undefined // it only looks like a zone
  }
}
