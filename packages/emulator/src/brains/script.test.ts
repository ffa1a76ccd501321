import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startEmulator } from '../emulator.ts'
import { client, haiku, listen, names, words } from '../testing.ts'
import { inPieces, scriptBrain, scriptFile } from './script.ts'

const say = (text: string) => ({ modelId: haiku, messages: [{ role: 'user' as const, content: [{ text }] }] })

test('gives answers in order, and those with a condition whenever it holds', async () => {
  const brain = scriptBrain([
    'first',
    { when: /weather/i, text: 'rain' },
    'second',
    { when: (request) => request.messages?.length === 3, text: 'third turn' },
  ])
  await using emulator = await startEmulator({ pace: 'instant', brain })
  using bedrock = client(emulator.url)
  const hear = async (text: string) => words((await listen(bedrock, say(text))).events)
  assert.deepEqual([await hear('a'), await hear('Weather?'), await hear('b')], ['first', 'rain', 'second'])
  const history = [...say('a').messages, { role: 'assistant' as const, content: [{ text: 'b' }] }, ...say('c').messages]
  assert.equal(words((await listen(bedrock, { modelId: haiku, messages: history })).events), 'third turn')
  assert.match((await listen(bedrock, say('more'))).error?.message ?? '', /no answer for this request/)
})

test('refuses by name, stops for any reason, and sends events as they stand', async () => {
  const brain = scriptBrain([
    { error: 'AccessDeniedException', message: 'Not you.' },
    { text: 'That', stop: 'guardrail_intervened', trace: { guardrail: { modelOutput: ['That'] } } },
    { text: 'So', stop: 'stop_sequence', stopSequence: 'END' },
    {
      events: [
        ['messageStart', { role: 'assistant' }],
        ['contentBlockStop', { contentBlockIndex: 9 }],
      ],
    },
  ])
  await using emulator = await startEmulator({ pace: 'instant', brain })
  using bedrock = client(emulator.url)
  const heard = [await listen(bedrock), await listen(bedrock), await listen(bedrock), await listen(bedrock)]
  assert.deepEqual(heard[0]!.error, { name: 'AccessDeniedException', message: 'Not you.' })
  assert.equal(heard[1]!.events.at(-2)?.messageStop?.stopReason, 'guardrail_intervened')
  assert.deepEqual(heard[1]!.events.at(-1)?.metadata?.trace, { guardrail: { modelOutput: ['That'] } })
  assert.deepEqual(heard[2]!.events.at(-2)?.messageStop, {
    stopReason: 'stop_sequence',
    additionalModelResponseFields: { delta: { stop_sequence: 'END' } },
  })
  assert.deepEqual(names(heard[3]!.events), ['messageStart', 'contentBlockStop'])
})

test('reads a script from a file and says what is wrong with one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'script-'))
  const file = (value: unknown) => {
    const path = join(folder, 'script.json')
    writeFileSync(path, JSON.stringify(value))
    return path
  }
  await using emulator = await startEmulator({
    pace: 'instant',
    brain: scriptFile(file([{ when: { text: 'Hello' }, text: 'from a file' }])),
  })
  using bedrock = client(emulator.url)
  assert.equal(words((await listen(bedrock)).events), 'from a file')
  assert.throws(() => scriptFile(file({})), /must hold a list/)
  assert.throws(() => scriptFile(file([1])), /answer 0 must be/)
  assert.throws(() => scriptFile(file([{ txt: 'a' }])), /no field "txt"/)
  assert.throws(() => scriptFile(file([{ error: 'Oops' }])), /error is one of/)
  assert.throws(() => scriptFile(file([{ faults: { type: 'nope' } }])), /type is one of/)
})

test('cuts a text into pieces that joined are the text', () => {
  for (const text of ['', ' ', 'Hi', '  two\n\nlines  ', 'extraordinarily👋long'])
    assert.equal(inPieces(text).join(''), text)
})
