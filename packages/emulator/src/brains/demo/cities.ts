/** Time zones of places people ask about. Any city that names an IANA zone is found without being listed. */
const ZONES: Readonly<Record<string, string>> = {
  amsterdam: 'Europe/Amsterdam',
  athens: 'Europe/Athens',
  auckland: 'Pacific/Auckland',
  bangkok: 'Asia/Bangkok',
  barcelona: 'Europe/Madrid',
  beijing: 'Asia/Shanghai',
  bergen: 'Europe/Oslo',
  berlin: 'Europe/Berlin',
  boston: 'America/New_York',
  brazil: 'America/Sao_Paulo',
  california: 'America/Los_Angeles',
  china: 'Asia/Shanghai',
  delhi: 'Asia/Kolkata',
  denmark: 'Europe/Copenhagen',
  finland: 'Europe/Helsinki',
  france: 'Europe/Paris',
  geneva: 'Europe/Zurich',
  germany: 'Europe/Berlin',
  hamburg: 'Europe/Berlin',
  india: 'Asia/Kolkata',
  ireland: 'Europe/Dublin',
  italy: 'Europe/Rome',
  japan: 'Asia/Tokyo',
  milan: 'Europe/Rome',
  mumbai: 'Asia/Kolkata',
  munich: 'Europe/Berlin',
  norway: 'Europe/Oslo',
  'san francisco': 'America/Los_Angeles',
  seattle: 'America/Los_Angeles',
  spain: 'Europe/Madrid',
  sweden: 'Europe/Stockholm',
  switzerland: 'Europe/Zurich',
  texas: 'America/Chicago',
  uk: 'Europe/London',
  washington: 'America/New_York',
}

let zonesByCity: ReadonlyMap<string, string> | undefined

function zoneOf(city: string): string | undefined {
  zonesByCity ??= new Map(Intl.supportedValuesOf('timeZone').map((zone) => [cityOf(zone).toLowerCase(), zone]))
  return zonesByCity.get(city)
}

/** `America/New_York` as `New York`. */
export function cityOf(zone: string): string {
  return zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ')
}

/** The zones that a text names, by IANA name, city or country, in its order. At most five. */
export function zonesIn(text: string): string[] {
  const iana = text.match(/\b[A-Z][A-Za-z]+\/[A-Z][A-Za-z_]+\b/g)
  if (iana) return [...new Set(iana)].slice(0, 5)
  const found = new Set<string>()
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? []
  for (let i = 0; i < words.length && found.size < 5; i++) {
    for (const length of [3, 2, 1]) {
      const name = words.slice(i, i + length).join(' ')
      const zone = ZONES[name] ?? (name.length > 3 ? zoneOf(name) : undefined)
      if (!zone) continue
      found.add(zone)
      i += length - 1
      break
    }
  }
  return found.size === 0 && /\b(utc|gmt)\b/i.test(text) ? ['UTC'] : [...found]
}

/** The place that a text speaks of: “in New York”, “for Oslo”, or a city anywhere in it. */
export function placeIn(text: string): string | undefined {
  const named = /\b(?:in|at|for|near|from|to)\s+((?:\p{Lu}[\p{L}'-]*)(?:\s+\p{Lu}[\p{L}'-]*){0,2})/u.exec(text)?.[1]
  if (named) return named
  const zone = zonesIn(text)[0]
  return zone && cityOf(zone)
}
