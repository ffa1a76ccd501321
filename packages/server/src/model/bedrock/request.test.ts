import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schemaCheck } from '@streambed/emulator'
import type { CallId } from '@streambed/protocol'
import { featuresOf } from '../catalog.ts'
import type { ModelContent, ModelRequest, ModelTool } from '../model.ts'
import { converseInput, type Guardrail } from './request.ts'

const call = 't1' as CallId
const bytes = Uint8Array.of(1, 2, 3)
const clock = { name: 'clock', description: 'The time.', inputSchema: { type: 'object', properties: {} } }
const asked: ModelRequest = {
  model: 'us.anthropic.claude-haiku-4-5-20251001-v1:0',
  system: 'Be brief.',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
  tools: [],
  maxTokens: 100,
}

function input(change: Partial<ModelRequest> = {}, guardrail?: Guardrail) {
  const request = { ...asked, ...change }
  return converseInput(request, featuresOf(request.model), guardrail)
}

function blocks(...content: ModelContent[]) {
  return input({ messages: [{ role: 'user', content }] }).messages![0]!.content!
}

test('a plain request is no more than it has to be', () => {
  assert.deepEqual(input(), {
    modelId: asked.model,
    messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
    system: [{ text: 'Be brief.' }],
    inferenceConfig: { maxTokens: 100 },
  })
  assert.equal('system' in input({ system: '' }), false)
})

test('every kind of content has its block', () => {
  assert.deepEqual(
    blocks(
      { type: 'text', text: 'See' },
      { type: 'image', mediaType: 'image/png', bytes },
      { type: 'document', mediaType: 'text/plain; charset=utf-8', name: 'a/b: ünï  “code”.txt', bytes },
      { type: 'document', mediaType: 'application/pdf', name: 'a b uni code.pdf', bytes },
      { type: 'document', mediaType: 'text/markdown', name: '…', bytes },
      { type: 'reasoning', text: 'Hm', signature: 's' },
      { type: 'reasoning', text: '', redacted: 'AQID' },
      { type: 'tool-use', call, name: 'clock', input: { zone: 'UTC' } },
      { type: 'tool-result', call, ok: false, text: 'No such zone' },
    ),
    [
      { text: 'See' },
      { image: { format: 'png', source: { bytes } } },
      { document: { format: 'txt', name: 'a b uni code', source: { bytes } } },
      { document: { format: 'pdf', name: 'a b uni code (2)', source: { bytes } } },
      { document: { format: 'md', name: 'document', source: { bytes } } },
      { reasoningContent: { reasoningText: { text: 'Hm', signature: 's' } } },
      { reasoningContent: { redactedContent: Buffer.from([1, 2, 3]) } },
      { toolUse: { toolUseId: call, name: 'clock', input: { zone: 'UTC' } } },
      { toolResult: { toolUseId: call, content: [{ text: 'No such zone' }], status: 'error' } },
    ],
  )
})

test('two documents never share a name, and one without words beside it gets some', () => {
  const report = { type: 'document', mediaType: 'application/pdf', name: 'Report.pdf', bytes } as const
  const names = blocks(report, report, report).map((block) => block.document?.name ?? block.text)
  assert.deepEqual(names, ['Report', 'Report (2)', 'Report (3)', 'See the attached document.'])
})

test('a file that Bedrock cannot read is refused here, with what it can read', () => {
  assert.throws(() => blocks({ type: 'image', mediaType: 'image/tiff', bytes }), {
    code: 'bad-file',
    message: /image\/png/,
  })
})

