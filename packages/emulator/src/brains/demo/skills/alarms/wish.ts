import { zonesIn } from '../../cities.ts'
import { daysIn } from './days.ts'
import { orderIn, VERBS } from './order.ts'
import { minutesFromNow, timeIn } from './time-words.ts'

/** What somebody wants with their alarms. */
export type Wish = 'create' | 'list' | 'change' | 'delete' | 'cancel'

/** What is clearly wanted; undefined when the words only add to what was asked, or want something else. */
export function wishIn(text: string, asked: boolean): Wish | undefined {
  const lower = orderIn(text)
  if (
    /\b(?:never ?mind|forget (?:it|about it|that)|don'?t bother|no longer|changed my mind|leave it|skip it)\b/.test(
      lower,
    )
  )
    return 'cancel'
  if (asked && /^\W*(?:please )?(?:cancel|stop|quit|abort|no thanks)\b/.test(lower)) return 'cancel'
  if (new RegExp(`\\b(?:${VERBS.delete})\\b`).test(lower)) return 'delete'
  const named = /\b(?:alarms?|reminders?|timers?|wake-?up calls?)\b/.test(lower)
  if (/\b(?:list|show|see|view)\b/.test(lower) && named) return 'list'
  if (
    /^\W*(?:what|which|how many|do i have|are there|is there|when)\b/.test(lower) &&
    (named || /\bring\b/.test(lower))
  )
    return 'list'
  if (/^\W*(?:my )?alarms\W*$/.test(lower)) return 'list'
  if (new RegExp(`\\b(?:${VERBS.change})\\b`).test(lower)) return 'change'
  if (/\bset (?:my|the|that) .+ to\b/.test(lower) && alarmIn(text) !== undefined) return 'change'
  if (named && /\bmake (?:my|the|that|this)\b/.test(lower)) return 'change'
  if (!asked && /^\W*(?:please )?(?:call|name|label) (?:it|that|this)\b/.test(lower)) return 'change'
  if (named && OTHER_DEED.test(lower)) return undefined
  if (/\b(?:wake me|remind me|get me up|ring me|be woken|wake up|get up at|be up (?:at|by))\b/.test(lower))
    return 'create'
  if (
    named &&
    /\b(?:create|set|add|new|make|another|need|want|like|(?<!\b(?:i|we|you) )have|get|give|schedule|put|start)\b/.test(
      lower,
    )
  )
    return 'create'
  if (/^\W*(?:an? )?(?:alarm|reminder|timer)\b(?:\W*(?:please)?\W*$| (?:for|to|called|named|about)\b)/.test(lower))
    return 'create'
  if (named && IS_NAMED_ALONE.test(lower) && (timeIn(text) ?? minutesFromNow(text)) !== undefined) return 'create'
  if (!asked && /\b(?:make it|instead|actually|rather|earlier|later)\b/.test(lower) && timeIn(text) !== undefined)
    return 'change'
  return undefined
}

