import type { Piece, StopReason } from '../brains/brain.ts'
import { BedrockError } from '../errors.ts'
import { accounts, type PromptUsage } from './accounts.ts'
import { type BlockStep, blockSteps } from './blocks.ts'

/** One event of a ConverseStream answer, or bytes that a brain wants sent as they are. */
export type StreamEvent = { readonly event: string; readonly payload: object } | { readonly bytes: Buffer }

/** Turns a brain's pieces into the events of ConverseStream or InvokeModelWithResponseStream. */
export interface StreamWriter {
  take(piece: Piece): readonly StreamEvent[]
  /** The events after the last piece. */
  end(latencyMs: number): readonly StreamEvent[]
}

/**
 * Writes with Claude's habits: text and reasoning blocks come without a contentBlockStart, `metadata` comes last.
 * An answer of ready-made events or frames is passed on as it is, and nothing is added to it.
 */
export function converseStream(prompt: PromptUsage): StreamWriter {
  const blocks = blockSteps()
  const account = accounts(prompt)
  let started = false
  let readyMade = false

  return { take, end }

  function take(piece: Piece): readonly StreamEvent[] {
    if (piece.type === 'event' || piece.type === 'frame') {
      readyMade = true
      return [piece.type === 'frame' ? { bytes: piece.bytes } : { event: piece.event, payload: piece.payload }]
    }
    account.note(piece)
    const events = blocks.take(piece).flatMap(asEvent)
    return started ? events : [start(), ...events]
  }

  function start(): StreamEvent {
    started = true
    return { event: 'messageStart', payload: { role: 'assistant' } }
  }

  function end(latencyMs: number): readonly StreamEvent[] {
    if (readyMade) return []
    const trace = account.trace()
    return [
      ...(started ? [] : [start()]),
      ...blocks.end().flatMap(asEvent),
      { event: 'messageStop', payload: stopFields(account.stop()) },
      {
        event: 'metadata',
        payload: { metrics: { latencyMs }, usage: account.usage(), ...(trace ? { trace } : {}) },
      },
    ]
  }
}

/** The whole answer of Converse. */
export async function converseMessage(
  pieces: Iterable<Piece> | AsyncIterable<Piece>,
  prompt: PromptUsage,
  latencyMs: () => number,
): Promise<object> {
  const blocks = blockSteps()
  const account = accounts(prompt)
  const content: WrittenBlock[] = []
  const fill = (steps: readonly BlockStep[]): void => {
    for (const step of steps) {
      if (step.type === 'block-start') content.push({ kind: step.kind, text: '', citations: [], ...step.tool })
      if (step.type === 'block-delta') write(content.at(-1)!, step.piece)
    }
  }
  for await (const piece of pieces) {
    if (piece.type === 'event' || piece.type === 'frame') throw new BedrockError('ValidationException', ONLY_STREAM)
    account.note(piece)
    fill(blocks.take(piece))
  }
  const trace = account.trace()
  return {
    metrics: { latencyMs: latencyMs() },
    output: { message: { content: content.map(asContentBlock), role: 'assistant' } },
    ...stopFields(account.stop()),
    ...(trace ? { trace } : {}),
    usage: account.usage(),
  }
}

/** A recording or a list of events has no whole to give. */
export const ONLY_STREAM = 'The emulator has only a recorded stream for this request; ask for a stream.'

/** A block as the model has written it so far. `text` is also the tool's input as JSON text. */
export interface WrittenBlock {
  readonly kind: string
  readonly id?: string
  readonly name?: string
  text: string
  signature?: string
  citations: object[]
}

export function write(block: WrittenBlock, piece: Piece): void {
  if (piece.type === 'text' || piece.type === 'reasoning') block.text += piece.text
  if (piece.type === 'tool-input') block.text += piece.json
  if (piece.type === 'reasoning-redacted') block.text += piece.base64
  if (piece.type === 'reasoning-signature') block.signature = piece.signature
  if (piece.type === 'citation') block.citations.push(piece.citation)
}

/** What a tool was given: nothing written means no arguments; broken JSON stays the text it is. */
export function parseInput(json: string): unknown {
  if (json.trim() === '') return {}
  try {
    return JSON.parse(json)
  } catch {
    return json
  }
}

function asEvent(step: BlockStep): StreamEvent[] {
  const contentBlockIndex = step.index
  switch (step.type) {
    case 'block-start': {
      if (!step.tool) return []
      const toolUse = { name: step.tool.name, toolUseId: step.tool.id }
      return [{ event: 'contentBlockStart', payload: { contentBlockIndex, start: { toolUse } } }]
    }
    case 'block-delta':
      return [{ event: 'contentBlockDelta', payload: { contentBlockIndex, delta: asDelta(step.piece) } }]
    case 'block-end':
      return [{ event: 'contentBlockStop', payload: { contentBlockIndex } }]
  }
}

function asDelta(piece: Piece): object {
  switch (piece.type) {
    case 'text':
      return { text: piece.text }
    case 'reasoning':
      return { reasoningContent: { text: piece.text } }
    case 'reasoning-signature':
      return { reasoningContent: { signature: piece.signature } }
    case 'reasoning-redacted':
      return { reasoningContent: { redactedContent: piece.base64 } }
    case 'citation':
      return { citation: piece.citation }
    case 'tool-input':
      return { toolUse: { input: piece.json } }
    default:
      throw new Error(`A ${piece.type} is not part of a block.`)
  }
}

function asContentBlock(block: WrittenBlock): object {
  switch (block.kind) {
    case 'tool':
      return { toolUse: { input: parseInput(block.text), name: block.name, toolUseId: block.id } }
    case 'reasoning': {
      const { text, signature } = block
      return { reasoningContent: { reasoningText: signature === undefined ? { text } : { signature, text } } }
    }
    case 'redacted':
      return { reasoningContent: { redactedContent: block.text } }
    default:
      if (block.citations.length === 0) return { text: block.text }
      return { citationsContent: { content: [{ text: block.text }], citations: block.citations } }
  }
}

function stopFields({ reason, sequence }: { reason: StopReason; sequence?: string }): object {
  if (sequence === undefined) return { stopReason: reason }
  return { additionalModelResponseFields: { delta: { stop_sequence: sequence } }, stopReason: reason }
}
