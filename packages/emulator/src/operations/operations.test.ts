import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  BedrockClient,
  GetFoundationModelCommand,
  ListFoundationModelsCommand,
  ListInferenceProfilesCommand,
} from '@aws-sdk/client-bedrock'
import {
  ApplyGuardrailCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { scriptBrain } from '../brains/script.ts'
import { startEmulator } from '../emulator.ts'
import type { Guardrail } from '../guardrails.ts'
import { client, credentials, haiku, hello, transports } from '../testing.ts'

const answer = {
  blocks: [
    { reasoning: 'Hm.', signature: 'c2ln' },
    { text: ['Hi ', 'Ada'] },
    { tool: 'clock', id: 't1', input: ['{"zone":', '"UTC"}'] },
  ],
  usage: { inputTokens: 5, outputTokens: 7 },
}
const ask = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 100,
  system: 'Be kind.',
  messages: [{ role: 'user', content: 'Hello' }],
  tools: [{ name: 'clock', input_schema: { type: 'object' } }],
}
const body = (value: object) => ({ modelId: haiku, contentType: 'application/json', body: JSON.stringify(value) })

for (const transport of transports) {
  test(`InvokeModel answers Anthropic's way on ${transport}`, async () => {
    await using emulator = await startEmulator({ pace: 'instant', brain: scriptBrain([answer]) })
    using bedrock = client(emulator.url, transport)
    const { body: bytes, contentType } = await bedrock.send(new InvokeModelCommand(body(ask)))
    const { id, ...message } = JSON.parse(Buffer.from(bytes).toString())
    assert.match(id, /^msg_bdrk_/)
    assert.equal(contentType, 'application/json')
    assert.deepEqual(message, {
      model: 'claude-haiku-4-5-20251001',
      type: 'message',
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
        { type: 'text', text: 'Hi Ada' },
        { type: 'tool_use', id: 't1', name: 'clock', input: { zone: 'UTC' } },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: { input_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 7 },
    })
  })

  test(`InvokeModelWithResponseStream streams Anthropic's events on ${transport}`, async () => {
    await using emulator = await startEmulator({ pace: 'instant', brain: scriptBrain([answer]) })
    using bedrock = client(emulator.url, transport)
    const { body: stream } = await bedrock.send(new InvokeModelWithResponseStreamCommand(body(ask)))
    const events = (await Array.fromAsync(stream!)).map(({ chunk }) =>
      JSON.parse(Buffer.from(chunk!.bytes!).toString()),
    )
    assert.deepEqual(
      events.map(({ type, delta, content_block: block }) => [type, delta?.type ?? block?.type]),
      [
        ['message_start', undefined],
        ['content_block_start', 'thinking'],
        ['content_block_delta', 'thinking_delta'],
        ['content_block_delta', 'signature_delta'],
        ['content_block_stop', undefined],
        ['content_block_start', 'text'],
        ['content_block_delta', 'text_delta'],
        ['content_block_delta', 'text_delta'],
        ['content_block_stop', undefined],
        ['content_block_start', 'tool_use'],
        ['content_block_delta', 'input_json_delta'],
        ['content_block_delta', 'input_json_delta'],
        ['content_block_delta', 'input_json_delta'],
        ['content_block_stop', undefined],
        ['message_delta', undefined],
        ['message_stop', undefined],
      ],
    )
    assert.deepEqual(events.at(-2), {
      type: 'message_delta',
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { output_tokens: 7 },
    })
    const metrics = events.at(-1)['amazon-bedrock-invocationMetrics']
    assert.deepEqual([metrics.inputTokenCount, metrics.outputTokenCount], [5, 7])
  })
}

