import type { ToolSpec } from '../../../../wire.ts'
import type { Call, Reply, Skill } from '../../skill.ts'
import type { Outcome, Turn } from '../../turn.ts'
import { twoPartsOf } from '../../two-parts.ts'
import {
  changesDate,
  claimIn,
  confidenceIn,
  isNonsense,
  isSmallTalk,
  otherNumber,
  otherSource,
  withNumber,
} from './claim.ts'
import {
  claimOf,
  claimWithoutDate,
  noDayOf,
  type Prediction,
  phraseOf,
  predicted,
  readingOf,
  readingSoFar,
  unreadOf,
} from './document.ts'
import { dateUnknown, explained, halfDate, noDate, noSuchDay, wordsOfChange, wordsOfPrediction } from './words.ts'

/**
 * Turns what the user predicts into a prediction that can be checked, when the request asks for two parts, words and such a JSON
 * object. It asks a clock what day it is, has the user's words about when understood by a tool, and makes nothing up: the date is the
 * tool's. Reads the tools from the request, and the prediction so far from its own last answer.
 */
export const prediction: Skill = {
  name: 'prediction',
  answer(turn) {
    const parts = twoPartsOf(turn)
    if (!parts?.has('prediction_statement')) return undefined
    const write = (words: string, made?: Prediction): Reply => ({ say: parts.write(words, made) })
    if (turn.mustCall !== undefined) return undefined

    const judge = toolNamed(turn, /verdict|judge/)
    const due = /\b(d_\w+)\b.*\b(?:has come|is|fell) due\b/.exec(turn.text)?.[1]
    if (judge && due) return judged(turn, judge, due, write)

    const before = predictionIn(parts.soFar)
    const [clock, dates] = [toolNamed(turn, /time|clock/, /pars|date_/), toolNamed(turn, /pars\w*_date|date/)]
    const readings = turn.results.filter(({ tool }) => tool === dates?.name)
    if (readings.length === 0 && turn.results.length === 0) {
      const changed = before && changedAtOnce(turn.text, before)
      if (changed) return write(wordsOfChange(...changed), changed[0])
      const words = answerInWords(turn, before)
      if (words !== undefined) return write(words)
      if (clock) {
        const opening = turn.pick(
          "I'll check the current time first.",
          'Let me see what day it is first.',
          'First I check the clock.',
        )
        return { ...write(opening), calls: [{ tool: clock, input: zoneInput(clock, turn.zone) }] }
      }
    }
    if (!dates) return write(dateUnknown())
    const last = readings.at(-1)
    if (!last) return { calls: [asked(dates, turn, turn.text)] }
    return concluded(turn, dates, readings, last, before, write)
  },
}

/** What needs no date: how sure the user is, another number, another source. */
function changedAtOnce(text: string, before: Prediction): [Prediction, 'confidence' | 'number' | 'source'] | undefined {
  const confidence = confidenceIn(text)
  const isAll = text.trim().split(/\s+/).length <= 8
  if (confidence !== undefined && isAll && !changesDate(text)) return [{ ...before, confidence }, 'confidence']
  const source = otherSource(text)
  if (source) {
    const { verification_method: method } = before
    const steps = method.steps.map((step) => step.replace(method.source[0]!, source))
    const sources = [source, ...method.source.slice(1)]
    return [{ ...before, verification_method: { ...method, source: sources, steps } }, 'source']
  }
  const number = otherNumber(text)
  if (!number) return undefined
  const claim = withNumber(claimOf(before), number)
  return [predicted({ claim, reading: readingSoFar(before), confidence: before.confidence, isOwn: false }), 'number']
}

type Write = (words: string, made?: Prediction) => Reply

