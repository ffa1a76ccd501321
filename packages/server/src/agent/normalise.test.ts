import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkConversation } from '@streambed/emulator'
import type { CallId } from '@streambed/protocol'
import fc from 'fast-check'
import { converseInput } from '../model/bedrock/request.ts'
import { featuresOf } from '../model/catalog.ts'
import type { ModelContent, ModelMessage } from '../model/model.ts'
import { normalise } from './normalise.ts'

const HISTORIES = Number(process.env.HISTORIES ?? 100_000)
const MODELS = ['us.anthropic.claude-haiku-4-5', 'us.amazon.nova-pro-v1:0']

test('no history is refused once it is repaired, and repairing it again changes nothing', () => {
  fc.assert(
    fc.property(histories(), (history) => {
      const repaired = normalise(history)
      for (const model of MODELS) assert.equal(refusal(repaired, model), undefined)
      assert.deepEqual(normalise(repaired), repaired)
    }),
    { numRuns: HISTORIES },
  )
})

test('what is whole stays as it is', () => {
  const whole: ModelMessage[] = [
    user(text('What time is it?'), document('notes')),
    assistant({ type: 'reasoning', text: 'Hm.', signature: 'sig' }, text('Let me see.'), use('a'), use('b')),
    user(result('a'), result('b')),
    assistant(text('Noon.')),
    user(text('Thanks.'), image()),
  ]
  assert.deepEqual(normalise(whole), whole)
})

test('neighbours become one message, and it begins and ends with the user', () => {
  const messages = [
    assistant(text('Hello.')),
    user(text('One.')),
    user(text('Two.')),
    assistant(text('Three.')),
    assistant(text('Four.')),
    user(text('Five.')),
    assistant(text('Six.')),
  ]
  assert.deepEqual(normalise(messages), [
    user(text('One.'), text('Two.')),
    assistant(text('Three.'), text('Four.')),
    user(text('Five.')),
  ])
})

test('a call that has no result goes, and so does a result that has no call', () => {
  const messages = [
    user(text('Go.'), result('ghost')),
    assistant(use('a'), use('b')),
    user(result('b'), result('b'), text('And?')),
    assistant(use('c')),
    user(text('Well?')),
  ]
  assert.deepEqual(normalise(messages), [
    user(text('Go.')),
    assistant(use('b')),
    user(result('b'), text('And?'), text('Well?')),
  ])
})

test('ids that come again are told apart, each with its own result', () => {
  const messages = [
    user(text('Go.')),
    assistant(use('a'), use('a')),
    user(result('a', 'first'), result('a', 'second')),
    assistant(use('a')),
    user(result('a', 'third')),
  ]
  assert.deepEqual(normalise(messages), [
    user(text('Go.')),
    assistant(use('a'), use('a-2')),
    user(result('a', 'first'), result('a-2', 'second')),
    assistant(use('a-3')),
    user(result('a-3', 'third')),
  ])
})

test('results stand first in their message, in the order of their calls', () => {
  const messages = [user(text('Go.')), assistant(use('a'), use('b')), user(text('Hm.'), result('b'), result('a'))]
  assert.deepEqual(normalise(messages)[2], user(result('a'), result('b'), text('Hm.')))
})

test('reasoning goes where its seal is missing, and where nothing follows it', () => {
  const messages = [
    user(text('Go.')),
    assistant({ type: 'reasoning', text: 'Unsealed.' }, text('Yes.'), {
      type: 'reasoning',
      text: '',
      redacted: 'cmVk',
    }),
    user(text('On.')),
  ]
  assert.deepEqual(normalise(messages)[1], assistant(text('Yes.')))
})

test('the newest 20 images and 5 documents are kept', () => {
  const many = Array.from({ length: 30 }, (_, i) => user(text(`${i}`), image(), document('notes')))
  const blocks = normalise(many).flatMap(({ content }) => content)
  assert.equal(blocks.filter(({ type }) => type === 'image').length, 20)
  const documents = blocks.filter((block) => block.type === 'document')
  assert.equal(documents.length, 5)
  assert.deepEqual(blocks.slice(0, 3), [
    text('0'),
    text('[An older image was left out.]'),
    text('[The older document "notes" was left out.]'),
  ])
  assert.equal(blocks.at(-1)?.type, 'document')
})

test('a history of nothing becomes a message that says so', () => {
  assert.deepEqual(normalise([]), [user(text('(empty message)'))])
  assert.deepEqual(normalise([user(text(' \n'))]), [user(text('(empty message)'))])
})

