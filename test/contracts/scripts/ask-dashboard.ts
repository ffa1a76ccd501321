import assert from 'node:assert/strict'
import type { Frame, RawSocket } from '../harness/raw-socket.ts'
import { assertUsage } from './assert-usage.ts'

export interface Said {
  readonly sessionId: string
  readonly messageId: string
  readonly content: string
  readonly frames: readonly Frame[]
}

/** Sends one message and reads its answer, which must follow contract 3 to the letter. */
export async function askDashboard(socket: RawSocket, id: string, data: Frame): Promise<Said> {
  socket.send({ id, type: 'chat.send_message', data })
  const frames = await socket.until(({ type }) => /^chat\.(message_response|message_complete|error)$/.test(type))
  return readDashboard(frames, data['streaming'] === true)
}

/** Reads the frames of one answer. */
export function readDashboard(frames: readonly Frame[], streaming: boolean): Said {
  const end = frames.at(-1)!
  const { sessionId } = end['data']
  for (const frame of frames) {
    assert.deepEqual(Object.keys(frame).sort(), ['data', 'id', 'type'])
    assert.equal(frame['id'], end['id'])
    assert.equal(frame['data'].sessionId, sessionId)
  }
  for (const { data } of frames.filter(({ type }) => type === 'chat.tool_use')) {
    assert.deepEqual(Object.keys(data).sort(), ['callId', 'input', 'name', 'sessionId'])
  }
  for (const { data } of frames.filter(({ type }) => type === 'chat.tool_result')) {
    assert.deepEqual(Object.keys(data).sort(), ['callId', 'durationMs', 'name', 'ok', 'sessionId'])
    assert.equal(typeof data.ok, 'boolean')
    assert.ok(data.durationMs >= 0)
  }
  const pieces = frames.filter(({ type }) => type === 'chat.message_stream')
  const others = frames.filter(({ type }) => !/^chat\.(message_stream|tool_use|tool_result)$/.test(type))
  assert.deepEqual(others, [end], 'one end, and no other frames')

  if (!streaming) {
    assert.equal(end['type'], 'chat.message_response', JSON.stringify(end))
    const { message } = end['data']
    assert.deepEqual(Object.keys(end['data']).sort(), ['message', 'sessionId'])
    assert.deepEqual(Object.keys(message).sort(), ['content', 'messageId', 'role', 'timestamp', 'usage'])
    assert.equal(message.role, 'assistant')
    assert.match(message.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
    assertUsage(message.usage)
    assert.deepEqual(pieces, [])
    return { sessionId, messageId: message.messageId, content: message.content, frames }
  }
  assert.equal(end['type'], 'chat.message_complete', JSON.stringify(end))
  assert.deepEqual(Object.keys(end['data']).sort(), ['messageId', 'sessionId', 'usage'])
  assertUsage(end['data'].usage)
  for (const { data } of pieces) {
    assert.deepEqual(Object.keys(data).sort(), ['content', 'sessionId'])
    assert.ok(data.content.length > 0)
  }
  const content = pieces.map(({ data }) => data.content).join('')
  return { sessionId, messageId: end['data'].messageId, content, frames }
}

export function assertChatError(frame: Frame, id: string | null, code?: string): void {
  assert.equal(frame['type'], 'chat.error', JSON.stringify(frame))
  if (id !== null) assert.equal(frame['id'], id)
  const { sessionId, ...rest } = frame['data']
  assert.ok(sessionId === undefined || typeof sessionId === 'string')
  assert.deepEqual(Object.keys(rest).sort(), ['code', 'message', 'retryable'])
  if (code) assert.equal(rest.code, code)
  assert.match(rest.code, /^[a-z][a-z-]+$/)
  assert.match(rest.message, /\w+ \w+/)
  assert.equal(typeof rest.retryable, 'boolean')
}