test('cache points close tools with system, and the two last messages of the user', () => {
  const user = { role: 'user', content: [{ type: 'text', text: 'Q' }] } as const
  const assistant = { role: 'assistant', content: [{ type: 'text', text: 'A' }] } as const
  const messages = [user, assistant, user, assistant, user]
  const point = { cachePoint: { type: 'default' } }
  const claude = input({ cache: true, messages, tools: [clock] })
  assert.equal(claude.toolConfig!.tools!.length, 1)
  assert.deepEqual(claude.system!.at(-1), point)
  assert.deepEqual(input({ cache: true, system: '', messages, tools: [clock] }).toolConfig!.tools!.at(-1), point)
  assert.deepEqual(
    claude.messages!.map(({ content }) => content!.includes(point as never) || content!.length === 2),
    [false, false, true, false, true],
  )
  assert.equal(JSON.stringify(claude).split('cachePoint').length - 1, 3)

  const nova = input({ model: 'us.amazon.nova-pro-v1:0', cache: true, messages, tools: [clock] })
  assert.equal(nova.toolConfig!.tools!.length, 1)
  assert.equal(JSON.stringify(nova).split('cachePoint').length - 1, 3)
  assert.doesNotMatch(
    JSON.stringify(input({ model: 'openai.gpt-oss-120b-1:0', cache: true, tools: [clock] })),
    /cachePoint/,
  )
  assert.doesNotMatch(JSON.stringify(input({ messages, tools: [clock] })), /cachePoint/)
})

test('thinking is asked for in each model’s own way, and silences what it does not go with', () => {
  const thinking = (model: string, change: Partial<ModelRequest> = {}) => {
    const { additionalModelRequestFields, inferenceConfig } = input({
      model,
      reasoningTokens: 4_000,
      maxTokens: 8_000,
      temperature: 0.5,
      topP: 0.9,
      ...change,
    })
    return [additionalModelRequestFields, inferenceConfig]
  }
  assert.deepEqual(thinking(asked.model), [
    { thinking: { type: 'enabled', budget_tokens: 4_000 } },
    { maxTokens: 8_000 },
  ])
  assert.deepEqual(thinking(asked.model, { reasoningTokens: 10 }), [
    { thinking: { type: 'enabled', budget_tokens: 1_024 } },
    { maxTokens: 8_000 },
  ])
  assert.deepEqual(thinking(asked.model, { maxTokens: 2_000 })[0], {
    thinking: { type: 'enabled', budget_tokens: 1_999 },
  })
  assert.deepEqual(thinking(asked.model, { maxTokens: 500 }), [undefined, { maxTokens: 500, temperature: 0.5 }])
  assert.deepEqual(thinking('us.anthropic.claude-sonnet-5-5'), [
    { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'medium' } },
    { maxTokens: 8_000 },
  ])
  assert.deepEqual(thinking('us.amazon.nova-2-lite-v1:0', { reasoningTokens: 20_000 }), [
    { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } },
    { maxTokens: 8_000, temperature: 0.5, topP: 0.9 },
  ])
  assert.deepEqual(thinking('meta.llama3-3-70b-instruct-v1:0'), [
    undefined,
    { maxTokens: 8_000, temperature: 0.5, topP: 0.9 },
  ])
})

test('temperature and top-p go only where they are taken', () => {
  const sampling = (model: string, change: Partial<ModelRequest>) => input({ model, ...change }).inferenceConfig
  assert.deepEqual(sampling(asked.model, { temperature: 0, topP: 0.5 }), { maxTokens: 100, temperature: 0 })
  assert.deepEqual(sampling(asked.model, { topP: 0.5, stopSequences: ['END'] }), {
    maxTokens: 100,
    topP: 0.5,
    stopSequences: ['END'],
  })
  assert.deepEqual(sampling('us.anthropic.claude-opus-5-5', { temperature: 0.2, topP: 0.5 }), { maxTokens: 100 })
  assert.deepEqual(sampling('anthropic.claude-opus-9-1', { temperature: 0.2 }), { maxTokens: 100 })
})

test('a history with tool calls brings their tools even when none are offered', () => {
  const { toolConfig } = input({
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Time?' }] },
      { role: 'assistant', content: [{ type: 'tool-use', call, name: 'clock', input: undefined }] },
      { role: 'user', content: [{ type: 'tool-result', call, ok: true, text: '12:00' }] },
    ],
  })
  assert.deepEqual(
    toolConfig!.tools!.map((tool) => tool.toolSpec?.name),
    ['clock'],
  )
})

