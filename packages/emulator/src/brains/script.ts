import { readFileSync } from 'node:fs'
import { BedrockError, type ErrorName, STATUS } from '../errors.ts'
import { type Fault, parseFaults } from '../faults.ts'
import type { Pace } from '../pace.ts'
import type { ConverseRequest } from '../wire.ts'
import type { Brain, Piece, Question, StopReason, Usage } from './brain.ts'

/** One answer of a script. A plain string is `{text: …}`. */
export interface ScriptedAnswer {
  /**
   * Which requests it is for. A string must occur in the last user message; an object says what to look at. An answer
   * without `when` is given once, in its turn; one with it as often as it fits, or `times` times.
   */
  readonly when?: string | RegExp | ScriptCondition | ((request: ConverseRequest, question: Question) => boolean)
  readonly times?: number
  /** One text block, in natural pieces; or in just these pieces. */
  readonly text?: string | readonly string[]
  readonly blocks?: readonly ScriptedBlock[]
  /** ConverseStream events as they stand, each `[name, payload]`; nothing is added to them. */
  readonly events?: readonly (readonly [name: string, payload: object])[]
  readonly stop?: StopReason
  readonly stopSequence?: string
  readonly usage?: Partial<Usage>
  readonly trace?: object
  readonly pace?: Pace
  readonly faults?: Fault | readonly Fault[]
  /** A refusal instead of an answer. */
  readonly error?: ErrorName
  readonly message?: string
}

export interface ScriptCondition {
  /** Occurs in the last user message. */
  readonly text?: string
  /** Occurs in the system text. */
  readonly system?: string
  /** The request's last message has a result of the tool of this name. */
  readonly toolResult?: string
  /** A tool of this name is offered. */
  readonly tool?: string
  /** How many messages the request has. */
  readonly messages?: number
}

export type ScriptedBlock =
  | string
  | { readonly text: string | readonly string[]; readonly citations?: readonly object[] }
  | { readonly reasoning: string | readonly string[]; readonly signature?: string }
  | { readonly redacted: string }
  /** `input` as an object, or as the JSON fragments in which it shall arrive (they need not be JSON). */
  | { readonly tool: string; readonly id?: string; readonly input?: object | readonly string[] }

/** Answers from a list, in order or by what is asked. A request that nothing fits is refused and told so. */
export function scriptBrain(answers: readonly (ScriptedAnswer | string)[]): Brain {
  const left = answers.map((answer) => {
    const scripted = typeof answer === 'string' ? { text: answer } : answer
    return { answer: scripted, times: scripted.times ?? (scripted.when === undefined ? 1 : Infinity) }
  })

  return {
    name: 'script',
    answer(question) {
      const next = left.find(({ answer, times }) => times > 0 && fits(answer.when, question))
      if (!next) throw new BedrockError('ValidationException', NOTHING_FITS)
      next.times--
      const { answer } = next
      if (answer.error) throw new BedrockError(answer.error, answer.message ?? 'Scripted.')
      return {
        pieces: piecesOf(answer),
        ...(answer.pace ? { pace: answer.pace } : {}),
        faults: answer.faults === undefined ? [] : 'type' in answer.faults ? [answer.faults] : answer.faults,
      }
    },
  }
}

/** A script from a JSON file: a list of answers. Throws a TypeError that names what is wrong with it. */
export function scriptFile(path: string): Brain {
  const answers: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!Array.isArray(answers)) throw new TypeError(`${path} must hold a list of answers.`)
  return scriptBrain(answers.map((answer, i) => checkAnswer(answer, `${path}: answer ${i}`)))
}

/** The pieces a model would write a text in: words with the space before them, long ones in two. */
export function inPieces(text: string): string[] {
  return text.match(/\s*[^\s]{1,8}|\s+$/g) ?? []
}

const NOTHING_FITS = 'The script of the emulator has no answer for this request.'
const FIELDS = 'when times text blocks events stop stopSequence usage trace pace faults error message'.split(' ')

