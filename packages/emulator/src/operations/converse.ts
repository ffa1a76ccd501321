import { converseMessage } from '../answer/converse.ts'
import { sender } from '../send.ts'
import type { ConverseRequest } from '../wire.ts'
import { ask, checkBody, type Operation, receive } from './operation.ts'

export const converse: Operation = {
  name: 'Converse',
  method: 'POST',
  path: /^\/model\/(?<id>.+)\/converse$/,
  async serve(call) {
    const began = performance.now()
    const { body, faults } = await receive(call)
    const model = call.emulator.catalogue.resolve(call.id)
    await checkBody('Converse', body)
    const answer = await ask(call, body as ConverseRequest, model) // the schema check has just seen it
    const latencyMs = (): number => Math.round(performance.now() - began)
    const message = await converseMessage(answer.pieces, answer.prompt, latencyMs)
    const send = sender(call.exchange, call.line, [...faults, ...answer.faults], {})
    call.line.change({ status: 200 })
    await send.body(200, { 'content-type': 'application/json' }, JSON.stringify(message))
    call.line.end(send.broken ? 'broken' : 'answered')
  },
}
