import type { Outcome } from '../../turn.ts'
import { methodFor } from './method.ts'

export interface Prediction {
  readonly prediction_statement: string
  readonly verification_date: string
  readonly date_reasoning: string
  readonly verification_method: {
    readonly source: readonly string[]
    readonly criteria: readonly string[]
    readonly steps: readonly string[]
  }
  readonly initial_status: 'pending'
  readonly confidence?: number
}

/** What a tool made of words about when. */
export interface Reading {
  readonly instant: string
  /** The same, for people. */
  readonly when: string
  readonly reasoning: string
}

/** Any field that holds an instant in UTC will do, and any that explains. Nothing where the tool found no date. */
export function readingOf({ ok, text }: Outcome): Reading | undefined {
  const instant = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/.exec(text)?.[0]
  if (!ok || !instant) return undefined
  const fields = fieldsIn(text)
  const zone = typeof fields['zone'] === 'string' ? fields['zone'] : 'UTC'
  const local = typeof fields['local'] === 'string' ? fields['local'] : instant
  const reasoning = [fields['reasoning'], fields['explanation'], fields['reason']].find(
    (field) => typeof field === 'string',
  )
  return {
    instant,
    when: `${dayOf(local)}, ${local.slice(11, 16)} in ${zone}`,
    reasoning: reasoning ?? `The date tool read the words as ${instant}.`,
  }
}

/** The words that the tool took for the date. */
export function phraseOf({ text }: Outcome): string {
  const { phrase } = fieldsIn(text)
  return typeof phrase === 'string' ? phrase : ''
}

/** What a tool says of words that name a day which does not exist. */
export function noDayOf({ text }: Outcome): string | undefined {
  const { reasoning } = fieldsIn(text)
  return typeof reasoning === 'string' && /\bno (?:such )?day\b|\bno day of\b/.test(reasoning) ? reasoning : undefined
}

/** The words about a date of which the tool says that it understood only a part. */
export function unreadOf({ text }: Outcome): string | undefined {
  const { reasoning } = fieldsIn(text)
  return typeof reasoning === 'string' ? /"([^"]+)" only a part was understood/.exec(reasoning)?.[1] : undefined
}

/** What was claimed, without the date that was put behind it. */
export function claimOf({ prediction_statement }: Prediction): string {
  return prediction_statement.replace(/ \((?:until|at) [^()]*\)\.?$/, '')
}

/** The same without the words that said when, for another date. */
export function claimWithoutDate(before: Prediction): string {
  const phrase = /^"([^"]+)":/.exec(before.date_reasoning)?.[1]
  const claim = claimOf(before)
  // In the middle of a claim the words belong to what they stand beside: "at the 2030 Olympics".
  const isAside = phrase !== undefined && (claim.endsWith(phrase) || claim.startsWith(`${phrase},`))
  const without = isAside ? claim.replace(phrase, '').replace(/^[\s,]+|[\s,]+$/g, '') : claim
  return without.split(' ').length > 1 ? `${without[0]!.toUpperCase()}${without.slice(1)}` : claim
}

/** The date that stands. */
export function readingSoFar({ prediction_statement, verification_date, date_reasoning }: Prediction): Reading {
  const when = / \((?:until|at) ([^()]*)\)\.?$/.exec(prediction_statement)?.[1] ?? verification_date
  return { instant: verification_date, when, reasoning: date_reasoning }
}

interface Parts {
  readonly claim: string
  readonly reading: Reading
  readonly confidence: number | undefined
  /** The user named no date, so this one was proposed. */
  readonly isOwn: boolean
}

/** The whole prediction: the claim in the user's words, with the date in full behind it. */
export function predicted({ claim, reading, confidence, isOwn }: Parts): Prediction {
  const { instant, when, reasoning } = reading
  return {
    prediction_statement: `${claim} (until ${when}).`,
    verification_date: instant,
    date_reasoning: isOwn ? `No date was named, so the end of the year was proposed. ${reasoning}` : reasoning,
    verification_method: methodFor(claim, when),
    initial_status: 'pending',
    ...(confidence === undefined ? {} : { confidence }),
  }
}

function fieldsIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {} // plain words
  }
}

/** `2027-03-31T…` as `31 March 2027`. */
function dayOf(local: string): string {
  const [year, month, day] = local.slice(0, 10).split('-').map(Number)
  return `${day} ${MONTHS[month! - 1]} ${year}`
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ')
