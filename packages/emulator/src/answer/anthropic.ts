import { randomBytes } from 'node:crypto'
import type { Piece, Usage } from '../brains/brain.ts'
import { BedrockError } from '../errors.ts'
import { accounts, type PromptUsage } from './accounts.ts'
import { type BlockStep, blockSteps } from './blocks.ts'
import { ONLY_STREAM, parseInput, type StreamEvent, type StreamWriter, type WrittenBlock, write } from './converse.ts'

/**
 * An answer as Anthropic's own stream inside Bedrock's: frames of the event type `chunk`, each with one vendor event in
 * base64. The last one carries Bedrock's measurements.
 */
export function anthropicStream(prompt: PromptUsage, model: string): StreamWriter {
  const blocks = blockSteps()
  const account = accounts(prompt)
  const began = performance.now()
  let firstByteLatency: number | undefined
  let readyMade = false

  return { take, end }

  function take(piece: Piece): readonly StreamEvent[] {
    if (piece.type === 'event' || piece.type === 'frame') {
      readyMade = true
      return [piece.type === 'frame' ? { bytes: piece.bytes } : { event: piece.event, payload: piece.payload }]
    }
    account.note(piece)
    return [...start(), ...blocks.take(piece).map((step) => chunk(asEvent(step)))]
  }

  function start(): StreamEvent[] {
    if (firstByteLatency !== undefined) return []
    firstByteLatency = Math.round(performance.now() - began)
    const usage = { ...asUsage({ ...prompt, outputTokens: 1 }) }
    const message = { ...envelope(model), content: [], stop_reason: null, stop_sequence: null, usage }
    return [chunk({ type: 'message_start', message })]
  }

  function end(latencyMs: number): readonly StreamEvent[] {
    if (readyMade) return []
    const { reason, sequence = null } = account.stop()
    const usage = account.usage()
    return [
      ...start(),
      ...blocks.end().map((step) => chunk(asEvent(step))),
      chunk({
        type: 'message_delta',
        delta: { stop_reason: reason, stop_sequence: sequence },
        usage: { output_tokens: usage.outputTokens },
      }),
      chunk({
        type: 'message_stop',
        'amazon-bedrock-invocationMetrics': {
          inputTokenCount: usage.inputTokens,
          outputTokenCount: usage.outputTokens,
          invocationLatency: latencyMs,
          firstByteLatency,
          cacheReadInputTokenCount: usage.cacheReadInputTokens,
          cacheWriteInputTokenCount: usage.cacheWriteInputTokens,
        },
      }),
    ]
  }
}

/** The whole answer of InvokeModel, and what it used. */
export async function anthropicMessage(
  pieces: Iterable<Piece> | AsyncIterable<Piece>,
  prompt: PromptUsage,
  model: string,
): Promise<{ message: object; usage: Usage }> {
  const blocks = blockSteps()
  const account = accounts(prompt)
  const content: WrittenBlock[] = []
  for await (const piece of pieces) {
    if (piece.type === 'event' || piece.type === 'frame') throw new BedrockError('ValidationException', ONLY_STREAM)
    account.note(piece)
    for (const step of blocks.take(piece)) {
      if (step.type === 'block-start') content.push({ kind: step.kind, text: '', citations: [], ...step.tool })
      if (step.type === 'block-delta') write(content.at(-1)!, step.piece)
    }
  }
  const { reason, sequence = null } = account.stop()
  const usage = account.usage()
  const message = {
    ...envelope(model),
    content: content.map(asBlock),
    stop_reason: reason,
    stop_sequence: sequence,
    usage: asUsage(usage),
  }
  return { message, usage }
}

function envelope(model: string): object {
  return { model, id: `msg_bdrk_${randomBytes(16).toString('hex')}`, type: 'message', role: 'assistant' }
}

function asUsage({
  inputTokens,
  outputTokens,
  cacheReadInputTokens,
  cacheWriteInputTokens,
}: Omit<Usage, 'totalTokens'>): object {
  return {
    input_tokens: inputTokens,
    cache_creation_input_tokens: cacheWriteInputTokens,
    cache_read_input_tokens: cacheReadInputTokens,
    output_tokens: outputTokens,
  }
}

function chunk(event: object): StreamEvent {
  return { event: 'chunk', payload: { bytes: Buffer.from(JSON.stringify(event)).toString('base64') } }
}

function asEvent(step: BlockStep): object {
  const { index } = step
  switch (step.type) {
    case 'block-start':
      return { type: 'content_block_start', index, content_block: emptyBlock(step) }
    case 'block-delta':
      return { type: 'content_block_delta', index, delta: asDelta(step.piece) }
    case 'block-end':
      return { type: 'content_block_stop', index }
  }
}

function emptyBlock({ kind, tool }: Extract<BlockStep, { type: 'block-start' }>): object {
  switch (kind) {
    case 'tool':
      return { type: 'tool_use', ...tool, input: {} }
    case 'reasoning':
      return { type: 'thinking', thinking: '', signature: '' }
    case 'redacted':
      return { type: 'redacted_thinking', data: '' }
    case 'text':
      return { type: 'text', text: '' }
  }
}

function asDelta(piece: Piece): object {
  switch (piece.type) {
    case 'text':
      return { type: 'text_delta', text: piece.text }
    case 'reasoning':
      return { type: 'thinking_delta', thinking: piece.text }
    case 'reasoning-signature':
      return { type: 'signature_delta', signature: piece.signature }
    case 'reasoning-redacted':
      return { type: 'redacted_thinking_delta', data: piece.base64 }
    case 'citation':
      return { type: 'citations_delta', citation: piece.citation }
    case 'tool-input':
      return { type: 'input_json_delta', partial_json: piece.json }
    default:
      throw new Error(`A ${piece.type} is not part of a block.`)
  }
}

function asBlock(block: WrittenBlock): object {
  switch (block.kind) {
    case 'tool':
      return { type: 'tool_use', id: block.id, name: block.name, input: parseInput(block.text) }
    case 'reasoning':
      return { type: 'thinking', thinking: block.text, signature: block.signature ?? '' }
    case 'redacted':
      return { type: 'redacted_thinking', data: block.text }
    default:
      return { type: 'text', text: block.text, ...(block.citations.length > 0 ? { citations: block.citations } : {}) }
  }
}
