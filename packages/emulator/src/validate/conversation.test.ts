import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ConverseStreamCommandInput } from '@aws-sdk/client-bedrock-runtime'
import fc from 'fast-check'
import type { ContentBlock, ConverseRequest, Message } from '../wire.ts'
import { CLAUDE, checkConversation, type ModelLimits } from './conversation.ts'

const user = (...content: (string | ContentBlock)[]): Message => ({ role: 'user', content: content.map(block) })
const assistant = (...content: (string | ContentBlock)[]): Message => ({
  role: 'assistant',
  content: content.map(block),
})
const use = (toolUseId: string): ContentBlock => ({ toolUse: { toolUseId, name: 'clock', input: {} } })
const result = (toolUseId: string): ContentBlock => ({ toolResult: { toolUseId, content: [{ text: 'noon' }] } })
const tool = (name = 'clock', json: unknown = { type: 'object' }) => ({ toolSpec: { name, inputSchema: { json } } })
const toolConfig = { tools: [tool()] }
const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(20)])
const image = (bytes: Buffer = png): ContentBlock => ({
  image: { format: 'png', source: { bytes: bytes.toString('base64') } },
})
const document = (name: string): ContentBlock => ({ document: { format: 'pdf', name, source: { bytes: 'JVBERg==' } } })
const thoughts = (signature?: string): ContentBlock => ({
  reasoningContent: { reasoningText: { text: 'Hm.', signature } },
})
const cachePoint: ContentBlock = { cachePoint: { type: 'default' } }
const thinking = { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1_024 } } }

function block(content: string | ContentBlock): ContentBlock {
  return typeof content === 'string' ? { text: content } : content
}

