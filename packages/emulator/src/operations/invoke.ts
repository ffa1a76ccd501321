import { anthropicMessage, anthropicStream } from '../answer/anthropic.ts'
import { BedrockError } from '../errors.ts'
import type { Model } from '../models.ts'
import { sender } from '../send.ts'
import { stream } from './converse-stream.ts'
import { fromAnthropic } from './from-anthropic.ts'
import { ask, type Operation, receive } from './operation.ts'

/** InvokeModel, for models that take Anthropic Messages bodies. */
export const invoke: Operation = {
  name: 'InvokeModel',
  method: 'POST',
  path: /^\/model\/(?<id>.+)\/invoke$/,
  async serve(call) {
    const began = performance.now()
    const { body, faults } = await receive(call)
    const model = anthropicOnly(call.emulator.catalogue.resolve(call.id))
    const answer = await ask(call, fromAnthropic(body), model)
    const { message, usage } = await anthropicMessage(answer.pieces, answer.prompt, bareName(model))
    const send = sender(call.exchange, call.line, [...faults, ...answer.faults], {})
    call.line.change({ status: 200 })
    const headers = {
      'content-type': 'application/json',
      'x-amzn-bedrock-invocation-latency': String(Math.round(performance.now() - began)),
      'x-amzn-bedrock-input-token-count': String(usage.inputTokens),
      'x-amzn-bedrock-output-token-count': String(usage.outputTokens),
      'x-amzn-bedrock-cache-read-input-token-count': String(usage.cacheReadInputTokens),
      'x-amzn-bedrock-cache-write-input-token-count': String(usage.cacheWriteInputTokens),
    }
    await send.body(200, headers, JSON.stringify(message))
    call.line.end(send.broken ? 'broken' : 'answered')
  },
}

/** InvokeModelWithResponseStream, for the same models. */
export const invokeStream: Operation = {
  name: 'InvokeModelWithResponseStream',
  method: 'POST',
  path: /^\/model\/(?<id>.+)\/invoke-with-response-stream$/,
  async serve(call) {
    const began = performance.now()
    const { body, faults } = await receive(call)
    const model = anthropicOnly(call.emulator.catalogue.resolve(call.id))
    const answer = await ask(call, fromAnthropic(body), model)
    const writer = anthropicStream(answer.prompt, bareName(model))
    const headers = { 'x-amzn-bedrock-content-type': 'application/json' }
    await stream(call, answer.pieces, writer, [...faults, ...answer.faults], began, headers)
  },
}

function anthropicOnly(model: Model): Model {
  if (model.provider === 'Anthropic') return model
  const message = `The emulator's InvokeModel speaks Anthropic Messages only; use Converse for ${model.id}.`
  throw new BedrockError('ValidationException', message)
}

/** How Anthropic names the model in its answers: `claude-haiku-4-5-20251001`. */
function bareName({ id }: Model): string {
  return id.replace(/^anthropic\./, '').replace(/-v\d+(:\d+)?$/, '')
}
