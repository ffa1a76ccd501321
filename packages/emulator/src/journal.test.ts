import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scriptBrain } from './brains/script.ts'
import { startEmulator } from './emulator.ts'
import { client, haiku, listen } from './testing.ts'

const ask = (text: string) => ({ modelId: haiku, messages: [{ role: 'user' as const, content: [{ text }] }] })
const always = scriptBrain([{ when: '', text: 'Hi' }])

test('keeps what was asked and what became of it, and nothing secret', async () => {
  await using emulator = await startEmulator({ pace: 'instant', brain: always })
  using bedrock = client(emulator.url)
  await listen(bedrock, ask('Hello'))
  const { at, bytes, durationMs, headers, ...entry } = await emulator.journal.ended()
  assert.deepEqual(entry, {
    number: 1,
    operation: 'ConverseStream',
    model: haiku,
    method: 'POST',
    path: `/model/${encodeURIComponent(haiku)}/converse-stream`,
    transport: 'http/1.1',
    body: { messages: ask('Hello').messages },
    faults: [],
    outcome: 'answered',
    status: 200,
    events: 5,
  })
  assert.ok(Date.parse(at) <= Date.now() && bytes > 500 && durationMs! >= 0)
  assert.equal(headers['content-type'], 'application/json')
  assert.equal('authorization' in headers, false)
})

test('gives each request to one waiter, whether it comes before the waiting or after', async () => {
  await using emulator = await startEmulator({ pace: 'instant', brain: always })
  using bedrock = client(emulator.url)
  await listen(bedrock, ask('one'))
  const first = await emulator.journal.next()
  const second = emulator.journal.next()
  await listen(bedrock, ask('two'))
  assert.deepEqual([first.number, (await second).number], [1, 2])
})

test('says what it waited for in vain', async () => {
  await using emulator = await startEmulator({ pace: 'instant' })
  await assert.rejects(emulator.journal.next(undefined, 10), /no such request within 10 ms/)
  await assert.rejects(emulator.journal.closed(undefined, 10), /no such close by a client/)
})

test('keeps the last thousand, and no body that is too big', async () => {
  await using emulator = await startEmulator({ pace: 'instant', brain: always })
  using bedrock = client(emulator.url)
  await listen(bedrock, ask('x'.repeat(300_000)))
  const { body } = await emulator.journal.next()
  assert.deepEqual(Object.keys(body as object), ['omittedBytes'])
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let i = 0; i < 251; i++) await (await fetch(`${emulator.url}/nothing`)).arrayBuffer()
    }),
  )
  assert.equal(emulator.journal.entries.length, 1_000)
  assert.equal(emulator.journal.entries.at(-1)?.number, 1_005)
})
