import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConversationId, NewEvent } from '@streambed/protocol'
import { openTraces } from './open-traces.ts'
import { type OtlpReceiver, otlpReceiver, type ReceivedSpan } from './otlp-receiver.fixture.ts'

const CANARY = 'canary-4711'
const conversation = 'c_1' as ConversationId
const MODEL = 'anthropic.claude-haiku-4-5-20251001-v1:0'
const [INTERNAL, CLIENT] = [1, 3] // as OTLP numbers them
const [UNSET, ERROR] = [0, 2]

/** As the loop says them: a step with a tool that works and one that fails, then the answer. */
const WITH_TOOLS = [
  { type: 'message', run: 'r_1', message: 'm_1', parent: null, requestId: 'q1', agent: 'assistant', parts: [text()] },
  { type: 'run-start', run: 'r_1', agent: 'assistant', model: MODEL, attempt: 1 },
  { type: 'step-start', run: 'r_1', step: 1 },
  { type: 'tool-start', run: 'r_1', block: 1, call: 't_1', name: 'current_time' },
  { type: 'tool-start', run: 'r_1', block: 2, call: 't_2', name: 'search_docs' },
  usage({ inputTokens: 100, outputTokens: 20, cacheReadTokens: 30, cacheWriteTokens: 5 }),
  { type: 'tool-call', run: 'r_1', call: 't_1', name: 'current_time', input: { zone: CANARY } },
  { type: 'tool-call', run: 'r_1', call: 't_2', name: 'search_docs', input: { query: CANARY } },
  { type: 'tool-result', run: 'r_1', call: 't_1', name: 'current_time', ok: true, output: CANARY, durationMs: 1 },
  { type: 'tool-result', run: 'r_1', call: 't_2', name: 'search_docs', ok: false, error: CANARY, durationMs: 1 },
  { type: 'step-end', run: 'r_1', step: 1 },
  { type: 'step-start', run: 'r_1', step: 2 },
  { type: 'text-start', run: 'r_1', block: 3 },
  { type: 'text-delta', run: 'r_1', block: 3, text: CANARY },
  { type: 'text-end', run: 'r_1', block: 3 },
  usage({ inputTokens: 200, outputTokens: 7, cacheReadTokens: 0, cacheWriteTokens: 0 }),
  { type: 'step-end', run: 'r_1', step: 2 },
  { type: 'run-end', run: 'r_1', reason: 'done' },
] as unknown as readonly NewEvent[] // ids are words here

test('a run, its model calls and its tools become spans by the conventions, with nothing that was said', async () => {
  await using receiver = await otlpReceiver()
  await traced(receiver, WITH_TOOLS)
  assert.ok(!receiver.requests.some(({ text }) => text.includes(CANARY)))
  const [run] = receiver.spans.filter(({ name }) => name.startsWith('invoke_agent'))
  assert.deepEqual(
    receiver.spans.map(shape).sort(byName),
    [
      {
        name: 'invoke_agent assistant',
        kind: INTERNAL,
        status: UNSET,
        inside: undefined,
        attributes: {
          'gen_ai.provider.name': 'aws.bedrock',
          'gen_ai.operation.name': 'invoke_agent',
          'gen_ai.agent.name': 'assistant',
          'gen_ai.request.model': MODEL,
          'gen_ai.conversation.id': 'c_1',
          'gen_ai.usage.input_tokens': 335,
          'gen_ai.usage.output_tokens': 27,
          'streambed.run.id': 'r_1',
          'streambed.run.reason': 'done',
        },
      },
      chat({ 'gen_ai.usage.input_tokens': 135, 'gen_ai.usage.output_tokens': 20 }, [30, 5], 'tool_call'),
      chat({ 'gen_ai.usage.input_tokens': 200, 'gen_ai.usage.output_tokens': 7 }, [0, 0], 'stop'),
      tool('current_time', 't_1', UNSET),
      tool('search_docs', 't_2', ERROR),
    ].sort(byName),
  )
  assert.equal(new Set(receiver.spans.map(({ traceId }) => traceId)).size, 1)

  function shape({ name, kind, status, parentSpanId, attributes }: ReceivedSpan) {
    return { name, kind, status, inside: parentSpanId && (parentSpanId === run!.spanId ? 'run' : '?'), attributes }
  }
})

test('what was said is in the spans where that is switched on', async () => {
  await using receiver = await otlpReceiver()
  await traced(receiver, WITH_TOOLS, { content: true })
  const said = (role: string) => JSON.stringify([{ role, parts: [{ type: 'text', content: CANARY }] }])
  const of = (name: string) => receiver.spans.find((span) => span.name.startsWith(name))!.attributes
  assert.equal(of('invoke_agent')['gen_ai.input.messages'], said('user'))
  assert.equal(of('invoke_agent')['gen_ai.output.messages'], said('assistant'))
  assert.equal(of('execute_tool current_time')['gen_ai.tool.call.arguments'], JSON.stringify({ zone: CANARY }))
  assert.equal(of('execute_tool current_time')['gen_ai.tool.call.result'], JSON.stringify(CANARY))
  assert.equal(of('execute_tool search_docs')['gen_ai.tool.call.result'], CANARY)
})