/** What is done to an alarm that is there, and is not to be taken for one more. */
const OTHER_DEED =
  /\b(?:stop|silence|mute|kill|end|quit|snooze|pause|skip|ignore|forget|hate|annoy\w*|miss(?:ed)?|rang|did(?:n'?t| not))\b/
/** An alarm with nothing said of what to do with it is one to set. */
const IS_NAMED_ALONE =
  /^\W*(?:(?:please|ok(?:ay)?|and|also|then|yes)\W+)*(?:an?|no|another|one|two|three|new|alarms?|reminders?|timers?|at|for|on|in|every|each|daily|tomorrow|today|tonight|next|this|\w+days?|noon|midnight|half|quarter|how about|what about|i (?:must|have to|should)|\d)\b/

/** What the words say of an alarm. */
export function detailsIn(text: string, { isNew }: { readonly isNew: boolean }): Record<string, unknown> {
  const time = timeIn(text)
  const days = daysIn(text)
  const label = labelIn(text, isNew)
  const zone = zonesIn(withoutLabel(text, label).replace(/\bwake\b/gi, ' '))[0] // which is an island, too
  return {
    ...(time !== undefined && { time }),
    ...(label !== undefined && { label }),
    ...(days !== undefined && { days }),
    ...(zone !== undefined && { zone }),
  }
}

/** What the words change, in "move my gym alarm from 7 to 8" that is 8. */
export function changesIn(text: string): Record<string, unknown> {
  const lower = text.toLowerCase()
  if (/\b(?:turn|switch)(?:ed)?\b.*\boff\b|\bdisable\b/.test(lower)) return { on: false }
  if (/\b(?:turn|switch)(?:ed)?\b.*\bon\b|\benable\b/.test(lower) && timeIn(text) === undefined) return { on: true }
  const name = /\b(?:rename|call)\b.*?\b(?:to|it)\s+["“']?([^"”'.,!?]+)["”']?/i.exec(text)?.[1]
  if (name && timeIn(name) === undefined) return { label: titled(name) }
  const target = /^.*\b(?:to|make it|instead)\b(.*)$/is.exec(text)?.[1]?.trim() || text
  const time = timeIn(`to ${target}`) ?? timeIn(text)
  const days = daysIn(target)
  return { ...(time !== undefined && { time }), ...(days !== undefined && { days }) }
}

/** The alarm that is spoken of: "my gym alarm", "the one at 7:30", "the alarm called Tea". */
export function alarmIn(text: string): string | undefined {
  const before =
    /\b(?:my|the|that|this)\s+((?:(?!\b(?:my|the|alarm|one)\b)[\p{L}\p{N}:.' -])+?)\s+(?:alarm|one|reminder)\b/iu.exec(
      text,
    )?.[1]
  const after =
    /\b(?:alarm|one|reminder)\s+(?:for|called|named|labelled|at)\s+(?:the\s+|my\s+)?["“]?([\p{L}\p{N}:.' -]+?)["”]?(?=\s+(?:to|by|from|so|please|instead)\b|[,?!"”]|\.?$)/iu.exec(
      text,
    )?.[1]
  const quoted = /["“]([^"”]{1,100})["”]/.exec(text)?.[1]
  const plain =
    /\b(?:change|update|move|rename|reschedule|postpone|delete|remove|(?:turn|switch) (?:on|off)|disable|enable)\s+(?:(?:my|the|that)\s+)?(?!(?:my|the|that|an?|all|it|alarms?)\b)([\p{L}\p{N}' -]+?)(?=\s+(?:to|from|by)\b|[.!?]*$)/iu.exec(
      text,
    )?.[1]
  const found = (quoted ?? after ?? before ?? plain)?.trim()
  if (found === undefined || /^(?:other|new|last|same|first|current)$/i.test(found)) return undefined
  return timeIn(`at ${found}`) ?? found
}

/** The names in "delete the gym and the tea alarms". */
export function alarmsIn(text: string): readonly string[] {
  const list = ALARM_LIST.exec(text)?.[1]
  const names =
    list?.split(/\s*,\s*(?:and\s+)?|\s+and\s+/i).map((name) => name.replace(/^(?:the|my)\s+/i, '').trim()) ?? []
  return names.length > 1 && names.every((name) => name !== '') ? names.map((name) => timeIn(`at ${name}`) ?? name) : []
}

const ALARM_LIST = new RegExp(
  `\\b(?:${VERBS.delete})\\s+(?:(?:the|my)\\s+)?([\\p{L}\\p{N}:.,' -]+?)\\s+(?:alarms|reminders)\\b\\W*$`,
  'iu',
)

/** Whether all alarms are meant, and nothing else is said: "delete all of my alarms, please". */
export function wantsAll(text: string): boolean {
  return ALL.test(text) && /\b(?:all|every|everything)\b/i.test(text)
}

const ALL = new RegExp(
  `^\\W*(?:(?:please|ok(?:ay)?|yes|now|then|just|actually|can you|could you|would you|will you|i want (?:you )?to|i'd like (?:you )?to|go ahead and)\\W+)*(?:(?:${VERBS.delete})\\s+)?(?:(?:them|those|these|of|the|my|all|every|single|one|everything|alarms?|reminders?|timers?|(?:that )?i have|at once|now|please|thanks|thank you)\\W*)+$`,
  'i',
)

function labelIn(text: string, isNew: boolean): string | undefined {
  const quoted = /["“]([^"”]{1,80})["”]/.exec(text)?.[1]
  if (quoted) return quoted.trim()
  const named =
    /\b(?:called|named|labell?ed|label(?: it)?|titled|title|call it|name it|with the (?:label|name|title))\s*(?:is|:|as)?\s+(.+)$/is.exec(
      text,
    )?.[1]
  if (named) return titled(upToDetails(named), NO_NAME)
  if (!isNew) return undefined
  const made =
    /\b(?:an?|another|new)\s+((?!new\b|alarm\b)[\p{L}'-]+(?:\s+(?!alarm\b)[\p{L}'-]+)?)\s+(?:alarm|reminder)\b/iu.exec(
      text,
    )?.[1]
  if (
    made &&
    timeIn(made) === undefined &&
    !/^(?:daily|weekly|weekday|weekend|recurring|repeating|early|late|new|single|one-time)$/i.test(made)
  )
    return titled(made)
  const purpose =
    /\b(?:remind me(?: [^,;]*?)? (?:to|about|of|that)|wake me (?:up )?(?:to|for)|alarm (?:for|to)|reminder (?:for|to)|for (?:the|my)|so (?:that )?I can|for)\s+(?:the\s+|my\s+)?(.+)$/is.exec(
      text,
    )?.[1]
  return purpose === undefined ? undefined : titled(upToDetails(purpose))
}

/** What comes before a time, a day or a place is the name. */
function upToDetails(text: string): string {
  return text.split(
    /\s*\b(?:at|on|every|each|in|by|from|tomorrow|tonight|today|this|next|daily|weekdays|please|repeat\w*|time ?zone|and|with)\b|[,.!?;\n]|(?:^|\s)\d{1,2}(?:[:.h]\d\d|\s?[ap]\.?m\b)|^\d/i,
  )[0]!
}

function titled(text: string, none = NO_PURPOSE): string | undefined {
  const name = text
    .trim()
    .replace(/^(?:a|an|the)\s+/i, '')
    .slice(0, 80)
  if (name === '' || timeIn(`at ${name}`) !== undefined || none.test(name)) return undefined
  return name[0]!.toUpperCase() + name.slice(1)
}

const NO_NAME = /^(?:me|it|alarm)\b/i
const NO_PURPOSE =
  /^(?:me|it|alarm|half|quarter|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekdays?|weekends?|noon|midnight)\b/i

export function withoutLabel(text: string, label: string | undefined): string {
  return label === undefined ? text : text.replace(new RegExp(label.replace(/[^\p{L}\p{N} ]/gu, '.'), 'iu'), ' ')
}