test('what people do not see is not shown to the model, but flags are', () => {
  const [tags, bytes, flag] = [
    '\u{E0053}\u{E0065}\u{E006E}\u{E0064}',
    '\u{E0101}\u{E01EF}',
    '🏴\u{E0067}\u{E0062}\u{E007F}',
  ]
  const messages = [user(text(`a${tags}b${flag}`)), assistant(use('a')), user(result('a', `c${bytes}${tags}d`))]
  assert.deepEqual(normalise(messages), [user(text(`ab${flag}`)), assistant(use('a')), user(result('a', 'cd'))])
})

test('attachments that Bedrock would refuse become notes', () => {
  const pdf = { ...document('ünï/cöde\u0000 .pdf'), bytes: new Uint8Array(5_000_000) }
  const messages = [user({ ...image(), bytes: new Uint8Array(8) }, { ...document('a'), bytes: new Uint8Array() }, pdf)]
  assert.deepEqual(normalise(messages), [
    user(
      text('[An image could not be read.]'),
      text('[The document "a" is empty.]'),
      text('[The document "ünï/cöde\\u0000 .pdf" is too large to be shown.]'),
    ),
  ])
})

function refusal(messages: readonly ModelMessage[], model: string): string | undefined {
  const request = { model, system: 'You help.', messages, tools: [], maxTokens: 100 }
  return checkConversation(converseInput(request, featuresOf(model)))
}

/** Cheap to make, and full of what aborts, crashes and odd models leave behind. */
function histories(): fc.Arbitrary<ModelMessage[]> {
  const someText = fc.constantFrom('Hi', '', ' \n\t', '\ud83d', 'a\u0000b', '\u00a0', 'long '.repeat(50))
  const call = fc.constantFrom('a', 'b', 'c', '', 'ä!', 'x'.repeat(70)) as fc.Arbitrary<CallId>
  const type = <const Type extends string>(name: Type) => fc.constant(name)
  const block: fc.Arbitrary<ModelContent> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: type('text'), text: someText }) },
    {
      weight: 4,
      arbitrary: fc.record({
        type: type('tool-use'),
        call,
        name: fc.constantFrom('echo', '', 'no name!', 'y'.repeat(80)),
        input: fc.constantFrom<unknown>({}, { a: 1 }, null, 'text', [1], { '\ud800': ['\udc00', { b: '\ud83d' }] }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ type: type('tool-result'), call, ok: fc.boolean(), text: someText }) },
    fc.record({ type: type('reasoning'), text: someText }),
    fc.record({ type: type('reasoning'), text: someText, signature: fc.constantFrom('sig', '') }),
    fc.record({ type: type('reasoning'), text: someText, redacted: fc.constant('cmVk') }),
    fc.record({
      type: type('image'),
      mediaType: fc.constantFrom('image/png', 'image/jpeg'),
      bytes: fc.constantFrom(PNG, new Uint8Array(), new Uint8Array(20)),
    }),
    fc.record({
      type: type('document'),
      mediaType: fc.constantFrom('application/pdf', 'text/plain'),
      name: fc.constantFrom('notes', 'notes.pdf', 'a  b', '../../etc', '', 'z'.repeat(300), '\ud83d', 'notes-2'),
      bytes: fc.constantFrom(PNG, new Uint8Array()),
    }),
  )
  const blocks = fc.array(block, { maxLength: 5 })
  const message = fc.record({ role: fc.constantFrom('user' as const, 'assistant' as const), content: blocks })
  const calls = fc.array(fc.record({ call, isAnswered: fc.boolean() }), { maxLength: 4 })
  const exchange = fc
    .record({ calls, before: blocks, after: blocks })
    .map(({ calls, before, after }) => [
      assistant(...before, ...calls.map(({ call }) => use(call))),
      user(...calls.filter(({ isAnswered }) => isAnswered).map(({ call }) => result(call)), ...after),
    ])
  const some = fc.oneof(
    message.map((one) => [one]),
    exchange,
  )
  return fc.array(some, { maxLength: 5 }).map((parts) => parts.flat())
}

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13])

function user(...content: ModelContent[]): ModelMessage {
  return { role: 'user', content }
}

function assistant(...content: ModelContent[]): ModelMessage {
  return { role: 'assistant', content }
}

function text(words: string): ModelContent {
  return { type: 'text', text: words }
}

function use(call: string): ModelContent {
  return { type: 'tool-use', call: call as CallId, name: 'echo', input: {} }
}

function result(call: string, words = 'done'): ModelContent {
  return { type: 'tool-result', call: call as CallId, ok: true, text: words }
}

function image() {
  return { type: 'image', mediaType: 'image/png', bytes: PNG } as const
}

function document(name: string) {
  return { type: 'document', mediaType: 'application/pdf', name, bytes: PNG } as const
}