suite('an Anthropic body is refused for', () => {
  const cases: readonly [title: string, change: object, says: RegExp][] = [
    ['a missing version', { anthropic_version: undefined }, /required key \[anthropic_version\]/],
    ['a missing limit', { max_tokens: undefined }, /required key \[max_tokens\]/],
    ['a member nobody knows', { colour: 1 }, /extraneous key \[colour\]/],
    ['a role nobody knows', { messages: [{ role: 'tool', content: 'a' }] }, /Input should be 'user' or 'assistant'/],
    ['a block nobody knows', { messages: [{ role: 'user', content: [{ type: 'hologram' }] }] }, /'hologram'/],
    ['a blank text', { messages: [{ role: 'user', content: ' ' }] }, /blank/],
    [
      'a call without result',
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: [{ type: 'tool_use', id: 'x', name: 'clock', input: {} }] },
          { role: 'user', content: 'b' },
        ],
      },
      /Expected toolResult/,
    ],
  ]
  for (const [title, change, says] of cases) {
    test(title, async () => {
      await using emulator = await startEmulator({ pace: 'instant' })
      using bedrock = client(emulator.url)
      await assert.rejects(bedrock.send(new InvokeModelCommand(body({ ...ask, ...change }))), {
        name: 'ValidationException',
        message: says,
      })
    })
  }
})

test('a whole Anthropic history reaches the brain in Converse form', async () => {
  await using emulator = await startEmulator({
    pace: 'instant',
    brain: scriptBrain([{ when: { toolResult: 'clock', system: 'kind', tool: 'clock', messages: 3 }, text: 'Noon.' }]),
  })
  using bedrock = client(emulator.url)
  const history = {
    ...ask,
    system: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }],
    tool_choice: { type: 'auto' },
    thinking: { type: 'enabled', budget_tokens: 1_024 },
    max_tokens: 2_000,
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Time?' }] },
      { role: 'user', content: 'Please.' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
          { type: 'tool_use', id: 'x', name: 'clock', input: {} },
        ],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'x', content: [{ type: 'text', text: '12:00' }] }],
      },
    ],
  }
  const { body: bytes } = await bedrock.send(new InvokeModelCommand(body(history)))
  assert.equal(JSON.parse(Buffer.from(bytes).toString()).content[0].text, 'Noon.')
})

test('CountTokens counts what usage will say', async () => {
  await using emulator = await startEmulator({ pace: 'instant', brain: scriptBrain(['Hi']) })
  using bedrock = client(emulator.url)
  const system = [{ text: 'Be kind to everyone.' }]
  const { inputTokens } = await bedrock.send(
    new CountTokensCommand({ modelId: haiku, input: { converse: { messages: hello.messages, system } } }),
  )
  const { stream } = await bedrock.send(new ConverseStreamCommand({ ...hello, system }))
  const events = await Array.fromAsync(stream!)
  assert.equal(events.at(-1)?.metadata?.usage?.inputTokens, inputTokens)
  const invokeModel = { body: Buffer.from(JSON.stringify(ask)) }
  assert.ok((await bedrock.send(new CountTokensCommand({ modelId: haiku, input: { invokeModel } }))).inputTokens! > 5)
  const nova = { modelId: 'amazon.nova-micro-v1:0', input: { converse: { messages: hello.messages } } }
  await assert.rejects(bedrock.send(new CountTokensCommand(nova)), { name: 'ValidationException' })
})

test('a cached prefix is written once and read afterwards', async () => {
  await using emulator = await startEmulator({ pace: 'instant', brain: scriptBrain([{ when: '', text: 'Hi' }]) })
  using bedrock = client(emulator.url)
  const long = [{ text: 'Remember this. '.repeat(1_200) }, { cachePoint: { type: 'default' as const } }]
  const short = [{ text: 'Remember this.' }, { cachePoint: { type: 'default' as const } }]
  const usage = async (system: typeof long | typeof short) => {
    const { stream } = await bedrock.send(new ConverseStreamCommand({ ...hello, system }))
    const { inputTokens, cacheReadInputTokens, cacheWriteInputTokens } = (await Array.fromAsync(stream!)).at(-1)!
      .metadata!.usage!
    return [inputTokens, cacheReadInputTokens, cacheWriteInputTokens]
  }
  assert.deepEqual(await usage(long), [9, 0, 4_500])
  assert.deepEqual(await usage(long), [9, 4_500, 0])
  assert.deepEqual(await usage(short), [13, 0, 0]) // too short to be cached
})