const refused: readonly [title: string, request: ConverseRequest, says: RegExp, model?: ModelLimits][] = [
  ['no messages', {}, /must start with a user message/],
  ['the assistant first', { messages: [assistant('Hi'), user('Hi')] }, /must start with a user message/],
  ['two users in a row', { messages: [user('Hi'), user('Hi')] }, /must alternate/],
  ['two assistants in a row', { messages: [user('Hi'), assistant('a'), assistant('b'), user('c')] }, /must alternate/],
  ['an empty message', { messages: [user()] }, /content field in the Message object at messages.0 is empty/],
  ['an empty answer in the history', { messages: [user('a'), assistant(), user('b')] }, /messages.1 is empty/],
  ['only a cache point', { messages: [user(cachePoint)] }, /only cachePoint/],
  ['blank text', { messages: [user(' \n\t')] }, /messages.0.content.0 is blank/],
  ['blank system text', { system: [{ text: ' ' }], messages: [user('a')] }, /system.0 is blank/],
  ['half a surrogate pair', { messages: [user('\ud83d')] }, /lone surrogate/],
  [
    'half a pair in a tool input',
    {
      toolConfig,
      messages: [
        user('a'),
        assistant({ toolUse: { toolUseId: 'x', name: 'clock', input: { a: '\udc00' } } }),
        user(result('x')),
      ],
    },
    /lone surrogate/,
  ],
  [
    'a tool call without its result',
    { toolConfig, messages: [user('a'), assistant(use('x')), user('b')] },
    /Expected toolResult blocks at messages.2.content for the following Ids: x/,
  ],
  [
    'one of two results',
    { toolConfig, messages: [user('a'), assistant(use('x'), use('y')), user(result('x'))] },
    /following Ids: y/,
  ],
  [
    'a result too many',
    { toolConfig, messages: [user('a'), assistant(use('x')), user(result('x'), result('y'))] },
    /exceeds the number of toolUse/,
  ],
  [
    'the same result twice',
    { toolConfig, messages: [user('a'), assistant(use('x')), user(result('x'), result('x'))] },
    /exceeds the number of toolUse/,
  ],
  [
    'a result for nothing',
    { toolConfig, messages: [user('a'), assistant('b'), user(result('x'))] },
    /exceeds the number of toolUse/,
  ],
  ['a result in the first message', { toolConfig, messages: [user(result('x'))] }, /exceeds the number of toolUse/],
  [
    'a result one turn late',
    { toolConfig, messages: [user('a'), assistant(use('x')), user('b'), assistant('c'), user(result('x'))] },
    /messages.2.content/,
  ],
  [
    'words before the results',
    { toolConfig, messages: [user('a'), assistant(use('x')), user('so', result('x'))] },
    /immediately after: x/,
  ],
  [
    'an id used twice',
    {
      toolConfig,
      messages: [user('a'), assistant(use('x')), user(result('x')), assistant(use('x')), user(result('x'))],
    },
    /must be unique/,
  ],
  [
    'an id used twice at once',
    { toolConfig, messages: [user('a'), assistant(use('x'), use('x')), user(result('x'), result('x'))] },
    /must be unique/,
  ],
  [
    'an id with other signs',
    { toolConfig, messages: [user('a'), assistant(use('x y')), user(result('x y'))] },
    /pattern/,
  ],
  [
    'a history of tools without toolConfig',
    { messages: [user('a'), assistant(use('x')), user(result('x'))] },
    /toolConfig field must be defined/,
  ],
  ['a tool call by the user', { toolConfig, messages: [user(use('x'))] }, /only allowed in messages of the assistant/],
  [
    'a tool input that is no object',
    {
      toolConfig,
      messages: [user('a'), assistant({ toolUse: { toolUseId: 'x', name: 'clock', input: 'now' } }), user(result('x'))],
    },
    /Provide a json object/,
  ],
  [
    'an error without words',
    {
      toolConfig,
      messages: [
        user('a'),
        assistant(use('x')),
        user({ toolResult: { toolUseId: 'x', status: 'error', content: [] } }),
      ],
    },
    /cannot be empty when status value is error/,
  ],
  [
    'a blank result',
    {
      toolConfig,
      messages: [user('a'), assistant(use('x')), user({ toolResult: { toolUseId: 'x', content: [{ text: '' }] } })],
    },
    /is blank/,
  ],
  [
    'a result that is a JSON list',
    {
      toolConfig,
      messages: [user('a'), assistant(use('x')), user({ toolResult: { toolUseId: 'x', content: [{ json: [] }] } })],
    },
    /Provide a json object/,
  ],
  ['no tools in toolConfig', { toolConfig: { tools: [] }, messages: [user('a')] }, /greater than or equal to 1/],
  ['a tool name with a space', { toolConfig: { tools: [tool('my tool')] }, messages: [user('a')] }, /pattern/],
  ['a tool name of 65 signs', { toolConfig: { tools: [tool('a'.repeat(65))] }, messages: [user('a')] }, /pattern/],
  ['two tools of one name', { toolConfig: { tools: [tool(), tool()] }, messages: [user('a')] }, /must be unique/],
  [
    'a tool input schema of no object',
    { toolConfig: { tools: [tool('a', { type: 'string' })] }, messages: [user('a')] },
    /must be one of the following: object/,
  ],
  [
    'a choice of no tool',
    { toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'other' } } }, messages: [user('a')] },
    /not among the tools/,
  ],
  ['tools for a model without', { toolConfig, messages: [user('a')] }, /support tool use/, { ...CLAUDE, tools: false }],
  ['a pending call at the end', { toolConfig, messages: [user('a'), assistant(use('x'))] }, /Expected toolResult/],
  ['a prefill with a space at its end', { messages: [user('a'), assistant('b ')] }, /trailing whitespace/],
  [
    'a prefill where there is none',
    { messages: [user('a'), assistant('b')] },
    /does not support assistant message prefill/,
    { ...CLAUDE, prefill: false },
  ],
  [
    'an image by the assistant',
    { messages: [user('a'), assistant(image()), user('b')] },
    /only allowed in messages of the user/,
  ],
  ['an image for a blind model', { messages: [user(image())] }, /support the image/, { ...CLAUDE, images: false }],
  [
    'an image that is another',
    { messages: [user(image(Buffer.from('\xff\xd8\xff\xe0 and more here', 'latin1')))] },
    /appears to be a image\/jpeg/,
  ],
  [
    'an image that is none',
    { messages: [user(image(Buffer.from('hello, I am some text')))] },
    /Could not process image/,
  ],
  [
    'an image that is too big',
    { messages: [user(image(Buffer.concat([png, Buffer.alloc(3.75 * 1024 * 1024)])))] },
    /exceeds 5 MB/,
  ],
  ['21 images', { messages: [user(...Array.from({ length: 21 }, () => image()))] }, /maximum number of images is 20/],
  ['6 documents', { messages: [user('a', ...'abcdef'.split('').map(document))] }, /maximum number of documents is 5/],
  ['a document without words', { messages: [user(document('a'))] }, /has a document but no text/],
  [
    'a document with a dot in its name',
    { messages: [user('a', document('a.pdf'))] },
    /document file name can only contain/,
  ],
  [
    'a document name with two spaces',
    { messages: [user('a', document('a  b'))] },
    /document file name can only contain/,
  ],
  ['two documents of one name', { messages: [user('a', document('a'), document('a'))] }, /must be unique/],
  ['a video for Claude', { messages: [user('a', { video: {} })] }, /support the video/],
  [
    'reasoning without its signature',
    { messages: [user('a'), assistant(thoughts(), 'b'), user('c')] },
    /thinking.signature: Field required/,
  ],
  ['reasoning by the user', { messages: [user(thoughts('s'))] }, /only allowed in messages of the assistant/],
  [
    '5 cache points',
    { messages: Array.from({ length: 9 }, (_, i) => (i % 2 ? assistant('b') : user('a', cachePoint))) },
    /maximum of 4/,
  ],
  ['a cache point with nothing before it', { messages: [user(cachePoint, 'a')] }, /no content before it/],
  ['maxTokens 0', { inferenceConfig: { maxTokens: 0 }, messages: [user('a')] }, /greater than or equal to 1/],
  [
    'maxTokens above the limit',
    { inferenceConfig: { maxTokens: 64_001 }, messages: [user('a')] },
    /exceeds the model limit of 64000/,
  ],
  ['a temperature of 1.1', { inferenceConfig: { temperature: 1.1 }, messages: [user('a')] }, /less than or equal to 1/],
  [
    'a negative temperature',
    { inferenceConfig: { temperature: -0.1 }, messages: [user('a')] },
    /greater than or equal to 0/,
  ],
  ['a topP of 2', { inferenceConfig: { topP: 2 }, messages: [user('a')] }, /topP/],
  ['a blank stop sequence', { inferenceConfig: { stopSequences: [' '] }, messages: [user('a')] }, /non-whitespace/],
  [
    'thinking with too small a budget',
    { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 100 } }, messages: [user('a')] },
    /1024/,
  ],
  [
    'thinking with no room for an answer',
    { ...thinking, inferenceConfig: { maxTokens: 1_024 }, messages: [user('a')] },
    /must be greater than/,
  ],
  [
    'thinking with a temperature',
    { ...thinking, inferenceConfig: { temperature: 0.5 }, messages: [user('a')] },
    /may only be set to 1/,
  ],
  [
    'thinking with a forced tool',
    { ...thinking, toolConfig: { ...toolConfig, toolChoice: { any: {} } }, messages: [user('a')] },
    /forces tool use/,
  ],
  [
    'thinking whose thoughts are lost',
    { ...thinking, toolConfig, messages: [user('a'), assistant(use('x')), user(result('x'))] },
    /but found `tool_use`/,
  ],
  [
    'thinking by a model that does not',
    { ...thinking, messages: [user('a')] },
    /not supported/,
    { ...CLAUDE, thinking: false },
  ],
  [
    'a temperature where there is none',
    { inferenceConfig: { temperature: 0.7 }, messages: [user('a')] },
    /`temperature` is deprecated/,
    { ...CLAUDE, sampling: false },
  ],
  [
    'a topP where there is none',
    { inferenceConfig: { topP: 0.9 }, messages: [user('a')] },
    /`top_p` is deprecated/,
    { ...CLAUDE, sampling: false },
  ],
  [
    'a budget where thinking is adaptive',
    { ...thinking, messages: [user('a')] },
    /Use "thinking.type.adaptive"/,
    { ...CLAUDE, thinking: 'adaptive' },
  ],
  [
    'adaptive thinking where it takes a budget',
    { additionalModelRequestFields: { thinking: { type: 'adaptive' } }, messages: [user('a')] },
    /adaptive thinking is not supported/,
    { ...CLAUDE, thinking: 'budget' },
  ],
  [
    'a prompt that is too long',
    { messages: [user('word '.repeat(170_000))] },
    /prompt is too long: \d+ tokens > 200000 maximum/,
  ],
  [
    'a prompt too long for another maker',
    { messages: [user('word '.repeat(170_000))] },
    /Input is too long/,
    { ...CLAUDE, provider: 'Amazon' },
  ],
]

