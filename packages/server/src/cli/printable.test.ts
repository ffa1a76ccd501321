import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LoggedEvent } from '@streambed/protocol'
import fc from 'fast-check'
import { printable, printableJson, printableLine } from './printable.ts'
import { story } from './story.ts'

/** Clears the screen, sets the window's title, moves up; in eight bits, too; and turns the direction of writing. */
const ATTACK = '\u001b[2J\u001b]0;owned\u0007\u001b[1A\r\u009b31m\b\u202egnp.exe'
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/
const anything = fc.string({ unit: 'binary' }).map((text) => text + ATTACK)

test('nothing that a terminal obeys is left of a text, and all else is', () => {
  assert.equal(printable(`a\tb\nc ${ATTACK} ü 🌊`), 'a\tb\nc [2J]0;owned[1A31mgnp.exe ü 🌊')
  fc.assert(fc.property(anything, (text) => assert.doesNotMatch(printable(text), OBEYED)))
})

test('pieces of a text become the same as the whole', () => {
  fc.assert(
    fc.property(anything, fc.nat(), (text, n) => {
      const at = n % (text.length + 1)
      assert.equal(printable(text.slice(0, at)) + printable(text.slice(at)), printable(text))
    }),
  )
})

test('a line stays a line', () => {
  assert.equal(printableLine('one\ntwo\u2028three\r\n'), 'one two three ')
})

test('JSON reads back as the same, with nothing that a terminal obeys', () => {
  fc.assert(
    fc.property(fc.dictionary(anything, anything), (value) => {
      const json = printableJson(value)
      assert.doesNotMatch(json, OBEYED)
      assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('a story tells what was said without obeying it', async () => {
  const at = '2026-11-20T12:00:00.000Z'
  const events = [
    { seq: 1, at, type: 'message', run: 'r_1', message: 'm_1', parts: [{ type: 'text', text: ATTACK }] },
    { seq: 2, at, type: 'tool-call', run: 'r_1', call: 't_1', name: ATTACK, input: { a: ATTACK } },
    { seq: 3, at, type: 'run-end', run: 'r_1', reason: 'failed', error: { code: 'internal', message: ATTACK } },
  ] as unknown as readonly LoggedEvent[] // as much of them as a story reads
  const lines = await Array.fromAsync(
    story(
      (async function* () {
        yield* events
      })(),
    ),
  )
  assert.equal(lines.length, 3)
  for (const line of lines) assert.doesNotMatch(line, OBEYED)
})