test('the control plane lists models and profiles to its own SDK client', async () => {
  await using emulator = await startEmulator({ region: 'eu-north-1' })
  const bedrock = new BedrockClient({ endpoint: emulator.url, region: 'eu-north-1', credentials })
  const { modelSummaries } = await bedrock.send(new ListFoundationModelsCommand({ byProvider: 'anthropic' }))
  const bare = haiku.slice(3)
  assert.ok(modelSummaries!.every(({ providerName }) => providerName === 'Anthropic'))
  assert.deepEqual(
    modelSummaries!.find(({ modelId }) => modelId === bare),
    {
      modelArn: `arn:aws:bedrock:eu-north-1::foundation-model/${bare}`,
      modelId: bare,
      modelName: 'Claude Haiku 4.5',
      providerName: 'Anthropic',
      inputModalities: ['TEXT', 'IMAGE'],
      outputModalities: ['TEXT'],
      responseStreamingSupported: true,
      customizationsSupported: [],
      inferenceTypesSupported: ['INFERENCE_PROFILE'],
      modelLifecycle: { status: 'ACTIVE' },
    },
  )
  const { modelDetails } = await bedrock.send(new GetFoundationModelCommand({ modelIdentifier: bare }))
  assert.equal(modelDetails?.modelId, bare)
  await assert.rejects(bedrock.send(new GetFoundationModelCommand({ modelIdentifier: 'no.model' })), {
    name: 'ResourceNotFoundException',
  })

  const ids: string[] = []
  let nextToken: string | undefined
  do {
    const page = await bedrock.send(
      new ListInferenceProfilesCommand({ maxResults: 20, nextToken, typeEquals: 'SYSTEM_DEFINED' }),
    )
    ids.push(...page.inferenceProfileSummaries!.map(({ inferenceProfileId }) => inferenceProfileId!))
    nextToken = page.nextToken
  } while (nextToken)
  assert.equal(new Set(ids).size, ids.length)
  for (const prefix of ['us', 'eu', 'global']) assert.ok(ids.includes(`${prefix}.${bare}`))
  bedrock.destroy()
})

test('a model that cannot stream says so', async () => {
  await using emulator = await startEmulator({ pace: 'instant' })
  using bedrock = client(emulator.url)
  const jamba = { ...hello, modelId: 'ai21.jamba-1-5-mini-v1:0' }
  await assert.rejects(bedrock.send(new ConverseStreamCommand(jamba)), {
    name: 'ValidationException',
    message: /unsupported for streaming/,
  })
})

test('a guardrail blocks words and masks personal data, in the words of the side it stands on', async () => {
  const guardrail: Guardrail = {
    id: 'gr-1',
    blockedWords: ['Fnord'],
    masked: ['EMAIL'],
    blockedInput: 'Not in.',
    blockedOutput: 'Not out.',
  }
  await using emulator = await startEmulator({ guardrails: [guardrail] })
  using bedrock = client(emulator.url)
  const apply = async (text: string, source: 'INPUT' | 'OUTPUT' = 'INPUT', id = 'gr-1') => {
    const input = { guardrailIdentifier: id, guardrailVersion: 'DRAFT', source, content: [{ text: { text } }] }
    const { action, outputs } = await bedrock.send(new ApplyGuardrailCommand(input))
    return [action, outputs?.[0]?.text]
  }
  assert.deepEqual(await apply('Hello'), ['NONE', undefined])
  assert.deepEqual(await apply('a fnord'), ['GUARDRAIL_INTERVENED', 'Not in.'])
  assert.deepEqual(await apply('a fnord', 'OUTPUT'), ['GUARDRAIL_INTERVENED', 'Not out.'])
  assert.deepEqual(await apply('ada@example.com?'), ['GUARDRAIL_INTERVENED', '{EMAIL}?'])
  assert.deepEqual(await apply('+44 20 7946 0958', 'INPUT', 'demo-guardrail'), ['GUARDRAIL_INTERVENED', '{PHONE}'])
  await assert.rejects(apply('Hello', 'INPUT', 'other'), { name: 'ResourceNotFoundException' })
  await assert.rejects(apply('x'.repeat(25_001)), { name: 'ValidationException' })
})