suite('a conversation is refused for', () => {
  for (const [title, request, says, model] of refused) {
    test(title, () => assert.match(checkConversation(request, model) ?? 'nothing', says))
  }
})

const accepted: readonly [title: string, request: ConverseRequest][] = [
  ['one question', { messages: [user('Hi')] }],
  [
    'tools at work',
    {
      toolConfig,
      messages: [user('a'), assistant('Wait.', use('x'), use('y')), user(result('y'), result('x'), 'and?')],
    },
  ],
  [
    'thinking tools at work',
    { ...thinking, toolConfig, messages: [user('a'), assistant(thoughts('s'), use('x')), user(result('x'))] },
  ],
  [
    'an empty result that is no error',
    { toolConfig, messages: [user('a'), assistant(use('x')), user({ toolResult: { toolUseId: 'x', content: [] } })] },
  ],
  ['images and documents with words', { messages: [user('See', image(), document('report (2) [final]-v1'))] }],
  [
    'bytes as an SDK has them',
    { messages: [user({ image: { format: 'png', source: { bytes: new Uint8Array(png) } } })] },
  ],
  [
    '4 cache points',
    {
      toolConfig: { tools: [tool(), cachePoint] },
      system: [{ text: 'a' }, cachePoint],
      messages: [user('a', cachePoint), assistant('b', cachePoint), user('c')],
    },
  ],
  ['a prefill', { messages: [user('a'), assistant('b')] }],
  [
    'a system message in between',
    { messages: [user('a'), assistant('b'), { role: 'system', content: [{ text: 'Be brief.' }] }, user('c')] },
  ],
  [
    'redacted reasoning',
    { messages: [user('a'), assistant({ reasoningContent: { redactedContent: 'AAAA' } }, 'b'), user('c')] },
  ],
]

suite('a conversation is accepted with', () => {
  for (const [title, request] of accepted) test(title, () => assert.equal(checkConversation(request), undefined))
})

test('takes what the AWS SDK takes', () => {
  const input: ConverseStreamCommandInput = { modelId: 'm', messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }
  assert.equal(checkConversation(input), undefined)
})

test('any well-formed history of turns and tools is accepted', () => {
  const turn = fc.record({ calls: fc.nat({ max: 3 }), text: fc.boolean() })
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 12 }), (turns) => {
      const messages: Message[] = [user('start')]
      turns.forEach(({ calls, text }, i) => {
        const ids = Array.from({ length: calls }, (_, j) => `t${i}-${j}`)
        messages.push(assistant(...(text || calls === 0 ? ['said'] : []), ...ids.map(use)))
        messages.push(user(...ids.map(result), ...(text || calls === 0 ? ['more'] : [])))
      })
      assert.equal(checkConversation({ toolConfig, messages }), undefined)
    }),
    { numRuns: 2_000 },
  )
})