/** What the tool made of the words: the prediction, another try with a date of its own, or a question. */
function concluded(
  turn: Turn,
  dates: ToolSpec,
  readings: readonly Outcome[],
  last: Outcome,
  before: Prediction | undefined,
  write: Write,
): Reply {
  const reading = readingOf(last)
  const noDay = reading ? undefined : noDayOf(last)
  if (noDay) return write(noSuchDay(noDay))
  const unread = reading ? undefined : unreadOf(last)
  if (unread) return write(halfDate(unread))
  if (!reading && readings.length > 1) return write(noDate())
  if (!reading) return { ...write(dateProposed()), calls: [asked(dates, turn, OWN_DATE)] }
  const isOwn = readings.length > 1
  const onlyDate = claimIn(turn.text.replace(phraseOf(last), ' '))
  const isBare = readings.length === 1 && (onlyDate.match(/\p{L}{2,}/gu) ?? []).length < 2
  if (before && (isBare || changesDate(turn.text))) {
    const made = predicted({ claim: claimWithoutDate(before), reading, confidence: before.confidence, isOwn })
    return write(wordsOfChange(made, 'date'), made)
  }
  const earlier = isBare
    ? turn.said.findLast(({ role, text }) => role === 'user' && !isNonsense(text))?.text
    : undefined
  const claim = claimIn(earlier?.replace(/\b(?:on|by|until) .*$/i, '') ?? turn.text)
  const made = predicted({ claim, reading, confidence: confidenceIn(turn.text), isOwn })
  return write(wordsOfPrediction(made, isOwn, last.text.includes('"isPast":true')), made)
}

const OWN_DATE = 'by the end of the year'

function dateProposed(): string {
  return `You have not said by when, so I take the end of the year.`
}

/** What it can say without a prediction: a question back, a courtesy, an explanation. */
function answerInWords({ text, pick }: Turn, before: Prediction | undefined): string | undefined {
  if (isSmallTalk(text, 'thanks')) return "You're welcome. Tell me when you predict something else."
  if (before && /^(?:how|why|what|when|where|which)\b/i.test(text)) return explained(before)
  if (isSmallTalk(text, 'greeting') || /^(?:who|what|how|why|can you|could you)\b/i.test(text.trim())) {
    return 'I turn what you predict into something that can be checked. Tell me what will happen and by when, such as “It snows in Oslo before Christmas”. I am a demo model that works by rules.'
  }
  if (isNonsense(claimIn(text)) && !/\d/.test(text)) {
    return pick(
      'I could not make a prediction of that. What will happen, and by when?',
      'I do not see what could come true there. Tell me what will happen, and by when.',
    )
  }
  return undefined
}

/** Follows the steps as far as it can, which is not far: it cannot look anything up, and says so. */
function judged({ results, text }: Turn, tool: ToolSpec, id: string, write: Write): Reply {
  const done = results.find((outcome) => outcome.tool === tool.name)
  if (done && !done.ok) return write(`I could not propose a verdict: ${done.text}`)
  if (done) {
    return write(
      'The date has come. I am a demo model and cannot look at the sources from here, so I have proposed *inconclusive*. Please look yourself, and confirm or overrule it.',
    )
  }
  const source = /Sources?:\s*- (.+)/.exec(text)?.[1] ?? 'the sources'
  const input = {
    prediction: id,
    verdict: 'inconclusive',
    evidence: [`${source}: could not be looked at, as the demo model has no way to reach it.`],
    reasoning: 'Nothing that was at hand shows the outcome, so the criteria could not be checked.',
  }
  return { ...write('I look what became of it.'), calls: [{ tool, input }] }
}

function predictionIn(found: unknown): Prediction | undefined {
  const prediction = found as Partial<Prediction> | null
  return typeof prediction?.prediction_statement === 'string' ? (prediction as Prediction) : undefined
}

function toolNamed({ tools }: Turn, wanted: RegExp, unwanted = /^$/): ToolSpec | undefined {
  return tools.find(({ name = '' }) => wanted.test(name) && !unwanted.test(name))
}

/** A call of the tool for dates: the field that is named for zones gets the zone, the first other one the words. */
function asked(tool: ToolSpec, { zone }: Turn, words: string): Call {
  const text = fieldsOf(tool).find((name) => !/zone/i.test(name)) ?? 'text'
  return { tool, input: { [text]: words, ...zoneInput(tool, zone) } }
}

function zoneInput(tool: ToolSpec, zone = 'UTC'): object {
  const field = fieldsOf(tool).find((name) => /zone/i.test(name))
  return field === undefined ? {} : { [field]: zone }
}

function fieldsOf({ inputSchema }: ToolSpec): readonly string[] {
  const schema = inputSchema?.json as { readonly properties?: object } | undefined // JSON Schema, as tools send it
  return Object.keys(schema?.properties ?? {})
}