function fits(when: ScriptedAnswer['when'], question: Question): boolean {
  if (when === undefined) return true
  if (typeof when === 'function') return when(question.request, question)
  const text = lastUserText(question.request)
  if (typeof when === 'string') return text.includes(when)
  if (when instanceof RegExp) return when.test(text)
  const { request } = question
  return (
    (when.text === undefined || text.includes(when.text)) &&
    (when.system === undefined || (request.system ?? []).some((block) => block.text?.includes(when.system!))) &&
    (when.tool === undefined ||
      (request.toolConfig?.tools ?? []).some(({ toolSpec }) => toolSpec?.name === when.tool)) &&
    (when.toolResult === undefined || resultTools(request).includes(when.toolResult)) &&
    (when.messages === undefined || request.messages?.length === when.messages)
  )
}

function lastUserText(request: ConverseRequest): string {
  const last = request.messages?.findLast(({ role }) => role === 'user')
  return (last?.content ?? []).map(({ text }) => text ?? '').join('\n')
}

function resultTools(request: ConverseRequest): string[] {
  const blocks = request.messages?.flatMap(({ content }) => content ?? []) ?? []
  const names = new Map(blocks.map(({ toolUse }) => [toolUse?.toolUseId, toolUse?.name]))
  return (request.messages?.at(-1)?.content ?? []).map(({ toolResult }) => names.get(toolResult?.toolUseId) ?? '')
}

function* piecesOf(answer: ScriptedAnswer): Generator<Piece> {
  for (const [event, payload] of answer.events ?? []) yield { type: 'event', event, payload }
  if (answer.text !== undefined) yield* textPieces(answer.text)
  for (const block of answer.blocks ?? []) {
    yield* blockPieces(block)
    yield { type: 'block-end' }
  }
  if (answer.stop !== undefined) {
    const { stop: reason, stopSequence } = answer
    yield { type: 'stop', reason, ...(stopSequence === undefined ? {} : { sequence: stopSequence }) }
  }
  if (answer.usage) yield { type: 'usage', usage: answer.usage }
  if (answer.trace) yield { type: 'trace', trace: answer.trace }
}

function* blockPieces(block: ScriptedBlock): Generator<Piece> {
  if (typeof block === 'string') yield* textPieces(block)
  else if ('text' in block) {
    yield* textPieces(block.text)
    for (const citation of block.citations ?? []) yield { type: 'citation', citation }
  } else if ('reasoning' in block) {
    for (const text of pieces(block.reasoning)) yield { type: 'reasoning', text }
    if (block.signature !== undefined) yield { type: 'reasoning-signature', signature: block.signature }
  } else if ('redacted' in block) yield { type: 'reasoning-redacted', base64: block.redacted }
  else {
    yield { type: 'tool', name: block.tool, ...(block.id === undefined ? {} : { id: block.id }) }
    const input = block.input ?? {}
    const fragments = Array.isArray(input) ? input : inPieces(JSON.stringify(input))
    yield { type: 'tool-input', json: '' } // Claude begins with nothing
    for (const json of fragments) yield { type: 'tool-input', json }
  }
}

function* textPieces(text: string | readonly string[]): Generator<Piece> {
  for (const piece of pieces(text)) yield { type: 'text', text: piece }
}

function pieces(text: string | readonly string[]): readonly string[] {
  return typeof text === 'string' ? inPieces(text) : text
}

function checkAnswer(answer: unknown, where: string): ScriptedAnswer | string {
  if (typeof answer === 'string') return answer
  if (typeof answer !== 'object' || answer === null) throw new TypeError(`${where} must be a string or an object.`)
  const wrong = Object.keys(answer).find((field) => !FIELDS.includes(field))
  if (wrong) throw new TypeError(`${where} has no field "${wrong}"; there are ${FIELDS.join(', ')}.`)
  const { error, faults } = answer as { error?: unknown; faults?: unknown }
  if (error !== undefined && !(String(error) in STATUS)) {
    throw new TypeError(`${where}: error is one of ${Object.keys(STATUS).join(', ')}.`)
  }
  if (faults !== undefined) parseFaults(faults)
  return answer as ScriptedAnswer // the fields that matter for safety have been checked
}
