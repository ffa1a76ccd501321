import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { EventStreamCodec } from '@smithy/eventstream-codec'
import { StreambedError } from '@streambed/protocol'
import fc from 'fast-check'
import type { ModelEvent } from '../model.ts'
import { decoder } from './decoder.ts'
import { type FrameHead, frameReader, MAX_FRAME_BYTES } from './frames.ts'

/** AWS's own encoder makes the bytes, so that no mistake is shared. */
const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
)

function frame(headers: Record<string, string>, body: string): Buffer {
  const typed = Object.entries(headers).map(([name, value]) => [name, { type: 'string', value }] as const)
  return Buffer.from(codec.encode({ headers: Object.fromEntries(typed), body: Buffer.from(body) }))
}

function event(type: string, payload: unknown): Buffer {
  const headers = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' }
  return frame(headers, typeof payload === 'string' ? payload : JSON.stringify(payload))
}

function text(words: string, index = 0): Buffer {
  return event('contentBlockDelta', { contentBlockIndex: index, delta: { text: words }, p: 'abcdef' })
}

const stop = event('messageStop', { stopReason: 'end_turn' })
const recorded = Buffer.concat([
  event('messageStart', { role: 'assistant' }),
  text('Grüße, 世界 '),
  text('und 👩‍🚀'),
  event('contentBlockStop', { contentBlockIndex: 0 }),
  event('contentBlockStart', { contentBlockIndex: 1, start: { toolUse: { toolUseId: 't1', name: 'clock' } } }),
  event('contentBlockDelta', { contentBlockIndex: 1, delta: { toolUse: { input: '' } } }),
  event('contentBlockDelta', { contentBlockIndex: 1, delta: { toolUse: { input: '{"zone":"Europe/Oslo"}' } } }),
  event('contentBlockStop', { contentBlockIndex: 1 }),
  event('messageStop', { stopReason: 'tool_use' }),
  event('metadata', { usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 }, metrics: { latencyMs: 1 } }),
])
const whole = decodeAll([recorded])

function decodeAll(chunks: readonly Uint8Array[]): ModelEvent[] {
  const decode = decoder({ model: 'm' })
  const events: ModelEvent[] = []
  for (const chunk of chunks) decode.decode(chunk, events)
  decode.finish(events)
  return events
}

/** The events, or the error and what came before it. */
function outcome(chunks: readonly Uint8Array[]): { events: ModelEvent[]; error?: unknown } {
  const decode = decoder({ model: 'm' })
  const events: ModelEvent[] = []
  try {
    for (const chunk of chunks) decode.decode(chunk, events)
    decode.finish(events)
    return { events }
  } catch (error) {
    return { events, error }
  }
}

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end))
}

test('turns what one chunk brought into events, neighbouring pieces as one', () => {
  assert.deepEqual(whole, [
    { type: 'text', index: 0, text: 'Grüße, 世界 und 👩‍🚀' },
    { type: 'block-end', index: 0 },
    { type: 'tool-start', index: 1, call: 't1', name: 'clock' },
    { type: 'tool-input', index: 1, text: '{"zone":"Europe/Oslo"}' },
    { type: 'block-end', index: 1 },
    { type: 'end', stopReason: 'tool_use' },
    { type: 'usage', inputTokens: 3, outputTokens: 4, cacheReadTokens: 0, cacheWriteTokens: 0 },
  ])
})

test('says the same however the bytes were split', () => {
  assert.deepEqual(decodeAll(Array.from(recorded, (_, i) => recorded.subarray(i, i + 1))), whole)
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 30 }), (cuts) => {
      assert.deepEqual(decodeAll(split(recorded, cuts)), whole)
    }),
    { numRuns: 300 },
  )
})

test('a cut after any byte is an error until messageStop was whole, and never afterwards', () => {
  const stopEnd =
    recorded.length -
    event('metadata', { usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 }, metrics: { latencyMs: 1 } }).length
  for (let cut = 0; cut < recorded.length; cut++) {
    const { events, error } = outcome([recorded.subarray(0, cut)])
    if (cut < stopEnd) assert.equal((error as StreambedError).code, 'model-cut-short', `cut at ${cut}`)
    else assert.deepEqual([error, events.some(({ type }) => type === 'end')], [undefined, true], `cut at ${cut}`)
  }
})

test('no turned bit gets through', () => {
  const small = Buffer.concat([text('Hello'), text(', you'), stop])
  for (let bit = 0; bit < small.length * 8; bit++) {
    const flipped = Buffer.from(small)
    flipped[bit >> 3]! ^= 128 >> (bit & 7)
    const { events, error } = outcome([flipped])
    assert.ok(error instanceof StreambedError, `bit ${bit}`)
    const said = events.map((event) => (event.type === 'text' ? event.text : '')).join('')
    assert.ok('Hello, you'.startsWith(said), `bit ${bit} said ${said}`)
  }
})

