import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { partialJson } from './partial-json.ts'

/** 100 ms is what is aimed at, on a machine that does nothing else. */
const CPU_MS = 300

test('82 KiB of input go through the loop in little time, whichever way they come', async (t) => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'testing/measure-output.ts'),
  ])
  const measured: { name: string; deltas: number; cpuMs: number; isWhole: boolean }[] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    measured.map(({ name, isWhole }) => [name, isWhole]),
    ['data in a section', 'an output tool', 'a tool'].map((name) => [name, true]),
  )
  for (const { name, deltas, cpuMs } of measured) {
    t.diagnostic(`${name}: ${Math.round(cpuMs)} ms of CPU for ${deltas} deltas`)
    assert.ok(cpuMs < CPU_MS, `${name}: ${cpuMs} ms`)
  }
})

test('nothing that a model may write breaks the reader of JSON', async () => {
  const scrap = fc.constantFrom(...'{}[]":,\\-\n😀', '\\u00', '1e', 'tru', 'null', '```')
  const text = fc.oneof(
    fc
      .array(fc.oneof(scrap, fc.string({ maxLength: 4, unit: 'binary' })), { maxLength: 24 })
      .map((all) => all.join('')),
    fc.json({ maxDepth: 3 }).chain((json) => fc.nat(json.length).map((end) => json.slice(0, end))),
    fc.json({ maxDepth: 3 }).map((json) => `{"a":${json}}`),
  )
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (written, size) => {
      const reader = partialJson(() => {})
      for (let at = 0; at < written.length; at += size) reader.push(written.slice(at, at + size))
      await reader.settled()
      const end = await reader.end().then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      )
      if ('error' in end) assert.ok(end.error instanceof Error)
      const whole = parsed(written)
      if (whole) assert.deepEqual('value' in end && end.value, whole)
    }),
    { numRuns: process.env['CI'] ? 100_000 : 5_000 },
  )
})

/** The document, where the text is nothing but one object. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject && text.startsWith('{') ? value : undefined
  } catch (error) {
    assert.ok(error instanceof SyntaxError)
    return undefined
  }
}
