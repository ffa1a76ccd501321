import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { ConverseCommand } from '@aws-sdk/client-bedrock-runtime'
import { startEmulator } from '../emulator.ts'
import { client, haiku, hello, listen, names, words } from '../testing.ts'
import { openaiBrain } from './openai.ts'

type Serve = (body: Record<string, unknown>, response: ServerResponse, request: IncomingMessage) => void

/** A small chat completions server, as Ollama and the others have it. */
async function chatServer(serve: Serve) {
  const server = createServer(async (request, response) => {
    const chunks = await Array.fromAsync(request)
    assert.equal(`${request.method} ${request.url}`, 'POST /v1/chat/completions')
    serve(JSON.parse(Buffer.concat(chunks).toString()), response, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    [Symbol.dispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function stream(response: ServerResponse, chunks: readonly (object | string)[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const chunk of chunks) response.write(`data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`)
  response.end()
}

const delta = (content: object, finish_reason: string | null = null) => ({
  choices: [{ index: 0, delta: content, finish_reason }],
})

test('makes a Bedrock stream of a chat completions stream, and a chat request of a Converse request', async () => {
  let asked: Record<string, unknown> = {}
  using server = await chatServer((body, response, request) => {
    asked = { ...body, key: request.headers.authorization }
    stream(response, [
      delta({ role: 'assistant', content: '' }),
      delta({ reasoning_content: 'Hm.' }),
      delta({ content: 'Grüß ' }),
      delta({ content: 'Gott' }),
      delta({ tool_calls: [{ index: 0, id: 'call_1', function: { name: 'clock', arguments: '' } }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: '{"zone":' } }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: '"UTC"}' } }] }),
      delta({ tool_calls: [{ index: 1, id: 'call_2', function: { name: 'ping', arguments: '{}' } }] }),
      delta({}, 'tool_calls'),
      { choices: [], usage: { prompt_tokens: 12, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } } },
      '[DONE]',
    ])
  })
  const brain = openaiBrain({ url: server.url, model: 'llama', apiKey: 'secret' })
  await using emulator = await startEmulator({ brain })
  using bedrock = client(emulator.url)
  const inputSchema = { json: { type: 'object', properties: { zone: { type: 'string' } } } }
  const { events } = await listen(bedrock, {
    modelId: haiku,
    system: [{ text: 'Be kind.' }],
    messages: [
      { role: 'user', content: [{ text: 'Time?' }] },
      {
        role: 'assistant',
        content: [{ text: 'Wait.' }, { toolUse: { toolUseId: 'x', name: 'clock', input: { zone: 'UTC' } } }],
      },
      {
        role: 'user',
        content: [{ toolResult: { toolUseId: 'x', content: [{ text: '12:00' }] } }, { text: 'And now?' }],
      },
    ],
    toolConfig: {
      tools: [{ toolSpec: { name: 'clock', description: 'Tells the time.', inputSchema } }],
      toolChoice: { any: {} },
    },
    inferenceConfig: { maxTokens: 50, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
  })
  assert.deepEqual(asked, {
    model: 'llama',
    key: 'Bearer secret',
    stream: true,
    stream_options: { include_usage: true },
    messages: [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Time?' },
      {
        role: 'assistant',
        content: 'Wait.',
        tool_calls: [{ id: 'x', type: 'function', function: { name: 'clock', arguments: '{"zone":"UTC"}' } }],
      },
      { role: 'tool', tool_call_id: 'x', content: '12:00' },
      { role: 'user', content: 'And now?' },
    ],
    tools: [
      { type: 'function', function: { name: 'clock', description: 'Tells the time.', parameters: inputSchema.json } },
    ],
    tool_choice: 'required',
    max_tokens: 50,
    temperature: 0.5,
    top_p: 0.9,
    stop: ['END'],
  })
  assert.equal(words(events), 'Grüß Gott')
  assert.deepEqual(
    events.flatMap(({ contentBlockStart }) => contentBlockStart?.start?.toolUse ?? []),
    [
      { name: 'clock', toolUseId: 'call_1' },
      { name: 'ping', toolUseId: 'call_2' },
    ],
  )
  assert.equal(
    events.map(({ contentBlockDelta }) => contentBlockDelta?.delta?.toolUse?.input ?? '').join(''),
    '{"zone":"UTC"}{}',
  )
  assert.equal(events.at(-2)?.messageStop?.stopReason, 'tool_use')
  assert.deepEqual(events.at(-1)?.metadata?.usage, {
    inputTokens: 8,
    outputTokens: 5,
    totalTokens: 17,
    cacheReadInputTokens: 4,
    cacheWriteInputTokens: 0,
  })
})

test('answers Converse too', async () => {
  using server = await chatServer((_, response) => stream(response, [delta({ content: 'Hi' }, 'length'), '[DONE]']))
  await using emulator = await startEmulator({ brain: openaiBrain({ url: server.url, model: 'llama' }) })
  using bedrock = client(emulator.url)
  const answer = await bedrock.send(new ConverseCommand(hello))
  assert.deepEqual([answer.output?.message?.content, answer.stopReason], [[{ text: 'Hi' }], 'max_tokens'])
})

test("turns the server's failures into Bedrock's", async () => {
  const replies: Serve[] = [
    (_, response) => void response.writeHead(429).end('slow down'),
    (_, response) => void response.writeHead(404).end('no such model'),
    (_, response) => void response.writeHead(400).end('bad'),
    (_, response) => void response.writeHead(500).end('oops'),
    (_, response) => stream(response, [delta({ content: 'Hi' })]),
    (_, response) => stream(response, [delta({ content: 'Hi' }), { error: { message: 'out of memory' } }]),
  ]
  let next = 0
  using server = await chatServer((body, response, request) => replies[next++]!(body, response, request))
  await using emulator = await startEmulator({ brain: openaiBrain({ url: server.url, model: 'llama' }) })
  using bedrock = client(emulator.url)
  const errors: (string | undefined)[] = []
  for (const _ of replies) errors.push((await listen(bedrock)).error?.name)
  assert.deepEqual(errors, [
    'ThrottlingException',
    'ResourceNotFoundException',
    'ValidationException',
    'ModelErrorException',
    'ModelStreamErrorException',
    'ModelStreamErrorException',
  ])
})

test('a server that is not there, or says nothing, is a failing model', async () => {
  const nowhere = await chatServer(() => {})
  nowhere[Symbol.dispose]()
  using silent = await chatServer(() => {})
  const name = async (url: string) => {
    await using emulator = await startEmulator({ brain: openaiBrain({ url, model: 'llama', timeoutMs: 50 }) })
    using bedrock = client(emulator.url)
    return (await listen(bedrock)).error?.name
  }
  assert.equal(await name(nowhere.url), 'ServiceUnavailableException')
  assert.equal(await name(silent.url), 'ModelTimeoutException')
})

test('a client that leaves is passed on to the server', async () => {
  const left = Promise.withResolvers<void>()
  using server = await chatServer((_, response) => {
    response.on('close', left.resolve)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`data: ${JSON.stringify(delta({ content: 'Hi' }))}\n\n`)
  })
  await using emulator = await startEmulator({ brain: openaiBrain({ url: server.url, model: 'llama' }) })
  using bedrock = client(emulator.url)
  const abort = new AbortController()
  const hearing = listen(bedrock, hello, abort.signal)
  await emulator.journal.next((entry) => entry.status === 200)
  abort.abort()
  await left.promise
  assert.ok(names((await hearing).events).length <= 2)
})
