import { BedrockError } from '../errors.ts'
import { sender } from '../send.ts'
import { requestTokens } from '../tokens.ts'
import type { ConverseRequest } from '../wire.ts'
import { fromAnthropic } from './from-anthropic.ts'
import { checkBody, type Operation, receive } from './operation.ts'

/** An estimate, and the same one that `usage.inputTokens` reports. */
export const countTokens: Operation = {
  name: 'CountTokens',
  method: 'POST',
  path: /^\/model\/(?<id>.+)\/count-tokens$/,
  async serve(call) {
    const { body, faults } = await receive(call)
    const model = call.emulator.catalogue.resolve(call.id)
    await checkBody('CountTokens', body)
    if (model.provider !== 'Anthropic') {
      throw new BedrockError('ValidationException', "The provided model doesn't support counting tokens.")
    }
    const { input } = body as { input: CountTokensInput } // the schema check has just seen it
    const inputTokens = requestTokens(input.converse ?? fromAnthropic(decode(input.invokeModel!.body)))
    const send = sender(call.exchange, call.line, faults, {})
    call.line.change({ status: 200 })
    await send.body(200, { 'content-type': 'application/json' }, JSON.stringify({ inputTokens }))
    call.line.end(send.broken ? 'broken' : 'answered')
  },
}

interface CountTokensInput {
  readonly converse?: ConverseRequest
  readonly invokeModel?: { readonly body: string }
}

function decode(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
  } catch {
    throw new BedrockError('ValidationException', 'Malformed input request, please reformat your input and try again.')
  }
}
