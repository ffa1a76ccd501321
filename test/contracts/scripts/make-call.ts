import assert from 'node:assert/strict'
import * as z from 'zod'
import { type Frame, ofType, type RawSocket } from '../harness/raw-socket.ts'

/** The prediction of contract 2, written from the contract alone. */
const Prediction = z.strictObject({
  prediction_statement: z.string().min(1),
  verification_date: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
  date_reasoning: z.string().min(1),
  verification_method: z.strictObject({
    source: z.array(z.string()).min(1),
    criteria: z.array(z.string()).min(1),
    steps: z.array(z.string()).min(1),
  }),
  initial_status: z.literal('pending'),
})
export type Prediction = z.infer<typeof Prediction>

export interface Call {
  readonly prediction: Prediction
  readonly tools: readonly Frame[]
  readonly words: string
  readonly frames: readonly Frame[]
}

/** Makes one call and reads its answer, which must follow contract 2 to the letter. */
export async function makeCall(socket: RawSocket, prompt: string, timezone?: string, more = {}): Promise<Call> {
  socket.send({ action: 'makecall', prompt, ...(timezone && { timezone }), ...more })
  return await readCall(socket)
}

/** Reads the answer to one call. */
export async function readCall(socket: RawSocket): Promise<Call> {
  const frames = await socket.until(ofType('complete', 'error'))
  assert.deepEqual(frames[0], { type: 'status', content: 'Processing your prediction with AI agent...' })
  const complete = frames.at(-1)!
  assert.deepEqual(Object.keys(complete).sort(), ['content', 'type'], JSON.stringify(complete))
  assert.equal(typeof complete['content'], 'string')
  const between = frames.slice(1, -1)
  for (const frame of between) {
    const fields = frame['type'] === 'tool' ? ['input', 'name', 'type'] : ['content', 'type']
    assert.deepEqual(Object.keys(frame).sort(), fields)
    assert.match(frame['type'], /^(status|text|tool)$/)
    if (frame['type'] === 'text') assert.ok(frame['content'].length > 0)
  }
  const tools = between.filter(ofType('tool'))
  const words = between
    .filter(ofType('text'))
    .map(({ content }) => content)
    .join('')
  return { prediction: Prediction.parse(JSON.parse(complete['content'])), tools, words, frames }
}

export function assertCallError(frame: Frame, code?: string): void {
  assert.deepEqual(Object.keys(frame).sort(), ['code', 'message', 'type'])
  assert.equal(frame['type'], 'error')
  if (code) assert.equal(frame['code'], code)
  assert.match(frame['code'], /^[a-z][a-z-]+$/)
  assert.match(frame['message'], /\w+ \w+/)
}