test('why a run ended stands in its spans', async () => {
  for (const [end, reason, finish, error] of [
    [{ reason: 'failed', error: { code: 'model-throttled', message: CANARY } }, 'failed', 'error', 'model-throttled'],
    [{ reason: 'limited', detail: 'output-tokens' }, 'limited', 'length', undefined],
    [{ reason: 'limited', detail: 'guardrail' }, 'limited', 'content_filter', undefined],
    [{ reason: 'stopped' }, 'stopped', 'stop', undefined],
  ] as const) {
    await using receiver = await otlpReceiver()
    await traced(receiver, [...WITH_TOOLS.slice(1, 3), { type: 'run-end', run: 'r_1', ...end } as NewEvent])
    const [chat, run] = [...receiver.spans].sort(byName)
    assert.deepEqual(
      [run!.attributes['streambed.run.reason'], run!.attributes['error.type'], run!.status],
      [reason, error, error ? ERROR : UNSET],
    )
    assert.deepEqual(
      [chat!.attributes['gen_ai.response.finish_reasons'], chat!.attributes['error.type']],
      [[finish], error],
    )
    assert.ok(!receiver.requests.some(({ text }) => text.includes(CANARY)))
  }
})

test('a run that is parked ends its span, and begins another when it goes on', async () => {
  await using receiver = await otlpReceiver()
  const rest = [{ type: 'run-park', run: 'r_1' }, { type: 'run-resume', run: 'r_1', attempt: 2 }, WITH_TOOLS.at(-1)]
  await traced(receiver, [...WITH_TOOLS.slice(1, 6), ...(rest as NewEvent[])])
  const runs = receiver.spans.filter(({ name }) => name === 'invoke_agent assistant')
  assert.deepEqual(
    runs.map(({ attributes }) => [attributes['streambed.run.reason'], attributes['gen_ai.usage.input_tokens']]),
    [
      ['parked', 135],
      ['done', 0],
    ],
  )
})

test('the environment names the server and proves who it is to the receiver', async (t) => {
  const set = { OTEL_SERVICE_NAME: 'chat', OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc' }
  Object.assign(process.env, set)
  t.after(() => {
    for (const name of Object.keys(set)) delete process.env[name]
  })
  await using receiver = await otlpReceiver()
  await traced(receiver, WITH_TOOLS)
  assert.equal(receiver.requests[0]!.path, '/v1/traces')
  assert.equal(receiver.requests[0]!.headers.authorization, 'Bearer abc')
  assert.equal(receiver.resources[0]!['service.name'], 'chat')
  assert.equal(receiver.resources[0]!['service.version'], '1.2.3')
})

test('a receiver that refuses or is not there is complained of once, and holds nothing up', async () => {
  await using refusing = await otlpReceiver({ status: 400 })
  for (const url of [refusing.url, 'http://127.0.0.1:1']) {
    const begun = performance.now()
    const complaints = await traced({ url }, WITH_TOOLS)
    assert.deepEqual(complaints, ['traces could not be delivered'], url)
    assert.ok(performance.now() - begun < 4_000)
  }
})

/** Appends in one go, closes, and returns what was complained of. */
async function traced(
  { url }: Pick<OtlpReceiver, 'url'>,
  events: readonly NewEvent[],
  { content = false } = {},
): Promise<readonly string[]> {
  const complaints: string[] = []
  const log = { warn: (_: object, text: string) => void complaints.push(text) }
  const traces = openTraces({ endpoint: `${url}/`, content, version: '1.2.3', log })
  traces.events(conversation, events)
  await traces[Symbol.asyncDispose]()
  return complaints
}

function text() {
  return { type: 'text', text: CANARY }
}

function usage(tokens: object) {
  const rest = { microDollars: 1_500, priceDate: '2026-11-01', estimated: false, firstTokenMs: 250 }
  return { type: 'usage', run: 'r_1', model: MODEL, ...tokens, ...rest }
}

function chat(tokens: object, [read, written]: readonly [number, number], finish: string) {
  return {
    name: `chat ${MODEL}`,
    kind: CLIENT,
    status: UNSET,
    inside: 'run',
    attributes: {
      'gen_ai.provider.name': 'aws.bedrock',
      'gen_ai.operation.name': 'chat',
      'gen_ai.agent.name': 'assistant',
      'gen_ai.conversation.id': 'c_1',
      'gen_ai.request.model': MODEL,
      'gen_ai.request.stream': true,
      'gen_ai.response.model': MODEL,
      'gen_ai.response.finish_reasons': [finish],
      'gen_ai.response.time_to_first_chunk': 0.25,
      'gen_ai.usage.cache_read.input_tokens': read,
      'gen_ai.usage.cache_creation.input_tokens': written,
      'streambed.usage.dollars': 0.0015,
      'streambed.usage.estimated': false,
      ...tokens,
    },
  }
}

function tool(name: string, call: string, status: number) {
  return {
    name: `execute_tool ${name}`,
    kind: INTERNAL,
    status,
    inside: 'run',
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.conversation.id': 'c_1',
      'gen_ai.tool.name': name,
      'gen_ai.tool.call.id': call,
      'gen_ai.tool.type': 'function',
      ...(status === ERROR && { 'error.type': 'tool_error' }),
    },
  }
}

function byName(a: object, b: object): number {
  return sortable(a) < sortable(b) ? -1 : 1
}

function sortable(span: object): string {
  const { name, attributes } = span as ReceivedSpan
  return `${name} ${attributes['gen_ai.usage.input_tokens'] ?? ''}`
}
