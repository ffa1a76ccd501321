import type { PromptUsage } from '../answer/accounts.ts'
import type { Brain, Piece, Question } from '../brains/brain.ts'
import type { PromptCache } from '../cache.ts'
import { BedrockError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { type Fault, type FaultQueue, parseFaults } from '../faults.ts'
import type { Guardrail } from '../guardrails.ts'
import type { journal, Line } from '../journal.ts'
import type { Catalogue, Model } from '../models.ts'
import { type Pace, paced, parsePace } from '../pace.ts'
import { beforeHead } from '../send.ts'
import { checkConversation } from '../validate/conversation.ts'
import { schemaCheck } from '../validate/schema.ts'
import type { ConverseRequest } from '../wire.ts'

/** One of Bedrock's operations: its place in the URL, and what it does with a call. */
export interface Operation {
  readonly name: string
  readonly method: 'GET' | 'POST'
  /** Matches the decoded path; the group `id` is the model's, or the guardrail's. */
  readonly path: RegExp
  serve(call: Call): Promise<void>
}

export interface Call {
  readonly exchange: Exchange
  readonly line: Line
  readonly id: string
  readonly emulator: Setup
}

/** What the emulator was started with. */
export interface Setup {
  readonly brain: Brain
  readonly pace: Pace
  readonly region: string
  readonly catalogue: Catalogue
  readonly guardrails: readonly Guardrail[]
  readonly cache: PromptCache
  readonly faults: FaultQueue
  readonly journal: ReturnType<typeof journal>
}

/** The request's JSON, after the faults that come before an answer had their say. */
export async function receive(call: Call): Promise<{ body: unknown; text: string; faults: readonly Fault[] }> {
  const { exchange, line, emulator, id } = call
  const text = (await exchange.body()).toString('utf8')
  emulator.journal.keepBody(line, text)
  const faults = ordered(call, text)
  line.change({ model: id, faults })
  await beforeHead(exchange, faults)
  exchange.signal.throwIfAborted()
  return { body: parse(text), text, faults }
}

/** Checks a Converse request as Bedrock does and has it answered. */
export async function ask(
  { exchange, emulator, line }: Call,
  request: ConverseRequest,
  model: Model,
): Promise<{ pieces: Iterable<Piece> | AsyncIterable<Piece>; prompt: PromptUsage; faults: readonly Fault[] }> {
  const wrong = checkConversation(request, model)
  if (wrong) throw new BedrockError('ValidationException', wrong)
  const prompt = emulator.cache.usage(request, model)
  const { signal } = exchange
  const question: Question = { model, request, signal, number: line.entry.number }
  const answer = await emulator.brain.answer(question)
  const faults = answer.faults ?? []
  await beforeHead(exchange, faults)
  const pace = paceOf(exchange) ?? answer.pace ?? emulator.pace
  return { pieces: paced(answer.pieces, pace, signal), prompt, faults }
}

/** Holds a body against the SDK's own schema of the operation's input. */
export async function checkBody(operation: string, body: unknown): Promise<void> {
  const check = await schemaCheck()
  const wrong = check(operation, body)
  if (wrong) throw new BedrockError(wrong.name, wrong.message)
}

/** The pace that the request itself asks for. */
function paceOf(exchange: Exchange): Pace | undefined {
  const header = exchange.headers['x-emulator-pace']
  if (header === undefined) return undefined
  const pace = parsePace(header)
  if (pace === undefined) throw new BedrockError('ValidationException', `x-emulator-pace cannot be "${header}".`)
  return pace
}

/** The faults of the header, or else of the first order in the queue that fits. */
function ordered({ exchange, emulator, line, id }: Call, body: string): readonly Fault[] {
  const header = exchange.headers['x-emulator-fault']
  if (header === undefined) return emulator.faults.take({ operation: line.entry.operation, model: id, body })
  try {
    return parseFaults(JSON.parse(header))
  } catch (error) {
    throw new BedrockError('ValidationException', `x-emulator-fault: ${(error as Error).message}`)
  }
}

function parse(text: string): unknown {
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new BedrockError('SerializationException', 'The request body is not valid JSON.')
  }
}
