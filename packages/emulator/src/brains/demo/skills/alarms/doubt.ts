import { dayIn, daysIn, oddRhythmIn } from './days.ts'
import { orderIn, VERBS } from './order.ts'
import { allTimesIn, durationsIn, timesIn } from './time-words.ts'
import { wantsAll } from './wish.ts'

/** What is done to alarms, and not only looked at. */
export type Deed = 'create' | 'change' | 'delete'

/** Why words that name a deed are no clear order for it, and what would be one; undefined where they are one. */
export function doubtAbout(text: string, deed: Deed): string | undefined {
  const order = orderIn(text)
  const found = DOUBTS.find(({ applies }) => applies(order, deed, text))
  return found && `${found.why}, so I have ${NOTHING[deed]}. I am a demo model and go by rules: ${SAY[deed]}`
}

/** An answer to "which one?" that names what is not meant. */
export function namesWhatIsNot(text: string): boolean {
  return /\b(?:not|never|no|none|nothing|neither|any|except|but|keep|other than|apart from)\b|n['’]t\b/i.test(text)
}

interface Doubt {
  readonly why: string
  applies(order: string, deed: Deed, text: string): boolean
}

const NOTHING: Readonly<Record<Deed, string>> = {
  create: 'set nothing',
  change: 'changed nothing',
  delete: 'deleted nothing',
}
const SAY: Readonly<Record<Deed, string>> = {
  create: 'say “wake me at 7:00” for an alarm, or “delete the 7:00 alarm” where one is to go.',
  change: 'say “move the 7:00 alarm to 8:00” or “turn off the 7:00 alarm”.',
  delete: 'say “delete the 7:00 alarm”, “delete the Gym alarm” or “delete all my alarms”.',
}

const DOUBTS: readonly Doubt[] = [
  { why: 'That reads like a question and not like an order', applies: isQuestion },
  { why: 'There is a “not” in that', applies: isNegated },
  { why: 'That is more than one thing, and I do one at a time', applies: isSeveral },
  { why: 'I hear more than one time in that, and cannot tell how they belong together', applies: hasTimesLeft },
  {
    why: 'I can change one alarm at a time: when it rings, on which days of the week, and whether it is on',
    applies: (order, deed, text) =>
      deed === 'change' && (ALL.test(order) || dayIn(text) !== undefined || oddRhythmIn(text) !== undefined),
  },
  {
    why: 'I can delete an alarm by its label or its time, or all of them, and what lies between I do not understand',
    applies: (order, deed, text) => deed === 'delete' && (isPartly(order) || (MANY.test(order) && !wantsAll(text))),
  },
]

const POLITE = '(?:please|can you|could you|would you|will you)'
const OPENING = `^\\W*(?:(?:and|so|but|hey|hi|hello|ok(?:ay)?|well|hmm+|please)\\W+)*`
const ASKS = new RegExp(
  `${OPENING}(?:how(?! about\\b)|why|what(?! about\\b)|when|where|who|which|should|shall|does|do (?:i|you|we|they)|did|have (?:i|you|we)|is|are|was|were|am i|may|might|must|suppose|(?:would|will) (?:it|that|there|i|we)|(?:can|could|may) (?:i|one|we)(?! (?:have|get)))\\b`,
)
const ASKS_WITHIN =
  /\b(?:how (?:do|can|could|would|should|to)|what (?:if|happens|would)|whether|wonder(?:ing)?|should i|shall i|thinking (?:of|about)|is it (?:ok|okay|safe|possible))\b/
const IS_POLITE = new RegExp(`${OPENING}${POLITE}\\b`)

function isQuestion(order: string, deed: Deed): boolean {
  if (ASKS.test(order) || ASKS_WITHIN.test(order)) return true
  return deed !== 'create' && /\?\W*$/.test(order) && !IS_POLITE.test(order)
}

const NOT =
  "\\b(?:(?:do|does|did|must|should|would|wo|ca|need)(?:n'?t| not)|cannot|never|not|no (?:need|reason) to|without|instead of|rather than)\\b"
const FINE = '(?! (?:forget|let me|fail|miss|only|too)\\b)'

function isNegated(order: string, deed: Deed): boolean {
  const nouns = deed === 'create' ? '|woken|up at|alarms?|reminders?|timers?' : ''
  const acts = `(?:${VERBS[deed]}${nouns}|deleting|removing|changing|moving|setting|touch)`
  if (new RegExp(`${NOT}${FINE}[^,.;:!?]{0,60}?\\b${acts}\\b`).test(order)) return true
  if (new RegExp(`\\b(?:${VERBS[deed]})\\s+(?:none|nothing|nobody|no|not|neither)\\b`).test(order)) return true
  return (
    deed === 'create' &&
    /(?<!\b(?:have|has|had|is|are|got|be) )\bno (?:more )?(?:alarms?|reminders?|timers?)\b/.test(order)
  )
}

/** More than one deed: of several alarms that are to be set, the times tell. */
function isSeveral(order: string): boolean {
  const deeds = order
    .split(/[,;.!?](?!\d)|\b(?:and|then|but)\b/)
    .flatMap((part) => DEEDS.find(([, pattern]) => pattern.test(part))?.[0] ?? [])
  return new Set(deeds).size > 1 || deeds.filter((deed) => deed !== 'create').length > 1
}

const DEEDS = Object.entries(VERBS).map(
  ([deed, verbs]) =>
    [
      deed,
      new RegExp(
        `^\\W*(?:(?:${POLITE}|also|now|first|actually|rather|instead|yes|ok(?:ay)?|i want (?:you )?to|i'd like (?:you )?to)\\W+)*(?:${verbs})\\b`,
      ),
    ] as const,
)

function hasTimesLeft(order: string, deed: Deed, text: string): boolean {
  if (deed !== 'create') return false
  const listed = timesIn(text)
  return (
    durationsIn(order) > 1 ||
    (listed === undefined && allTimesIn(text).length > 1) ||
    (listed !== undefined && allTimesIn(text).some((time) => !listed.times.includes(time)))
  )
}

const ALL = /\b(?:all|both|everything|(?:every|each) (?:single )?(?:alarm|one))\b/
const MANY = /\b(?:all|every|everything|both|each)\b/

/** What takes some alarms out, or means one only on some days. */
function isPartly(order: string): boolean {
  return (
    dayIn(order) !== undefined ||
    daysIn(order) !== undefined ||
    /\b(?:but|except|excluding|apart from|other than|besides|save for|aside from|unless|if|keep|leave|spare|before|after|between|until|only|most|some|any|half|few|several|rest|others?)\b/.test(
      order,
    )
  )
}
