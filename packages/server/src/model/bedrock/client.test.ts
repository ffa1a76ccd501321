import assert from 'node:assert/strict'
import { getEventListeners, once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import {
  BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamCommandInput,
} from '@aws-sdk/client-bedrock-runtime'
import { type EmulatorOptions, type Fault, type ScriptedAnswer, scriptBrain, startEmulator } from '@streambed/emulator'
import type { StreambedError } from '@streambed/protocol'
import fc from 'fast-check'
import type { Model, ModelEvent, ModelRequest } from '../model.ts'
import { type BedrockOptions, bedrockModel } from './client.ts'

const request: ModelRequest = {
  model: 'us.anthropic.claude-haiku-4-5-20251001-v1:0',
  system: '',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
  tools: [],
  maxTokens: 100,
}
const never = new AbortController().signal

function model(url: string, options: BedrockOptions = {}): Model {
  return bedrockModel({
    region: 'us-east-1',
    endpoint: url,
    controlEndpoint: url,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    retry: { baseMs: 1, throttleBaseMs: 1 },
    random: () => 0,
    ...options,
  })
}

function emulator(answers: readonly (ScriptedAnswer | string)[], options: EmulatorOptions = {}) {
  return startEmulator({ brain: scriptBrain(answers), pace: 'instant', ...options })
}

/** A server that answers as it is told and knows nothing of Bedrock. */
async function rawServer(
  answer: (request: IncomingMessage, response: ServerResponse, number: number) => void,
): Promise<{ url: string; readonly requests: number } & AsyncDisposable> {
  let requests = 0
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response, ++requests))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Outcome {
  readonly text: string
  readonly waits: number
  readonly types: readonly string[]
  readonly error?: unknown
}

async function collect(answer: AsyncIterable<readonly ModelEvent[]>): Promise<Outcome> {
  const events: ModelEvent[] = []
  let error: unknown
  try {
    for await (const batch of answer) {
      assert.ok(batch.length > 0)
      events.push(...batch)
    }
  } catch (thrown) {
    error = thrown
  }
  return {
    text: events.map((event) => (event.type === 'text' ? event.text : '')).join(''),
    waits: events.filter(({ type }) => type === 'waiting').length,
    types: events.map(({ type }) => type),
    ...(error !== undefined && { error }),
  }
}

