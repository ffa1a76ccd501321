import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModelEvent, ModelRequest } from './model.ts'
import { callsTools, says, scriptedModel } from './scripted.ts'

const request: ModelRequest = { model: 'm', system: '', messages: [], tools: [], maxTokens: 10 }
const signal = new AbortController().signal

test('answers in the order of the script and remembers what it was asked', async () => {
  await using model = scriptedModel([says('a', 'b'), callsTools({ name: 'clock', input: {} })])
  const first = await Array.fromAsync(model.stream(request, signal))
  const second = await Array.fromAsync(model.stream({ ...request, system: 'again' }, signal))

  assert.deepEqual(first.slice(0, 2), [
    [{ type: 'text', index: 0, text: 'a' }],
    [{ type: 'text', index: 0, text: 'b' }],
  ])
  assert.deepEqual(second[1], [{ type: 'end', stopReason: 'tool_use' }])
  assert.deepEqual(model.requests, [request, { ...request, system: 'again' }])
  await assert.rejects(Array.fromAsync(model.stream(request, signal)), { code: 'model-failed' })
})

test('fails where the script says so, and where an answer has no end', async () => {
  await using model = scriptedModel([[[], new RangeError('here')], [[{ type: 'text', index: 0, text: 'half' }]]])
  await assert.rejects(Array.fromAsync(model.stream(request, signal)), RangeError)
  await assert.rejects(Array.fromAsync(model.stream(request, signal)), { code: 'model-cut-short' })
})

test('waits where the script says so; an abort ends the wait with its reason', async () => {
  const controller = new AbortController()
  const begun: ModelEvent[] = [{ type: 'text', index: 0, text: 'and' }]
  await using model = scriptedModel([() => [begun, { until: new Promise(() => {}) }]])
  const answer = model.stream(request, controller.signal)[Symbol.asyncIterator]()

  assert.deepEqual((await answer.next()).value, begun)
  const rest = answer.next()
  controller.abort(new Error('enough'))
  await assert.rejects(rest, /enough/)
})
