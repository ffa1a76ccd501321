import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as sdk from '@aws-sdk/client-bedrock-runtime'
import { NormalizedSchema } from '@smithy/core/schema'
import { compiler, enums, type Schema, schemaCheck } from './schema.ts'

const messages = [{ role: 'user', content: [{ text: 'Hi' }] }]

suite('a body is refused for', () => {
  const cases: readonly [title: string, body: unknown, name: string, says: RegExp][] = [
    ['being no object', [], 'SerializationException', /START_ARRAY can not be converted to a Object/],
    [
      'an unknown member',
      { messages, mesages: [] },
      'ValidationException',
      /#: extraneous key \[mesages\] is not permitted/,
    ],
    [
      'an unknown member far down',
      { messages: [{ role: 'user', content: [{ text: 'a', colour: 1 }] }] },
      'ValidationException',
      /#\/messages\/0\/content\/0: extraneous key \[colour\]/,
    ],
    ['the model id in the body', { modelId: 'x', messages }, 'ValidationException', /extraneous key \[modelId\]/],
    [
      'text that is a number',
      { messages: [{ role: 'user', content: [{ text: 1 }] }] },
      'SerializationException',
      /NUMBER_VALUE can not be converted to a String at messages.0.content.0.text/,
    ],
    [
      'content that is a string',
      { messages: [{ role: 'user', content: 'Hi' }] },
      'SerializationException',
      /STRING_VALUE can not be converted to a List/,
    ],
    [
      'a missing role',
      { messages: [{ content: [{ text: 'Hi' }] }] },
      'ValidationException',
      /'messages.0.role' failed to satisfy constraint: Member must not be null/,
    ],
    [
      'an unknown role',
      { messages: [{ role: 'tool', content: [] }] },
      'ValidationException',
      /'tool' at 'messages.0.role'.*enum value set: \[assistant, system, user\]/,
    ],
    [
      'a union with nothing in it',
      { messages: [{ role: 'user', content: [{}] }] },
      'ValidationException',
      /ContentBlock object at messages.0.content.0 must set one of the following keys: text, image/,
    ],
    [
      'a union with two things in it',
      { messages: [{ role: 'user', content: [{ text: 'a', cachePoint: { type: 'default' } }] }] },
      'ValidationException',
      /only one of the following keys, not text and cachePoint/,
    ],
    [
      'bytes that are no base64',
      { messages: [{ role: 'user', content: [{ image: { format: 'png', source: { bytes: '~' } } }] }] },
      'SerializationException',
      /not valid base64/,
    ],
    [
      'an image format nobody knows',
      { messages: [{ role: 'user', content: [{ image: { format: 'bmp', source: { bytes: '' } } }] }] },
      'ValidationException',
      /'bmp'/,
    ],
    [
      'request metadata that is no text',
      { messages, requestMetadata: { a: 1 } },
      'SerializationException',
      /requestMetadata.a/,
    ],
  ]
  for (const [title, body, name, says] of cases) {
    test(title, async () => {
      const wrong = (await schemaCheck())('ConverseStream', body)
      assert.equal(wrong?.name, name)
      assert.match(wrong?.message ?? '', says)
    })
  }
})

test('a body with everything that the SDK can write is accepted', async () => {
  const check = await schemaCheck()
  const body = {
    messages: [
      {
        role: 'user',
        content: [
          { text: 'Hi' },
          { image: { format: 'png', source: { bytes: 'iVBORw==' } } },
          { cachePoint: { type: 'default', ttl: '1h' } },
        ],
      },
    ],
    system: [{ text: 'Be kind.' }],
    inferenceConfig: { maxTokens: 10, temperature: 0, topP: 1, stopSequences: ['x'] },
    toolConfig: {
      tools: [{ toolSpec: { name: 'a', inputSchema: { json: { type: 'object' } }, strict: true } }],
      toolChoice: { auto: {} },
    },
    additionalModelRequestFields: { anything: [1, { goes: null }] },
    requestMetadata: { run: '1' },
    performanceConfig: { latency: 'optimized' },
    serviceTier: null,
  }
  assert.equal(check('ConverseStream', body), undefined)
  assert.equal(check('CountTokens', { input: { converse: { messages } } }), undefined)
  assert.match(check('CountTokens', { input: {} })?.message ?? '', /must set one of/)
})

test('a kind of schema that the walk does not know is an error, not a gap', () => {
  const isNot = () => false
  const kinds = 'Union Struct List Map Document Blob String Boolean Numeric'.split(' ')
  const unknown = Object.fromEntries(kinds.map((kind) => [`is${kind}Schema`, isNot]))
  const schema = { ...unknown, getName: () => 'Hologram' } as unknown as Schema
  assert.throws(() => compiler({})(schema), /Hologram is of a kind that the emulator cannot check/)
})

/**
 * The rules for conversations were written for these members. When an SDK update adds one, decide what Bedrock's rule for
 * it is, write it into `conversation.ts` or `block.ts` if there is one, and then add it here.
 */
test('the SDK has no members of a request that the rules were not written for', () => {
  const members = (schema: unknown) => [...NormalizedSchema.of(schema as never).structIterator()].map(([name]) => name)
  assert.deepEqual(members(sdk.ConverseStreamRequest$), [
    'modelId',
    'messages',
    'system',
    'inferenceConfig',
    'toolConfig',
    'guardrailConfig',
    'additionalModelRequestFields',
    'promptVariables',
    'additionalModelResponseFieldPaths',
    'requestMetadata',
    'performanceConfig',
    'serviceTier',
    'outputConfig',
  ])
  assert.deepEqual(members(sdk.ConverseRequest$), members(sdk.ConverseStreamRequest$))
  assert.deepEqual(members(sdk.Message$), ['role', 'content'])
  assert.deepEqual(members(sdk.ContentBlock$), [
    'text',
    'image',
    'document',
    'video',
    'audio',
    'toolUse',
    'toolResult',
    'guardContent',
    'cachePoint',
    'reasoningContent',
    'citationsContent',
    'searchResult',
    'toolAddition',
    'toolRemoval',
  ])
  assert.deepEqual(members(sdk.ToolResultContentBlock$), ['json', 'text', 'image', 'document', 'video', 'searchResult'])
  assert.deepEqual(members(sdk.SystemContentBlock$), ['text', 'guardContent', 'cachePoint'])
  assert.deepEqual(members(sdk.Tool$), ['toolSpec', 'systemTool', 'cachePoint'])
  assert.deepEqual(members(sdk.ToolChoice$), ['auto', 'any', 'tool'])
  assert.deepEqual(members(sdk.InferenceConfiguration$), ['maxTokens', 'temperature', 'topP', 'stopSequences'])
  assert.deepEqual(members(sdk.ReasoningContentBlock$), ['reasoningText', 'redactedContent'])
  assert.deepEqual(members(sdk.CountTokensInput$), ['invokeModel', 'converse'])
})

test('each list of allowed values belongs to a member that the schemas have', () => {
  const shapes = sdk as unknown as Record<string, unknown>
  for (const place of Object.keys(enums(sdk))) {
    const [shape, member] = place.split('.') as [string, string]
    const names = [...NormalizedSchema.of(shapes[`${shape}$`] as never).structIterator()].map(([name]) => name)
    assert.ok(names.includes(member), place)
  }
})
