import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { errorWords, outputText, toolOutput } from './tool-output.ts'

test('text is shown as it is, other values as JSON', () => {
  assert.deepEqual(toolOutput('plain', 100), { value: 'plain', text: 'plain' })
  assert.deepEqual(toolOutput({ a: [1, null] }, 100), { value: { a: [1, null] }, text: '{"a":[1,null]}' })
  assert.deepEqual(toolOutput(0, 100), { value: 0, text: '0' })
})

test('the model is told when there is no output', () => {
  for (const nothing of [undefined, '', ' \n', () => {}]) {
    assert.equal(toolOutput(nothing, 100).text, '(no output)')
  }
})

test('circles, bytes, BigInts, errors, maps and dates become something that JSON can say', () => {
  const circle: Record<string, unknown> = { name: 'ring' }
  circle.self = circle
  const shared = { twice: true }
  const output = {
    circle,
    shared: [shared, shared],
    bytes: Buffer.alloc(1_234),
    big: 12n,
    error: new Error('no'),
    map: new Map([['a', 1]]),
    date: new Date(0),
    half: '\ud83d',
  }
  assert.deepEqual(toolOutput(output, 10_000).value, {
    circle: { name: 'ring', self: '[circular]' },
    shared: [{ twice: true }, { twice: true }],
    bytes: '[1,234 bytes]',
    big: '12',
    error: 'no',
    map: [['a', 1]],
    date: '1970-01-01T00:00:00.000Z',
    half: '\ufffd',
  })
})

test('nesting has a bottom', () => {
  let deep: unknown = 'bottom'
  for (let i = 0; i < 100_000; i++) deep = [deep]
  assert.match(toolOutput(deep, 10_000).text, /nested too deeply/)
})

test('a long output keeps its head and its tail', () => {
  const { value, text } = toolOutput(`${'a'.repeat(50_000)}${'z'.repeat(50_000)}`, 1_000)
  assert.equal(text, `${'a'.repeat(750)}\n\n[… 99,000 characters left out …]\n\n${'z'.repeat(250)}`)
  assert.equal(value, text)
})

test('a long structure becomes the head and the tail of its JSON', () => {
  const { value, text } = toolOutput(
    Array.from({ length: 1_000 }, (_, i) => i),
    100,
  )
  assert.equal(value, text)
  assert.match(text, /^\[0,1,2[\s\S]+998,999\]$/)
})

test('whatever a tool returns fits the log, is bounded and not blank, and reads the same from the log', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withTypedArray: true, withMap: true, withDate: true }), (output) => {
      const { value, text } = toolOutput(output, 60)
      assert.ok(text.trim() !== '' && text.length <= 60 + 60)
      assert.deepEqual(JSON.parse(JSON.stringify(value)), value)
      assert.equal(outputText(value), text)
    }),
    { numRuns: 3_000 },
  )
})

test('whatever is thrown has words', () => {
  const unreadable = {
    get message() {
      throw new Error('really')
    },
    toString() {
      throw new Error('really')
    },
    toJSON() {
      throw new Error('really')
    },
  }
  const circle: unknown[] = []
  circle.push(circle)
  for (const thrown of [unreadable, circle, Object.create(null), new Proxy({}, {}), NaN, 1n, [], '  ']) {
    assert.notEqual(errorWords(thrown, 100).trim(), '')
  }
  assert.equal(errorWords('x'.repeat(1_000), 100).length < 200, true)
})
