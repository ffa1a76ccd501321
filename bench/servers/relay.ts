import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerQuestions } from '../answering.ts'

/** Answers one prompt by writing to the response; the signal aborts when the reader has gone away. */
export type Relay = (prompt: string, response: ServerResponse, signal: AbortSignal) => Promise<void>

/** A server of `POST /api/chat` on `node:http`, as small as one can be: the frame in which the peers are measured. */
export function serveRelay(relay: Relay): void {
  const server = createServer((request, response) => {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    answer(request, response, gone.signal).catch((error) => {
      if (gone.signal.aborted) return
      console.error(error)
      response.destroy()
    })
  })
  const listening = new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
  answerQuestions({ ready: () => listening })

  async function answer(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    await relay(JSON.parse(body).prompt, response, signal)
  }
}

export const EVENT_STREAM = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' } as const
