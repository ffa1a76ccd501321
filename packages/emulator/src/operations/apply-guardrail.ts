import { BedrockError } from '../errors.ts'
import { applied } from '../guardrails.ts'
import { sender } from '../send.ts'
import { checkBody, type Operation, receive } from './operation.ts'

/** Holds texts against a guardrail, without a model. */
export const applyGuardrail: Operation = {
  name: 'ApplyGuardrail',
  method: 'POST',
  path: /^\/guardrail\/(?<id>.+)\/version\/(?:DRAFT|[1-9]\d{0,7})\/apply$/,
  async serve(call) {
    const { body, faults } = await receive(call)
    await checkBody('ApplyGuardrail', body)
    const { source, content } = body as ApplyRequest // the schema check has just seen it
    const id = call.id.slice(call.id.lastIndexOf('/') + 1) // of an ARN the end
    const guardrail = call.emulator.guardrails.find((known) => known.id === id)
    if (!guardrail) throw new BedrockError('ResourceNotFoundException', UNKNOWN)
    const texts = content.flatMap(({ text }) => (text ? [text.text] : []))
    if (texts.length === 0) throw new BedrockError('ValidationException', 'The content has no text to look at.')
    if (texts.some((text) => text.length > MAX_TEXT)) throw new BedrockError('ValidationException', TOO_LONG)
    const send = sender(call.exchange, call.line, faults, {})
    call.line.change({ status: 200 })
    await send.body(200, { 'content-type': 'application/json' }, JSON.stringify(applied(guardrail, source, texts)))
    call.line.end(send.broken ? 'broken' : 'answered')
  },
}

/** 25 text units. */
const MAX_TEXT = 25_000
const TOO_LONG = 'The text exceeds the maximum of 25 text units.'
const UNKNOWN = 'The guardrail identifier or version provided in the request does not exist.'

interface ApplyRequest {
  readonly source: 'INPUT' | 'OUTPUT'
  readonly content: readonly { readonly text?: { readonly text: string } }[]
}
