import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ConverseCommand } from '@aws-sdk/client-bedrock-runtime'
import { scriptBrain } from './brains/script.ts'
import { startEmulator } from './emulator.ts'
import { type Fault, faultQueue, parseFaults, parseOrders } from './faults.ts'
import { client, type Heard, hello, listen, names, transports, words } from './testing.ts'

/** Events: start, three deltas, stop of the block, messageStop, metadata. */
const answer = { text: ['Grüß', ' Gott', ' 👋'] }
const whole = [
  'messageStart',
  'contentBlockDelta',
  'contentBlockDelta',
  'contentBlockDelta',
  'contentBlockStop',
  'messageStop',
  'metadata',
]

type Expected = Partial<Record<(typeof transports)[number] | 'both', (heard: Heard) => void>>

const ends = (expected: string[]) => (heard: Heard) => {
  assert.equal(heard.error, undefined)
  assert.deepEqual(names(heard.events), expected)
}
const throws = (name: string | RegExp, message: RegExp, events?: number) => (heard: Heard) => {
  assert.match(heard.error?.name ?? 'no error', new RegExp(name))
  assert.match(heard.error?.message ?? '', message)
  if (events !== undefined) assert.equal(heard.events.length, events)
}

const cases: readonly [title: string, faults: readonly Fault[], expected: Expected][] = [
  [
    '429 with Retry-After',
    [{ type: 'http', name: 'ThrottlingException', retryAfter: 1 }],
    { both: throws('ThrottlingException', /told to give/) },
  ],
  [
    '403',
    [{ type: 'http', status: 403, message: 'You may not.' }],
    { both: throws('AccessDeniedException', /You may not/) },
  ],
  ['an HTML body', [{ type: 'http', status: 503, body: '<html>Busy</html>' }], { both: throws('SyntaxError', /JSON/) }],
  [
    'an exception first',
    [{ type: 'exception', at: 0, name: 'throttlingException' }],
    { both: throws('ThrottlingException', /Too many requests/, 0) },
  ],
  [
    'an exception in the middle',
    [{ type: 'exception', at: 2, name: 'modelStreamErrorException', fields: { originalStatusCode: 500 } }],
    { both: throws('ModelStreamErrorException', /unexpected/, 2) },
  ],
  [
    'an exception after the last event',
    [{ type: 'exception', at: 7, name: 'internalServerException' }],
    { both: throws('InternalServerException', /unexpected/, 7) },
  ],
  [
    'an unknown exception',
    [{ type: 'exception', at: 1, name: 'surpriseException' }],
    { both: throws('surpriseException', /./, 1) },
  ],
  [
    'an error frame',
    [{ type: 'error-frame', at: 2, code: 'Oops', message: 'It broke.' }],
    { both: throws('.', /It broke/, 2) },
  ],
  ['an end without messageStop', [{ type: 'cut', at: 3, how: 'end' }], { both: ends(whole.slice(0, 3)) }],
  [
    'a FIN',
    [{ type: 'cut', at: 3, how: 'fin' }],
    { h2: ends(whole.slice(0, 3)), 'http/1.1': throws('Error', /aborted/, 3) },
  ],
  [
    'an RST',
    [{ type: 'cut', at: 3, how: 'rst' }],
    { h2: ends(whole.slice(0, 3)), 'http/1.1': throws('Error', /aborted|ECONNRESET/) },
  ],
  [
    'a stream reset',
    [{ type: 'cut', at: 3, how: 'reset', code: 2 }],
    { h2: throws('Error', /INTERNAL_ERROR/), 'http/1.1': throws('Error', /aborted|ECONNRESET/) },
  ],
  [
    'a cut inside a frame',
    [{ type: 'cut', afterBytes: 200, how: 'end' }],
    { both: throws('Error', /Truncated event message/) },
  ],
  [
    'a bad message checksum',
    [{ type: 'corrupt', at: 2, part: 'message-crc' }],
    { both: throws('Error', /message checksum/, 2) },
  ],
  [
    'a bad prelude checksum',
    [{ type: 'corrupt', at: 2, part: 'prelude-crc' }],
    { both: throws('Error', /prelude checksum/, 2) },
  ],
  [
    'a payload that is no JSON',
    [{ type: 'corrupt', at: 2, part: 'payload' }],
    { both: throws('SyntaxError', /JSON/, 2) },
  ],
  ['a turned bit', [{ type: 'flip', bit: 8 * 60 + 3 }], { both: throws('Error', /checksum/) }],
  ['a length too small to be true', [{ type: 'length', at: 1, length: 2 }], { both: throws('Error', /./) }],
  [
    'a missing messageStop',
    [{ type: 'omit', event: 'messageStop' }],
    { both: ends(whole.filter((name) => name !== 'messageStop')) },
  ],
  ['missing metadata', [{ type: 'omit', event: 'metadata' }], { both: ends(whole.slice(0, -1)) }],
  ['metadata first', [{ type: 'metadata-first' }], { both: ends([...whole.slice(0, 5), 'metadata', 'messageStop']) }],
  ['an unknown event', [{ type: 'insert', at: 2, event: 'novelty', payload: { a: 1 } }], { both: ends(whole) }],
  [
    'an unknown delta',
    [{ type: 'insert', at: 2, event: 'contentBlockDelta', payload: { contentBlockIndex: 0, delta: { hologram: 1 } } }],
    { both: ({ events }) => assert.equal(events.length, 8) },
  ],
  ['one byte at a time', [{ type: 'chunks', size: 1 }], { both: ends(whole) }],
  ['pieces of random sizes', [{ type: 'chunks', size: 90, seed: 7 }], { both: ends(whole) }],
  ['split characters', [{ type: 'split-utf8' }], { both: ends(whole) }],
  ['a pause', [{ type: 'delay', at: 2, ms: 30 }], { both: ends(whole) }],
]