test('random bytes, also behind good frames and with good checksums, end in a typed error and nothing else', () => {
  const payload = fc.oneof(
    fc.json({ maxDepth: 3 }),
    fc.string(),
    fc
      .record(
        {
          contentBlockIndex: fc.oneof(fc.nat(3), fc.anything()),
          delta: fc.oneof(
            fc.record({ text: fc.string({ unit: 'binary' }) }),
            fc.record({ toolUse: fc.record({ input: fc.string() }) }),
            fc.record({
              reasoningContent: fc.dictionary(fc.constantFrom('text', 'signature', 'redactedContent'), fc.string()),
            }),
            fc.anything(),
          ),
          start: fc.oneof(
            fc.record({ toolUse: fc.record({ toolUseId: fc.string(), name: fc.string() }) }),
            fc.anything(),
          ),
          stopReason: fc.oneof(fc.constantFrom('end_turn', 'guardrail_intervened'), fc.anything()),
          trace: fc.anything(),
          usage: fc.anything(),
        },
        { requiredKeys: [] },
      )
      .map(
        (value) => JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? 'null',
      ),
  )
  const names = [
    'messageStart',
    'contentBlockStart',
    'contentBlockDelta',
    'contentBlockStop',
    'messageStop',
    'metadata',
    'new',
  ]
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...names), payload).map(([name, body]) => event(name, body)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('exception', 'error', 'odd')
        .map((kind) => frame({ ':message-type': kind, ':exception-type': 'x' }, '{')),
    },
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 4 }), (pieces, cuts) => {
      const { events, error } = outcome(split(Buffer.concat(pieces), cuts))
      assert.ok(error === undefined || error instanceof StreambedError)
      assertStrict(events)
    }),
    { numRuns: 8_000 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      assert.ok(outcome([bytes]).error instanceof StreambedError)
    }),
    { numRuns: 92_000 },
  )
})

/** What readers of events may rely on, whatever came in. */
function assertStrict(events: readonly ModelEvent[]): void {
  const open = new Map<number, string>()
  let ended = false
  for (const event of events) {
    if (ended) assert.ok(event.type === 'usage', `${event.type} after the end`)
    if (event.type === 'end') {
      ended = true
      assert.equal(open.size, 0)
    } else if (event.type === 'block-end') assert.ok(open.delete(event.index))
    else if ('index' in event) {
      const kind = KINDS[event.type] ?? open.get(event.index) ?? 'text'
      if (event.type === 'tool-start') assert.ok(!open.has(event.index))
      else if (kind === 'tool') assert.equal(open.get(event.index), 'tool')
      assert.equal(open.get(event.index) ?? kind, kind)
      open.set(event.index, kind)
    }
  }
}

const KINDS: Readonly<Record<string, string>> = {
  text: 'text',
  reasoning: 'reasoning',
  'reasoning-seal': 'reasoning',
  'tool-start': 'tool',
  'tool-input': 'tool',
}

test('reads frames as the codec of the AWS SDK does', () => {
  const header = fc.tuple(
    fc.string({ minLength: 1, maxLength: 20 }),
    fc.oneof(
      fc.string({ maxLength: 50 }).map((value) => ({ type: 'string' as const, value })),
      fc.boolean().map((value) => ({ type: 'boolean' as const, value })),
      fc.integer({ min: -128, max: 127 }).map((value) => ({ type: 'byte' as const, value })),
      fc.integer({ min: -32768, max: 32767 }).map((value) => ({ type: 'short' as const, value })),
      fc.integer().map((value) => ({ type: 'integer' as const, value })),
      fc.uint8Array({ maxLength: 20 }).map((value) => ({ type: 'binary' as const, value })),
      fc
        .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
        .map((value) => ({ type: 'timestamp' as const, value })),
      fc.uuid().map((value) => ({ type: 'uuid' as const, value })),
    ),
  )
  const message = fc.record({
    event: fc.constantFrom('contentBlockDelta', 'metadata', 'ünïcode'),
    more: fc.array(header, { maxLength: 3 }),
    body: fc.uint8Array({ maxLength: 200 }),
  })
  fc.assert(
    fc.property(fc.array(message, { maxLength: 10 }), fc.array(fc.nat(), { maxLength: 6 }), (messages, cuts) => {
      const encoded = messages.map(({ event, more, body }) => {
        const fixed = { ':message-type': 'event', ':event-type': event }
        const typed = Object.entries(fixed).map(([name, value]) => [name, { type: 'string' as const, value }] as const)
        return Buffer.from(
          codec.encode({ headers: { ...Object.fromEntries(more), ...Object.fromEntries(typed) }, body }),
        )
      })
      const read: { head: FrameHead; body: string }[] = []
      const reader = frameReader((head, bytes, start, end) =>
        read.push({ head, body: bytes.toString('hex', start, end) }),
      )
      for (const chunk of split(Buffer.concat(encoded), cuts)) reader.read(chunk)
      const wanted = encoded.map((bytes) => {
        const { headers, body } = codec.decode(bytes)
        const head = { kind: 'event', name: headers[':event-type']!.value as string, message: '' }
        return { head, body: Buffer.from(body).toString('hex') }
      })
      assert.deepEqual(read, wanted)
      assert.equal(reader.isBetweenFrames, true)
    }),
    { numRuns: 300 },
  )
})

