import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Event, LoggedEvent } from './events.ts'
import { logged } from './log.fixture.ts'

const run = 'r_1'

test('an event keeps its place when it is parsed, and loses what no reader should see', () => {
  const delta = { type: 'text-delta', run, block: 1, text: 'Hi' } as const
  const [event] = logged([Event.parse({ ...delta, sealed: { signature: 'sig' } })])
  assert.deepEqual(LoggedEvent.parse({ ...event, sealed: 1 }), { ...delta, seq: 1, at: '2026-01-01T00:00:00.000Z' })
})

for (const [what, event] of [
  ['an unknown type', { type: 'text-mumble', run, block: 1 }],
  ['a block that counts from 0', { type: 'text-start', run, block: 0 }],
  ['half a token', { type: 'usage', run, model: 'm', inputTokens: 0.5 }],
  ['a message without parts', { type: 'message', message: 'm_1', run, parent: null, parts: [], requestId: 'q' }],
  ['a run id with a space', { type: 'stop-request', run: 'r 1' }],
  ['a reason that is none', { type: 'run-end', run, reason: 'bored' }],
] as const) {
  test(`${what} is no event`, () => assert.equal(Event.safeParse(event).success, false))
}

test('nothing that is no event gets through, and nothing makes parsing throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.equal(Event.safeParse(value).success, false)
    }),
    { numRuns: 1_000 },
  )
})

test('what opens with -start closes with -end', () => {
  const types = Event.options.map(({ shape }) => shape.type.value as string)
  const open = types.filter((type) => type.endsWith('-start') && type !== 'conversation-start' && type !== 'tool-start')
  assert.deepEqual(
    open.filter((type) => !types.includes(type.replace('-start', '-end'))),
    [],
  )
})