for (const transport of transports) {
  suite(`faults on ${transport}`, { concurrency: 4 }, () => {
    for (const [title, faults, expected] of cases) {
      test(title, async () => {
        await using emulator = await startEmulator({ pace: 'instant', brain: scriptBrain([{ ...answer, faults }]) })
        using bedrock = client(emulator.url, transport)
        const heard = await listen(bedrock)
        ;(expected[transport] ?? expected.both)!(heard)
        const text = words(heard.events)
        assert.ok('Grüß Gott 👋'.startsWith(text), `said "${text}"`)
      })
    }

    for (const at of ['head', 0, 3] as const) {
      test(`a stall ${at === 'head' ? 'before the head' : `before event ${at}`} lasts until the client leaves`, async () => {
        await using emulator = await startEmulator({
          pace: 'instant',
          brain: scriptBrain([answer]),
          faults: [{ type: 'stall', at }],
        })
        using bedrock = client(emulator.url, transport)
        const abort = new AbortController()
        const hearing = listen(bedrock, undefined, abort.signal)
        const entry = await emulator.journal.next((seen) => seen.faults.length > 0)
        abort.abort()
        await emulator.journal.closed((seen) => seen === entry, 1_000)
        assert.ok((await hearing).events.length <= 3)
      })
    }
  })
}

test('the body of a whole answer is cut and spoilt like a stream', async () => {
  await using emulator = await startEmulator({ pace: 'instant', brain: scriptBrain([{ when: '', text: 'Grüß Gott' }]) })
  using bedrock = client(emulator.url)
  const ask = () => bedrock.send(new ConverseCommand(hello))
  emulator.faults.add({ type: 'cut', afterBytes: 20, how: 'end' }, { type: 'cut', afterBytes: 20, how: 'fin' })
  await assert.rejects(ask(), { name: 'SyntaxError' })
  await assert.rejects(ask(), { message: /aborted/ })
  emulator.faults.add({ type: 'split-utf8' }, { type: 'chunks', size: 3 })
  for (const _ of [1, 2]) assert.deepEqual((await ask()).output?.message?.content, [{ text: 'Grüß Gott' }])
})

test('an order waits for the request it is meant for, and is good for as many as it says', () => {
  const queue = faultQueue()
  const first: Fault = { type: 'stall', at: 0 }
  queue.add({ faults: first, operation: 'ConverseStream', skip: 1, times: 2 }, { type: 'split-utf8' })
  const take = (operation: string) => queue.take({ operation, model: 'm', body: '' }).map(({ type }) => type)
  assert.deepEqual(take('Converse'), ['split-utf8'])
  assert.deepEqual(
    [1, 2, 3, 4].map(() => take('ConverseStream')),
    [[], ['stall'], ['stall'], []],
  )
  assert.deepEqual(queue.waiting, [])
})

test('faults from outside are checked', () => {
  assert.deepEqual(parseFaults({ type: 'cut', afterBytes: 3 }), [{ type: 'cut', afterBytes: 3 }])
  assert.deepEqual(parseOrders([{ faults: [{ type: 'flip', bit: 1 }], times: 3 }]), [
    { faults: [{ type: 'flip', bit: 1 }], times: 3 },
  ])
  for (const wrong of [
    null,
    {},
    { type: 'nope' },
    { type: 'stall' },
    { type: 'stall', at: -1 },
    { type: 'flip', bit: 1, at: 2 },
  ]) {
    assert.throws(() => parseFaults(wrong), TypeError)
  }
})

test('faults come by header and over the control door too', async () => {
  await using emulator = await startEmulator({ pace: 'instant' })
  const url = `${emulator.url}/model/us.anthropic.claude-haiku-4-5-20251001-v1:0/converse-stream`
  const body = JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] })
  const headers = { authorization: 'Bearer key', 'x-emulator-fault': '{"type":"http","status":429,"retryAfter":7}' }
  const byHeader = await fetch(url, { method: 'POST', headers, body })
  assert.deepEqual([byHeader.status, byHeader.headers.get('retry-after')], [429, '7'])

  const order = JSON.stringify({ faults: { type: 'http', name: 'ModelTimeoutException' } })
  assert.equal((await fetch(`${emulator.url}/_emulator/faults`, { method: 'POST', body: order })).status, 201)
  const byOrder = await fetch(url, { method: 'POST', headers: { authorization: 'Bearer key' }, body })
  assert.deepEqual([byOrder.status, byOrder.headers.get('x-amzn-errortype')], [408, 'ModelTimeoutException'])
  assert.equal(
    (await fetch(`${emulator.url}/_emulator/faults`, { method: 'POST', body: '{"type":"nope"}' })).status,
    400,
  )

  const { entries } = (await (await fetch(`${emulator.url}/_emulator/journal`)).json()) as {
    entries: { error: string }[]
  }
  assert.deepEqual(
    entries.map(({ error }) => error),
    ['ThrottlingException', 'ModelTimeoutException'],
  )
  assert.equal(JSON.stringify(entries).includes('Bearer'), false)
  await fetch(`${emulator.url}/_emulator/journal`, { method: 'DELETE' })
  assert.deepEqual(emulator.journal.entries, [])
})