test('a frame that claims too much is refused before memory is taken for it', () => {
  for (const length of [MAX_FRAME_BYTES + 1, 0xffffffff, 15, 2, 0]) {
    const prelude = Buffer.alloc(12)
    prelude.writeUInt32BE(length, 0)
    prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8)
    const before = process.memoryUsage().arrayBuffers
    assert.equal((outcome([prelude]).error as StreambedError).code, 'model-cut-short')
    assert.ok(process.memoryUsage().arrayBuffers - before < MAX_FRAME_BYTES / 2)
  }
})

test('one large frame in many chunks is copied once', () => {
  const words = 'x'.repeat(4_000_000)
  const bytes = Buffer.concat([text(words), stop])
  const chunks = Array.from({ length: Math.ceil(bytes.length / 1_000) }, (_, i) =>
    bytes.subarray(i * 1_000, i * 1_000 + 1_000),
  )
  const times = [1, 2, 3].map(() => {
    const began = performance.now()
    assert.deepEqual(decodeAll(chunks)[0], { type: 'text', index: 0, text: words })
    return performance.now() - began
  })
  assert.ok(Math.min(...times) < 1_000, `${times} ms`)
})

test('exceptions and error frames are told by their names', () => {
  const exception = (name: string, body: string) =>
    outcome([
      text('so far'),
      frame({ ':message-type': 'exception', ':exception-type': name, ':content-type': 'application/json' }, body),
    ])
  const cases = [
    ['throttlingException', '{"message":"Too many requests"}', 'model-throttled'],
    ['serviceUnavailableException', '{}', 'model-busy'],
    ['internalServerException', '', 'model-failed'],
    ['modelStreamErrorException', '{"message":"odd","originalStatusCode":500}', 'model-failed'],
    ['modelTimeoutException', 'no json', 'model-timeout'],
    ['validationException', '{"message":"Input is too long for requested model."}', 'context-too-long'],
    ['neverHeardOfIt', 'null', 'model-failed'],
  ] as const
  for (const [name, body, code] of cases) {
    const { events, error } = exception(name, body)
    assert.equal((error as StreambedError).code, code, name)
    assert.deepEqual(events, [{ type: 'text', index: 0, text: 'so far' }])
  }
  const { error } = outcome([
    frame({ ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'It broke' }, ''),
  ])
  assert.equal((error as StreambedError).code, 'model-failed')
  assert.match((error as StreambedError).message, /It broke/)
})

test('a payload that is no JSON is an error, and so is one that makes no sense', () => {
  for (const bad of [
    event('contentBlockDelta', '{"delta":'),
    event('contentBlockDelta', 'null'),
    event('contentBlockDelta', { contentBlockIndex: -1, delta: { text: 'a' } }),
    event('contentBlockDelta', { contentBlockIndex: 0, delta: { toolUse: { input: '{}' } } }),
    event('contentBlockStart', { contentBlockIndex: 0, start: { toolUse: { name: 'nameless' } } }),
    event('messageStop', {}),
  ]) {
    assert.equal((outcome([bad, stop]).error as StreambedError).code, 'model-failed')
  }
})

test('what nobody knows is left out and counted', () => {
  const decode = decoder({ model: 'm' })
  const events: ModelEvent[] = []
  for (const bytes of [
    event('fromTomorrow', { any: 'thing' }),
    event('contentBlockStart', { contentBlockIndex: 0, start: { image: { format: 'png' } } }),
    event('contentBlockDelta', { contentBlockIndex: 0, delta: { hologram: 1 } }),
    frame({ ':message-type': 'gossip' }, ''),
    event('contentBlockStart', { contentBlockIndex: 1, start: {} }),
    text('a', 1),
    stop,
    event('messageStop', { stopReason: 'max_tokens' }),
    text('late'),
  ]) {
    decode.decode(bytes, events)
  }
  decode.finish(events)
  assert.deepEqual(events, [
    { type: 'text', index: 1, text: 'a' },
    { type: 'block-end', index: 1 },
    { type: 'end', stopReason: 'end_turn' },
  ])
  assert.equal(decode.ignored, 6)
})

test('a character whose halves came in two deltas is whole', () => {
  const halves = [...'👩'].join('')
  const first = event(
    'contentBlockDelta',
    `{"contentBlockIndex":0,"delta":{"text":"a\\u${halves.charCodeAt(0).toString(16)}"}}`,
  )
  const second = event(
    'contentBlockDelta',
    `{"contentBlockIndex":0,"delta":{"text":"\\u${halves.charCodeAt(1).toString(16)}b"}}`,
  )
  const decode = decoder({ model: 'm' })
  const batches = [first, second, stop].map((bytes) => {
    const events: ModelEvent[] = []
    decode.decode(bytes, events)
    return events
  })
  assert.deepEqual(batches.slice(0, 2), [
    [{ type: 'text', index: 0, text: 'a' }],
    [{ type: 'text', index: 0, text: '👩b' }],
  ])
})