test('guardrail and metadata travel along, metadata in the alphabet it must have', () => {
  const { guardrailConfig, requestMetadata } = input(
    { metadata: { run: 'r:1', 'odd"key': `${'é'.repeat(300)}` } },
    { identifier: 'g', version: '1', streamMode: 'async' },
  )
  assert.deepEqual(guardrailConfig, {
    guardrailIdentifier: 'g',
    guardrailVersion: '1',
    trace: 'enabled',
    streamProcessingMode: 'async',
  })
  assert.deepEqual(requestMetadata, { run: 'r:1', odd_key: '_'.repeat(256) })
})

test('everything at once is valid by the AWS SDK’s own schema', async () => {
  const check = await schemaCheck()
  const everything = input(
    {
      cache: true,
      reasoningTokens: 2_000,
      maxTokens: 4_000,
      stopSequences: ['x'],
      tools: [clock],
      metadata: { run: 'r1' },
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Q' }] },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'Hm', signature: 's' },
            { type: 'tool-use', call, name: 'clock', input: {} },
          ],
        },
        { role: 'user', content: [{ type: 'tool-result', call, ok: true, text: '12:00' }] },
      ],
    },
    { identifier: 'abc123', version: 'DRAFT' },
  )
  const { modelId: _, ...body } = everything
  assert.equal(check('ConverseStream', JSON.parse(JSON.stringify(body))), undefined)
})

const person = { type: 'object', properties: { name: { type: 'string', maxLength: 9 } }, required: ['name'] }
const output = { name: 'a person', schema: person, freeSystem: 'Write a person freely.' }
const held = { textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'a_person', schema: closed() } } } }

function closed(): string {
  const name = { description: '(maxLength: 9)', type: 'string' }
  return JSON.stringify({ type: 'object', properties: { name }, required: ['name'], additionalProperties: false })
}

test('an answer is held to its schema where the model can be, and is asked for freely elsewhere', () => {
  assert.deepEqual(input({ output }).outputConfig, held)
  assert.deepEqual(input({ output }).system, [{ text: 'Be brief.' }])
  const free = input({ output, model: 'amazon.nova-lite-v1:0' })
  assert.deepEqual([free.outputConfig, free.system], [undefined, [{ text: 'Write a person freely.' }]])
  const open = input({ output: { ...output, schema: { type: 'object', additionalProperties: true } } })
  assert.deepEqual([open.outputConfig, open.system], [undefined, [{ text: 'Write a person freely.' }]])
})

test('the effort of thinking goes where the schema goes', () => {
  const model = 'us.anthropic.claude-haiku-5-5'
  const { outputConfig, additionalModelRequestFields } = input({ model, output, reasoningTokens: 1_000 })
  assert.deepEqual(outputConfig, { ...held, effort: 'low' })
  assert.deepEqual(additionalModelRequestFields, { thinking: { type: 'adaptive', display: 'summarized' } })
})

test('tools are strict where they ask for it, their schemas can be enforced and the model can be held to them', () => {
  const tool = (name: string, inputSchema: ModelTool['inputSchema'], strict = true) =>
    ({ name, description: 'd', inputSchema, strict }) as const
  const open = { type: 'object', additionalProperties: {} }
  const tools = [tool('a', person), tool('b', person, false), tool('c', open)]
  const strictOf = (change: Partial<ModelRequest>) =>
    input(change).toolConfig?.tools?.map(({ toolSpec }) => toolSpec?.strict)
  assert.deepEqual(strictOf({ tools }), [true, undefined, undefined])
  assert.deepEqual(strictOf({ tools, model: 'amazon.nova-lite-v1:0' }), [undefined, undefined, undefined])
  const many = Array.from({ length: 25 }, (_, i) => tool(`t${i}`, person))
  assert.equal(strictOf({ tools: many })?.filter(Boolean).length, 20)
  const loose = { ...person, required: [] }
  assert.equal(
    strictOf({ tools: Array.from({ length: 20 }, (_, i) => tool(`t${i}`, { ...loose })) })?.filter(Boolean).length,
    12,
  )
})
