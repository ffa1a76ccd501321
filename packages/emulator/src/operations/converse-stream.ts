import { converseStream, type StreamWriter } from '../answer/converse.ts'
import type { Piece } from '../brains/brain.ts'
import { BedrockError } from '../errors.ts'
import type { Fault } from '../faults.ts'
import { type Sender, sender } from '../send.ts'
import type { ConverseRequest } from '../wire.ts'
import { ask, type Call, checkBody, type Operation, receive } from './operation.ts'

export const converseStreamOperation: Operation = {
  name: 'ConverseStream',
  method: 'POST',
  path: /^\/model\/(?<id>.+)\/converse-stream$/,
  async serve(call) {
    const began = performance.now()
    const { body, faults } = await receive(call)
    const model = call.emulator.catalogue.resolve(call.id)
    await checkBody('ConverseStream', body)
    if (model.streaming === false) throw new BedrockError('ValidationException', NO_STREAM)
    const answer = await ask(call, body as ConverseRequest, model) // the schema check has just seen it
    await stream(call, answer.pieces, converseStream(answer.prompt), [...faults, ...answer.faults], began)
  },
}

/** Sends an answer as an event stream, piece by piece as the brain writes it. `began` is from `performance.now()`. */
export async function stream(
  { exchange, line }: Call,
  pieces: Iterable<Piece> | AsyncIterable<Piece>,
  writer: StreamWriter,
  faults: readonly Fault[],
  began: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const send = sender(exchange, line, faults, { 'content-type': 'application/vnd.amazon.eventstream', ...headers })
  line.change({ status: 200 })
  try {
    await pump(send, pieces, writer)
  } catch (error) {
    if (!exchange.hasHead) throw error // there is still time for an HTTP error
    line.change({ error: 'modelStreamErrorException' })
    await send.exception('modelStreamErrorException', (error as Error).message)
  }
  for (const event of send.over ? [] : writer.end(Math.round(performance.now() - began))) await send.event(event)
  await send.finish()
  line.end(send.broken ? 'broken' : 'answered')
}

async function pump(send: Sender, pieces: Iterable<Piece> | AsyncIterable<Piece>, writer: StreamWriter): Promise<void> {
  for await (const piece of pieces) {
    for (const event of writer.take(piece)) {
      const full = send.event(event)
      if (full) await full
    }
    if (send.over) return
  }
}

const NO_STREAM = 'The model is unsupported for streaming. Try again with the Converse API.'