/** The bytes of a short answer as the emulator sends them. */
async function record(): Promise<Buffer> {
  await using bedrock = await emulator([{ text: ['Grüße, ', 'you'] }])
  const response = await fetch(`${bedrock.url}/model/${encodeURIComponent(request.model)}/converse-stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer test' },
    body: JSON.stringify({
      messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
      inferenceConfig: { maxTokens: 9 },
    }),
  })
  return Buffer.from(await response.arrayBuffer())
}

function ok(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' })
}

test('streams an answer, its tools and its usage', async () => {
  await using bedrock = await emulator([
    { blocks: ['Let me see.', { tool: 'clock', id: 't1', input: { zone: 'UTC' } }] },
  ])
  await using bedrockIt = model(bedrock.url)
  const tools = [{ name: 'clock', description: 'The time.', inputSchema: { type: 'object' } }]
  const events = (await Array.fromAsync(bedrockIt.stream({ ...request, tools }, never))).flat()
  assert.deepEqual(
    events.filter(({ type }) => type !== 'usage'),
    [
      { type: 'text', index: 0, text: 'Let me see.' },
      { type: 'block-end', index: 0 },
      { type: 'tool-start', index: 1, call: 't1', name: 'clock' },
      { type: 'tool-input', index: 1, text: '{"zone":"UTC"}' },
      { type: 'block-end', index: 1 },
      { type: 'end', stopReason: 'tool_use' },
    ],
  )
  assert.equal(events.at(-1)!.type, 'usage')
})

test('reads random answers as the AWS SDK reads them', async () => {
  const block = fc.oneof(
    fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 8 }).map((text) => ({ text })),
    fc
      .array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 })
      .map((reasoning) => ({ reasoning, signature: 's' })),
    fc.dictionary(fc.string(), fc.string()).map((input) => ({ tool: 'clock', input: { ...input } })),
  )
  const seed = 20_261_120
  const answers = fc
    .sample(fc.array(block, { minLength: 1, maxLength: 5 }), { seed, numRuns: 40 })
    .map((blocks) => ({ blocks }))
  const faults = (_: unknown, i: number): Fault => ({ type: 'chunks', size: 1 + ((i * 37) % 200), seed: i })
  await using bedrock = await emulator(
    answers.flatMap((answer) => [answer, answer]).map((answer, i) => ({ ...answer, faults: faults(answer, i) })),
  )
  await using ours = model(bedrock.url)
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
  const theirs = new BedrockRuntimeClient({ region: 'us-east-1', endpoint: bedrock.url, credentials })

  for (const { blocks } of answers) {
    const tools = [{ name: 'clock', description: 'The time.', inputSchema: { type: 'object' } }]
    const our = new Map<number, string>()
    for (const event of (await Array.fromAsync(ours.stream({ ...request, tools }, never))).flat()) {
      if ('text' in event && 'index' in event && event.text)
        our.set(event.index, (our.get(event.index) ?? '') + event.text)
    }
    const command = new ConverseStreamCommand({
      modelId: request.model,
      messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
      toolConfig: { tools: [{ toolSpec: { name: 'clock', inputSchema: { json: { type: 'object' } } } }] },
      inferenceConfig: { maxTokens: 100 },
    })
    const their = new Map<number, string>()
    for await (const { contentBlockDelta } of (await theirs.send(command)).stream!) {
      const { contentBlockIndex: index = 0, delta } = contentBlockDelta ?? {}
      const text = delta?.text ?? delta?.toolUse?.input ?? delta?.reasoningContent?.text
      if (text) their.set(index, (their.get(index) ?? '') + text)
    }
    assert.deepEqual(our, their, `seed ${seed}: ${JSON.stringify(blocks)}`)
  }
  theirs.destroy()
})

test('a cut after any byte is tried again while nothing was shown, and an error afterwards: never a short answer', async () => {
  const bytes = await record()
  const whole = 'Grüße, you'
  for (const how of ['end', 'destroy'] as const) {
    let cut = 0
    let isFirst = true
    await using server = await rawServer((_, response) => {
      if (!isFirst) return void ok(response).end(bytes)
      isFirst = false
      ok(response).write(bytes.subarray(0, cut), () => (how === 'end' ? response.end() : response.destroy()))
      response.flushHeaders()
    })
    await using bedrock = model(server.url)
    for (cut = 0; cut < bytes.length; cut += how === 'end' ? 1 : 7) {
      isFirst = true
      const { text, types, error } = await collect(bedrock.stream(request, never))
      if (error === undefined) {
        assert.equal(text, whole, `cut at ${cut}`)
        assert.ok(types.includes('end'))
      } else {
        assert.equal((error as StreambedError).code, 'model-cut-short', `cut at ${cut}`)
        assert.ok(text !== '' && whole.startsWith(text) && !types.includes('end'), `cut at ${cut}: ${text}`)
      }
    }
  }
})

test('throttles are waited for, up to six calls in all, and each wait is told first', async () => {
  const throttle: Fault = { type: 'http', name: 'ThrottlingException', status: 429, message: 'Too many requests' }
  for (let times = 0; times <= 6; times++) {
    await using bedrock = await emulator(['Hello'], times === 0 ? {} : { faults: [{ faults: throttle, times }] })
    await using bedrockIt = model(bedrock.url)
    const { text, waits, error } = await collect(bedrockIt.stream(request, never))
    if (times < 6) assert.deepEqual([text, waits, error], ['Hello', times, undefined])
    else assert.deepEqual([waits, (error as StreambedError).code], [5, 'model-throttled'])
  }
})

test('an exception as the first frame is tried again, a later one is not', async () => {
  const exception = (at: number): Fault => ({
    type: 'exception',
    at,
    name: 'serviceUnavailableException',
    message: 'Busy',
  })
  await using bedrock = await emulator([{ text: ['one ', 'two'], times: 9 }], {
    faults: [exception(0), exception(1), exception(2)],
  })
  await using bedrockIt = model(bedrock.url)
  const first = await collect(bedrockIt.stream(request, never))
  assert.deepEqual([first.text, first.waits, (first.error as StreambedError).code], ['one ', 2, 'model-busy'])
  const second = await collect(bedrockIt.stream(request, never))
  assert.deepEqual([second.text, second.waits, second.error], ['one two', 0, undefined])
})

test('errors that trying again cannot help come at once', async () => {
  await using bedrock = await emulator([
    { error: 'AccessDeniedException', message: "You don't have access to the model." },
  ])
  await using bedrockIt = model(bedrock.url)
  const { types, error } = await collect(bedrockIt.stream(request, never))
  assert.deepEqual([types, (error as StreambedError).code], [[], 'access-denied'])
})

test('a proxy’s HTML, and a port where nobody listens, are errors with names', async () => {
  await using server = await rawServer((_, response) =>
    response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad'),
  )
  await using behind = model(server.url, { retry: { attempts: 1 } })
  assert.equal(((await collect(behind.stream(request, never))).error as StreambedError).code, 'model-busy')

  const closed = await rawServer(() => {})
  await closed[Symbol.asyncDispose]()
  await using nowhere = model(closed.url, { retry: { attempts: 1 } })
  assert.equal(((await collect(nowhere.stream(request, never))).error as StreambedError).code, 'model-unreachable')
})

test('an abort in any phase ends the call on the wire and throws its reason', async () => {
  const bytes = await record()
  const phases = ['head', 'first event', 'middle'] as const
  for (const phase of phases) {
    const arrived = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<void>()
    await using server = await rawServer((_, response) => {
      response.on('close', closed.resolve)
      if (phase === 'first event') ok(response).flushHeaders()
      if (phase === 'middle') ok(response).write(bytes.subarray(0, bytes.length / 2))
      arrived.resolve()
    })
    await using bedrock = model(server.url)
    const controller = new AbortController()
    const reason = new Error(`enough of ${phase}`)
    const answer = bedrock.stream(request, controller.signal)[Symbol.asyncIterator]()
    const next = phase === 'middle' ? answer.next().then(() => answer.next()) : answer.next()
    await arrived.promise
    if (phase !== 'head') await new Promise(setImmediate)
    controller.abort(reason)
    await assert.rejects(next, reason)
    await closed.promise
    assert.deepEqual(await answer.next(), { done: true, value: undefined })
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
  }
})

test('an abort before the start asks nobody, and one during a wait ends the wait', async () => {
  await using server = await rawServer((_, response) =>
    response.writeHead(429, { 'x-amzn-errortype': 'ThrottlingException' }).end('{}'),
  )
  await using bedrock = model(server.url, { retry: { throttleBaseMs: 20_000 }, random: () => 0.9 })
  const reason = new Error('no')
  await assert.rejects(Array.fromAsync(bedrock.stream(request, AbortSignal.abort(reason))), reason)
  assert.equal(server.requests, 0)

  const controller = new AbortController()
  const answer = bedrock.stream(request, controller.signal)[Symbol.asyncIterator]()
  assert.equal((await answer.next()).value?.[0]?.type, 'waiting')
  const next = answer.next()
  controller.abort(reason)
  await assert.rejects(next, reason)
  assert.equal(server.requests, 1)
})

test('a reader who leaves ends the call on the wire', async () => {
  const bytes = await record()
  const closed = Promise.withResolvers<void>()
  await using server = await rawServer((_, response) => {
    response.on('close', closed.resolve)
    ok(response).write(bytes.subarray(0, bytes.length / 2))
  })
  await using bedrock = model(server.url)
  for await (const _ of bedrock.stream(request, never)) break
  await closed.promise
})

test('silence is an error: before the answer a timeout, within it a cut, after its end nothing', async () => {
  const bytes = await record()
  let upTo = 0
  let closed = Promise.withResolvers<void>()
  await using server = await rawServer((_, response) => {
    response.on('close', closed.resolve)
    if (upTo > 0) ok(response).write(bytes.subarray(0, upTo))
  })
  await using slowToStart = model(server.url, { firstByteMs: 250, retry: { attempts: 1 } })
  await using slowToGoOn = model(server.url, { idleMs: 250, retry: { attempts: 1 } })
  const codeOf = async (bedrock: Model, bytesSent: number): Promise<string | undefined> => {
    upTo = bytesSent
    closed = Promise.withResolvers()
    const { error } = await collect(bedrock.stream(request, never))
    await closed.promise
    return (error as StreambedError | undefined)?.code
  }
  assert.equal(await codeOf(slowToStart, 0), 'model-timeout')
  assert.equal(await codeOf(slowToGoOn, Math.floor(bytes.length / 2)), 'model-cut-short')
  assert.equal(await codeOf(slowToGoOn, bytes.length), undefined)
})

test('damaged bytes end the call on the wire, however much more would come', async () => {
  const bytes = await record()
  bytes[bytes.length - 300]! ^= 1
  const closed = Promise.withResolvers<void>()
  await using server = await rawServer((_, response) => {
    response.on('close', closed.resolve)
    ok(response).write(bytes)
  })
  await using bedrock = model(server.url, { retry: { attempts: 1 } })
  assert.equal(((await collect(bedrock.stream(request, never))).error as StreambedError).code, 'model-cut-short')
  await closed.promise
})

test('a kept-alive connection that the other side had given up is replaced at once', async () => {
  const bytes = await record()
  await using server = await rawServer((request, response, number) => {
    if (number === 2) request.socket.destroy()
    else ok(response).end(bytes)
  })
  await using bedrock = model(server.url)
  const first = await collect(bedrock.stream(request, never))
  const second = await collect(bedrock.stream(request, never))
  assert.deepEqual([first.waits, second.waits, second.text, second.error], [0, 0, 'Grüße, you', undefined])
  assert.equal(server.requests, 3)
})

test('where streaming is denied the answer is asked for whole, and that is remembered', async () => {
  const paths: string[] = []
  await using server = await rawServer(({ url }, response) => {
    paths.push(url!.split('/').at(-1)!)
    if (url!.endsWith('converse-stream')) {
      const message = 'You are not authorized to perform: bedrock:InvokeModelWithResponseStream on resource: x'
      return void response
        .writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' })
        .end(JSON.stringify({ message }))
    }
    const content = [
      { reasoningContent: { reasoningText: { text: 'Hm', signature: 's' } } },
      { text: 'Hello' },
      { toolUse: { toolUseId: 't1', name: 'clock', input: { zone: 'UTC' } } },
    ]
    const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 }
    const answer = {
      output: { message: { role: 'assistant', content } },
      stopReason: 'tool_use',
      usage,
      metrics: { latencyMs: 1 },
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await using bedrock = model(server.url)
  const events = await Array.fromAsync(bedrock.stream(request, never))
  assert.deepEqual(events, [
    [
      { type: 'reasoning', index: 0, text: 'Hm' },
      { type: 'reasoning-seal', index: 0, signature: 's' },
      { type: 'block-end', index: 0 },
      { type: 'text', index: 1, text: 'Hello' },
      { type: 'block-end', index: 1 },
      { type: 'tool-start', index: 2, call: 't1', name: 'clock' },
      { type: 'tool-input', index: 2, text: '{"zone":"UTC"}' },
      { type: 'block-end', index: 2 },
      { type: 'end', stopReason: 'tool_use' },
      { type: 'usage', inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 },
    ],
  ])
  await collect(bedrock.stream(request, never))
  assert.deepEqual(paths, ['converse-stream', 'converse', 'converse'])
})

test('where both ways are denied, the first denial is the one reported', async () => {
  await using server = await rawServer(({ url }, response) => {
    const action = url!.endsWith('converse-stream') ? 'InvokeModelWithResponseStream' : 'InvokeModel'
    const message = `You are not authorized to perform: bedrock:${action}`
    response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' }).end(JSON.stringify({ message }))
  })
  await using bedrock = model(server.url)
  const { error } = await collect(bedrock.stream(request, never))
  assert.match((error as StreambedError).message, /Allow bedrock:InvokeModelWithResponseStream/)
})

const thing = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }
const output = { name: 'thing', schema: thing, freeSystem: 'Freely.' }
const strictTool = { name: 'keep', description: 'Keeps it.', inputSchema: thing, strict: true }

test('a model that refuses schemas is asked freely, and is not asked to be held again for a while', async () => {
  const id = 'anthropic.claude-haiku-4-5-20251001-v1:0'
  const older = { id, name: 'x', provider: 'Anthropic', contextTokens: 9_999, maxOutputTokens: 999, profiles: ['us'] }
  await using server = await emulator(Array(5).fill('Hi'), { models: [older] })
  await using bedrock = model(server.url)
  const both = { ...request, system: 'Held.', output, tools: [strictTool] }
  assert.equal(bedrock.holds(request.model, output), true)
  assert.equal((await collect(bedrock.stream(both, never))).text, 'Hi')
  const asked = () =>
    server.journal.entries.map(({ body }) => {
      const { outputConfig, toolConfig, system } = body as ConverseStreamCommandInput
      return [outputConfig !== undefined, toolConfig?.tools?.[0]?.toolSpec?.strict ?? false, system?.[0]?.text]
    })
  assert.deepEqual(asked(), [
    [true, true, 'Held.'],
    [true, false, 'Held.'],
    [false, false, 'Freely.'],
  ])
  assert.equal(bedrock.holds(request.model, output), false)
  assert.equal(bedrock.holds(request.model, { ...output, name: 'another' }), true)
  assert.equal((await collect(bedrock.stream(both, never))).text, 'Hi')
  assert.deepEqual(asked()[3], [false, false, 'Freely.'])
})

test('a request that is refused however it is asked fails with what was said first, and nothing is remembered', async () => {
  await using server = await emulator([])
  await using bedrock = model(server.url)
  const { error } = await collect(bedrock.stream({ ...request, output, tools: [strictTool] }, never))
  assert.equal((error as StreambedError).code, 'model-refused-request')
  assert.equal(server.journal.entries.length, 3)
  assert.equal(bedrock.holds(request.model, output), true)
})

test('a guardrail’s verdict after the words takes them back before the end', async () => {
  const trace = {
    guardrail: {
      outputAssessments: { g: [{ topicPolicy: { topics: [{ name: 'n', type: 'DENY', action: 'BLOCKED' }] } }] },
    },
  }
  await using bedrock = await emulator([
    { text: ['You do it ', 'like this', 'I cannot say that.'], stop: 'guardrail_intervened', trace },
  ])
  await using bedrockIt = model(bedrock.url, { guardrail: { identifier: 'abc123', version: '1', streamMode: 'async' } })
  const events = (await Array.fromAsync(bedrockIt.stream(request, never))).flat()
  assert.deepEqual(events.slice(-3, -1), [
    { type: 'retract', replacement: 'I cannot say that.' },
    { type: 'end', stopReason: 'guardrail_intervened' },
  ])
})

test('a thousand answers on one signal and few connections leave nothing behind', async () => {
  const bytes = await record()
  const ports = new Set<number>()
  await using server = await rawServer((request, response) => {
    ports.add(request.socket.remotePort!)
    ok(response).end(bytes)
  })
  await using bedrock = model(server.url)
  const controller = new AbortController()
  for (let round = 0; round < 50; round++) {
    const answers = Array.from({ length: 20 }, () => collect(bedrock.stream(request, controller.signal)))
    for (const { text } of await Promise.all(answers)) assert.equal(text, 'Grüße, you')
  }
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
  assert.ok(ports.size <= 20, `${ports.size} connections`)
})

test('counts tokens where the model can, by the id that works', async () => {
  const asked: string[] = []
  await using server = await rawServer(({ url }, response) => {
    asked.push(decodeURIComponent(url!.split('/')[2]!))
    if (asked.at(-1)!.startsWith('us.')) return void response.end('{"inputTokens":7}')
    response
      .writeHead(400, { 'x-amzn-errortype': 'ValidationException' })
      .end('{"message":"on-demand throughput isn’t supported"}')
  })
  await using bedrock = model(server.url)
  assert.equal(await bedrock.countTokens(request, never), 7)
  assert.equal(await bedrock.countTokens({ ...request, model: 'amazon.nova-lite-v1:0' }, never), undefined)
  assert.equal(await bedrock.countTokens({ ...request, model: 'amazon.nova-lite-v1:0' }, never), undefined)
  assert.deepEqual(asked, [request.model.slice(3), request.model, 'amazon.nova-lite-v1:0'])
})

test('a page in the place of an answer is told as what it is, and not asked for again', async () => {
  for (const [type, body] of [
    ['text/html; charset=utf-8', '<html>Welcome to the proxy</html>'],
    ['application/json', '{"hello":"world"}'],
  ] as const) {
    await using site = await rawServer((_, response) => response.writeHead(200, { 'content-type': type }).end(body))
    await using bedrock = model(site.url)
    const { error, waits } = await collect(bedrock.stream(request, never))
    assert.deepEqual([(error as StreambedError).code, waits, site.requests], ['model-unreachable', 0, 1])
    assert.match((error as StreambedError).message, /is not Bedrock/)
  }
})

test('credentials that have run out are told at once', async () => {
  await using bedrock = await emulator([{ error: 'ExpiredTokenException' }])
  await using asked = model(bedrock.url)
  const { error, waits } = await collect(asked.stream(request, never))
  assert.deepEqual([(error as StreambedError).code, waits], ['credentials-expired', 0])
  assert.match((error as StreambedError).message, /session token has run out/)
})

test('lists what the account has, and the table where the account cannot be asked', async () => {
  await using bedrock = await emulator([])
  await using account = model(bedrock.url)
  const models = await account.list(never)
  assert.ok(models.some(({ id, contextTokens }) => id === request.model && contextTokens === 200_000))
  assert.equal(await account.list(never), models)

  await using refused = await rawServer((_, response) =>
    response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' }).end('{}'),
  )
  await using stranger = model(refused.url, { region: 'eu-west-1' })
  const table = await stranger.list(never)
  assert.ok(table.some(({ id }) => id === 'eu.anthropic.claude-haiku-5-5'))
})
