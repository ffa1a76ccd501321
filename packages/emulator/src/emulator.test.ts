import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { suite, test } from 'node:test'
import { ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import { scriptBrain } from './brains/script.ts'
import { startEmulator } from './emulator.ts'
import { client, haiku, hello, listen, transports, words } from './testing.ts'

const everything = {
  blocks: [
    { reasoning: ['Let me ', 'think.'], signature: 'c2ln' },
    { redacted: 'AAEC' },
    { text: ['Look', 'ing.'], citations: [{ title: 'Guide', location: { web: { url: 'https://example.com' } } }] },
    { tool: 'clock', id: 'tooluse_1', input: ['{"zone":', '"UTC"}'] },
    { tool: 'ping', id: 'tooluse_2', input: [] },
  ],
  usage: { inputTokens: 10, outputTokens: 20 },
}

for (const transport of transports) {
  suite(`the AWS SDK on ${transport}`, () => {
    test('streams every kind of block with the habits of Claude', async () => {
      await using emulator = await startEmulator({ pace: 'instant', brain: scriptBrain([everything]) })
      using bedrock = client(emulator.url, transport)
      const { events, error } = await listen(bedrock)
      const latencyMs = events.at(-1)?.metadata?.metrics?.latencyMs
      const delta = (contentBlockIndex: number, content: object) => ({
        contentBlockDelta: { contentBlockIndex, delta: content },
      })
      const stop = (contentBlockIndex: number) => ({ contentBlockStop: { contentBlockIndex } })
      const start = (contentBlockIndex: number, toolUse: object) => ({
        contentBlockStart: { contentBlockIndex, start: { toolUse } },
      })
      assert.equal(error, undefined)
      assert.deepEqual(events, [
        { messageStart: { role: 'assistant' } },
        delta(0, { reasoningContent: { text: 'Let me ' } }),
        delta(0, { reasoningContent: { text: 'think.' } }),
        delta(0, { reasoningContent: { signature: 'c2ln' } }),
        stop(0),
        delta(1, { reasoningContent: { redactedContent: new Uint8Array([0, 1, 2]) } }),
        stop(1),
        delta(2, { text: 'Look' }),
        delta(2, { text: 'ing.' }),
        delta(2, { citation: { title: 'Guide', location: { web: { url: 'https://example.com' } } } }),
        stop(2),
        start(3, { name: 'clock', toolUseId: 'tooluse_1' }),
        delta(3, { toolUse: { input: '' } }),
        delta(3, { toolUse: { input: '{"zone":' } }),
        delta(3, { toolUse: { input: '"UTC"}' } }),
        stop(3),
        start(4, { name: 'ping', toolUseId: 'tooluse_2' }),
        delta(4, { toolUse: { input: '' } }),
        stop(4),
        { messageStop: { stopReason: 'tool_use' } },
        {
          metadata: {
            metrics: { latencyMs },
            usage: {
              inputTokens: 10,
              outputTokens: 20,
              totalTokens: 30,
              cacheReadInputTokens: 0,
              cacheWriteInputTokens: 0,
            },
          },
        },
      ])
    })

    test('gets the same answer in one piece', async () => {
      await using emulator = await startEmulator({ pace: 'instant', brain: scriptBrain([everything]) })
      using bedrock = client(emulator.url, transport)
      const answer = await bedrock.send(new ConverseCommand(hello))
      assert.equal(answer.stopReason, 'tool_use')
      assert.deepEqual(answer.output?.message?.content, [
        { reasoningContent: { reasoningText: { text: 'Let me think.', signature: 'c2ln' } } },
        { reasoningContent: { redactedContent: new Uint8Array([0, 1, 2]) } },
        {
          citationsContent: {
            content: [{ text: 'Looking.' }],
            citations: [{ title: 'Guide', location: { web: { url: 'https://example.com' } } }],
          },
        },
        { toolUse: { toolUseId: 'tooluse_1', name: 'clock', input: { zone: 'UTC' } } },
        { toolUse: { toolUseId: 'tooluse_2', name: 'ping', input: {} } },
      ])
    })

    test('is seen leaving when it aborts in mid-stream', async () => {
      const brain = scriptBrain([{ text: 'one two three four', pace: { tokensPerSecond: 1 } }])
      await using emulator = await startEmulator({ brain })
      using bedrock = client(emulator.url, transport)
      const abort = new AbortController()
      const { stream } = await bedrock.send(new ConverseStreamCommand(hello), { abortSignal: abort.signal })
      await stream![Symbol.asyncIterator]().next()
      abort.abort()
      const entry = await emulator.journal.closed()
      assert.deepEqual(
        [entry.operation, entry.model, entry.transport, entry.status],
        ['ConverseStream', haiku, transport, 200],
      )
    })

    test('reads as slowly as it likes, and the emulator waits', async () => {
      const text = Array.from({ length: 2_000 }, () => 'x'.repeat(20_000))
      await using emulator = await startEmulator({ pace: 'instant', brain: scriptBrain([{ text }]) })
      using bedrock = client(emulator.url, transport)
      const { stream } = await bedrock.send(new ConverseStreamCommand(hello))
      const events = stream![Symbol.asyncIterator]()
      await events.next()
      const entry = await emulator.journal.next()
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
      assert.ok(entry.bytes < 40_000_000, `${entry.bytes} bytes were written for a reader of one event`)
      let length = 0
      for (let next = await events.next(); !next.done; next = await events.next()) {
        length += next.value.contentBlockDelta?.delta?.text?.length ?? 0
      }
      assert.equal(length, 40_000_000)
    })
  })
}

test('a close ends open streams at once and frees the port', async () => {
  const brain = scriptBrain([{ text: 'one two three', pace: { tokensPerSecond: 0.001 }, when: '' }])
  const emulator = await startEmulator({ brain })
  using h1 = client(emulator.url, 'http/1.1')
  using h2 = client(emulator.url, 'h2')
  const hearing = [listen(h1), listen(h2)]
  await emulator.journal.next((entry) => entry.transport === 'h2')
  await emulator.journal.next((entry) => entry.transport === 'http/1.1')
  const idle = connect(emulator.port, '127.0.0.1')
  idle.on('error', () => {})
  await emulator.close()
  await Promise.all(hearing)
  assert.deepEqual(
    emulator.journal.entries.map(({ outcome }) => outcome),
    ['emulator-closed', 'emulator-closed'],
  )
  await using again = await startEmulator({ port: emulator.port })
  assert.equal(again.port, emulator.port)
})

test('a port in use is an error', async () => {
  await using emulator = await startEmulator()
  await assert.rejects(startEmulator({ port: emulator.port }), { code: 'EADDRINUSE' })
})

test('a brain that fails is a failing model: an HTTP error before the first word, an exception after it', async () => {
  const brain = {
    name: 'failing',
    answer: ({ number }: { number: number }) => ({
      pieces: (function* () {
        if (number === 2) yield { type: 'text', text: 'Well' } as const
        throw new Error('no more words')
      })(),
    }),
  }
  await using emulator = await startEmulator({ pace: 'instant', brain })
  using bedrock = client(emulator.url)
  const [first, second] = [await listen(bedrock), await listen(bedrock)]
  assert.deepEqual([first.error?.name, words(first.events)], ['InternalServerException', ''])
  assert.deepEqual([second.error?.name, words(second.events)], ['ModelStreamErrorException', 'Well'])
})

suite('the same answer, asked for in raw HTTP', () => {
  const path = `/model/${encodeURIComponent(haiku)}/converse`
  const body = JSON.stringify({ messages: hello.messages })
  const signature = `AWS4-HMAC-SHA256 Credential=AKID/20261120/us-east-1/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=${'0f'.repeat(32)}`

  async function post(
    headers: Record<string, string>,
    url = path,
    text = body,
  ): Promise<[number, string | null, string]> {
    await using emulator = await startEmulator({ pace: 'instant', brain: scriptBrain(['Hi']) })
    const response = await fetch(emulator.url + url, { method: 'POST', headers, body: text })
    return [response.status, response.headers.get('x-amzn-errortype'), await response.text()]
  }

  test('needs credentials of the right form, whatever they are', async () => {
    assert.equal((await post({ authorization: signature, 'x-amz-date': '20261120T000000Z' }))[0], 200)
    assert.equal((await post({ authorization: 'Bearer key' }))[0], 200)
    assert.deepEqual((await post({})).slice(0, 2), [403, 'MissingAuthenticationTokenException'])
    assert.deepEqual((await post({ authorization: 'Basic abc' })).slice(0, 2), [403, 'UnrecognizedClientException'])
    assert.deepEqual((await post({ authorization: signature })).slice(0, 2), [403, 'IncompleteSignatureException'])
    const short = await post({ authorization: signature.slice(0, -4), 'x-amz-date': '20261120T000000Z' })
    assert.deepEqual(short.slice(0, 2), [403, 'IncompleteSignatureException'])
    assert.equal(short[2].includes('AKID'), false)
  })

  test('fails as Bedrock does for models it cannot call', async () => {
    const to = async (id: string) =>
      (await post({ authorization: 'Bearer key' }, `/model/${encodeURIComponent(id)}/converse`)).slice(0, 2)
    const says = async (id: string) =>
      (await post({ authorization: 'Bearer key' }, `/model/${encodeURIComponent(id)}/converse`))[2]
    assert.deepEqual(await to('nobody.nothing-v1:0'), [400, 'ValidationException'])
    assert.match(await says('nobody.nothing-v1:0'), /The provided model identifier is invalid/)
    assert.match(await says('anthropic.claude-haiku-4-5-20251001-v1:0'), /on-demand throughput isn’t supported/)
    assert.deepEqual(await to('anthropic.claude-v2:1'), [404, 'ResourceNotFoundException'])
    assert.equal((await to('arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123'))[0], 200)
    assert.equal((await to(`arn:aws:bedrock:us-east-1:123456789012:inference-profile/${haiku}`))[0], 200)
  })

  test('fails for what is no request', async () => {
    assert.deepEqual((await post({ authorization: 'Bearer key' }, path, '{')).slice(0, 2), [
      400,
      'SerializationException',
    ])
    assert.deepEqual((await post({ authorization: 'Bearer key' }, path, '')).slice(0, 2), [400, 'ValidationException'])
    const huge = await post({ authorization: 'Bearer key' }, path, 'x'.repeat(25_000_001))
    assert.deepEqual(huge.slice(0, 2), [413, 'RequestEntityTooLargeException'])
    assert.deepEqual((await post({ authorization: 'Bearer key' }, '/model/x/dance')).slice(0, 2), [
      404,
      'UnknownOperationException',
    ])
    assert.deepEqual((await post({ authorization: 'Bearer key' }, '//')).slice(0, 2), [
      404,
      'UnknownOperationException',
    ])
    const unwritable = { authorization: 'Bearer key', 'x-emulator-fault': '{"type":"http","status":42}' }
    await assert.rejects(post(unwritable), TypeError)
    assert.deepEqual((await post({ authorization: 'Bearer key' }, '/model/%zz/converse')).slice(0, 2), [
      400,
      'ValidationException',
    ])
    assert.deepEqual((await post({ authorization: 'Bearer key', 'x-emulator-pace': 'slowly' })).slice(0, 2), [
      400,
      'ValidationException',
    ])
  })
})
