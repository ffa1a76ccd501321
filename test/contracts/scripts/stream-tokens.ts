import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { Frame } from '../harness/raw-socket.ts'
import { assertUsage } from './assert-usage.ts'

export interface Streamed {
  readonly tokens: readonly string[]
  readonly text: string
  readonly done: Frame
}

/** `POST /api/chat` by hand: the response as soon as its head is there. */
export async function postChat(url: string, body: unknown, headers = {}): Promise<IncomingMessage> {
  const asking = request(`${url}/api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    agent: false,
  })
  asking.end(typeof body === 'string' ? body : JSON.stringify(body))
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  return answer
}

/** Streams one answer, which must follow contract 4 to the byte. */
export async function streamTokens(url: string, body: unknown): Promise<Streamed> {
  const answer = await postChat(url, body)
  const bytes = await readAll(answer)
  assert.equal(answer.statusCode, 200, bytes)
  const { headers } = answer
  assert.match(headers['content-type']!, /^text\/event-stream/)
  assert.match(headers['cache-control']!, /no-cache/)
  assert.equal(headers['x-accel-buffering'], 'no')
  assert.equal(headers['content-encoding'], undefined)

  const messages = bytes.split('\n\n').filter((message) => message !== '' && !message.startsWith(':'))
  assert.ok(bytes.endsWith('\n\n'))
  const end = messages.pop()!
  const tokens = messages.map((message) => {
    assert.match(message, /^data: \{"token":/)
    const data = JSON.parse(message.slice('data: '.length)) as { token: string }
    assert.deepEqual(Object.keys(data), ['token'])
    assert.ok(data.token.length > 0)
    return data.token
  })
  assert.match(end, /^event: done\ndata: \{/)
  const done = JSON.parse(end.slice('event: done\ndata: '.length)) as Frame
  assert.deepEqual(Object.keys(done).sort(), ['conversationId', 'messageId', 'usage'])
  assertUsage(done['usage'])
  return { tokens, text: tokens.join(''), done }
}

export async function readAll(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += chunk
  return text
}
