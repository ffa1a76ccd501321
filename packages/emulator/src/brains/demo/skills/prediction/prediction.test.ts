import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContentBlock, ConverseRequest, Message } from '../../../../wire.ts'
import { demoBrain } from '../../demo.ts'

const model = { id: 'm', name: 'Claude', provider: 'Anthropic', contextTokens: 200_000, maxOutputTokens: 64_000 }
const spec = (name: string, properties: object) => ({
  toolSpec: { name, description: name, inputSchema: { json: { type: 'object', properties } } },
})
const text = { type: 'string' }
const tools = [
  spec('current_time', { zone: text }),
  spec('parse_date_with_timezone', { text, zone: text }),
  spec('propose_verdict', { prediction: text, verdict: text, evidence: { type: 'array' }, reasoning: text }),
]
const system = 'Answer in two sections:\n<words>\nWords.\n</words>\n<data>\nJSON {"prediction_statement": …}\n</data>'

interface Answer {
  readonly words: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever it wrote
  readonly data: any
  readonly calls: readonly { readonly name: string; readonly input: unknown }[]
  readonly content: ContentBlock[]
}

/** What it answers to a conversation. */
function answer(messages: readonly Message[], offered: readonly object[] = tools): Answer {
  const request = { system: [{ text: system }], messages, toolConfig: { tools: offered } } as ConverseRequest
  const signal = new AbortController().signal
  const { pieces } = demoBrain().answer({ model, request, signal, number: 1 } as never) as { pieces: Iterable<never> } // it waits for nothing
  let said = ''
  const calls: { name: string; json: string }[] = []
  for (const piece of pieces as Iterable<{ type: string; text?: string; name?: string; json?: string }>) {
    if (piece.type === 'text') said += piece.text
    if (piece.type === 'tool') calls.push({ name: piece.name!, json: '' })
    if (piece.type === 'tool-input') calls.at(-1)!.json += piece.json
  }
  const data = /<data>([\s\S]*)<\/data>/.exec(said)?.[1]
  return {
    words: /<words>\s*([\s\S]*?)\s*<\/words>/.exec(said)?.[1] ?? '',
    data: data === undefined ? undefined : JSON.parse(data),
    calls: calls.map(({ name, json }) => ({ name, input: JSON.parse(json) })),
    content: [
      ...(said === '' ? [] : [{ text: said }]),
      ...calls.map(({ name, json }, i) => ({
        toolUse: { toolUseId: `t${messages.length}-${i}`, name, input: JSON.parse(json) },
      })),
    ],
  }
}

const user = (...texts: string[]): Message => ({ role: 'user', content: texts.map((text) => ({ text })) })
const clock = { instant: '2026-11-20T12:00:00Z' }
const date = {
  found: true,
  instant: '2027-03-31T14:59:59Z',
  local: '2027-03-31T23:59:59+09:00',
  zone: 'Asia/Tokyo',
  reasoning: 'Until the end of March.',
}

/** The whole way of one prediction: the clock, the date, the document. */
function made(first: Message, dates: readonly object[] = [date], before: readonly Message[] = []): Answer {
  return answer([clock, ...dates].reduce(afterResult, [...before, first]))
}

/** The conversation after a tool has given what it was called for. */
function afterResult(messages: readonly Message[], value: object): readonly Message[] {
  const { content } = answer(messages)
  const toolUseId = content.flatMap(({ toolUse }) => toolUse?.toolUseId ?? [])[0]
  const result = { toolUseId, content: [{ text: JSON.stringify(value) }], status: 'success' }
  return [...messages, { role: 'assistant', content }, { role: 'user', content: [{ toolResult: result }] } as Message]
}

test('it asks the clock, has the date understood in the zone of the user, and writes the prediction', () => {
  const asked = user("[The user's time zone is Asia/Tokyo.]", 'The Nikkei 225 will close above 60,000 by March 2027')
  const first = answer([asked])
  assert.deepEqual(first.calls, [{ name: 'current_time', input: { zone: 'Asia/Tokyo' } }])
  assert.match(first.words, /clock|time|day/)
  const second = answer(afterResult([asked], clock))
  assert.deepEqual(second.calls, [
    {
      name: 'parse_date_with_timezone',
      input: { text: 'The Nikkei 225 will close above 60,000 by March 2027', zone: 'Asia/Tokyo' },
    },
  ])
  const { data, words } = made(asked)
  assert.equal(
    data.prediction_statement,
    'The Nikkei 225 will close above 60,000 by March 2027 (until 31 March 2027, 23:59 in Asia/Tokyo).',
  )
  assert.equal(data.verification_date, '2027-03-31T14:59:59Z')
  assert.equal(data.date_reasoning, 'Until the end of March.')
  assert.equal(data.initial_status, 'pending')
  assert.ok(!('confidence' in data))
  for (const list of Object.values(data.verification_method)) assert.ok(Array.isArray(list) && list.length > 0)
  assert.match(words, /demo model/)
})

test('questions and opinions become claims, stated confidence a number', () => {
  const statement = (text: string) => made(user(text)).data.prediction_statement.replace(/ \(until.*/, '')
  assert.equal(
    statement('Will Norway win gold in biathlon by March 2027?'),
    'Norway will win gold in biathlon by March 2027',
  )
  assert.equal(statement('I bet that it snows in Oslo before Christmas!'), 'It snows in Oslo before Christmas')
  assert.equal(statement("I'm 80% sure that we ship version 2 by the end of Q3"), 'We ship version 2 by the end of Q3')
  assert.equal(made(user("I'm 80% sure that we ship version 2 by the end of Q3")).data.confidence, 0.8)
})

test('where the words name no date, it proposes one and says so', () => {
  const none = { found: false, reasoning: 'No date was found.' }
  const asked = user('Our team wins the league')
  assert.deepEqual(made(asked, [none]).calls, [
    { name: 'parse_date_with_timezone', input: { text: 'by the end of the year', zone: 'UTC' } },
  ])
  assert.match(made(asked, [none, date]).words, /proposed the end of the year/)
  const lost = made(asked, [none, none])
  assert.equal(lost.data, undefined)
  assert.match(lost.words, /by when/)
})

test('a later message changes the date or the confidence, and keeps the rest', () => {
  const asked = user('Copper trades above 12,000 dollars by March 2027, 60% sure')
  const before = made(asked)
  const so = [asked, { role: 'assistant', content: before.content }] as Message[]
  const moved = made(user('Make it by June 2027'), [{ instant: '2027-06-30T23:59:59Z', reasoning: 'June.' }], so)
  assert.equal(moved.data.verification_date, '2027-06-30T23:59:59Z')
  assert.match(moved.data.prediction_statement, /^Copper trades above 12,000 dollars/)
  assert.equal(moved.data.confidence, 0.6)
  const surer = answer([...so, user("Actually I'm 90% sure")])
  assert.deepEqual(surer.data, { ...before.data, confidence: 0.9 })
  assert.match(answer([...so, user('How will it be checked?')]).words, /It is true if/)
})

test('nonsense and small talk get a question back, and no prediction', () => {
  for (const text of ['asdf', 'hm', 'sdfg qwer zxcv', '???', 'Hello', 'Hi there', 'thanks a lot', 'What can you do?']) {
    const { data, calls, words } = answer([user(text)])
    assert.deepEqual([data, calls], [undefined, []], text)
    assert.ok(words.length > 10, text)
  }
})

test('without a tool for dates it says that it cannot date anything', () => {
  const { data, words } = answer([user('It rains in Bergen tomorrow')], [])
  assert.equal(data, undefined)
  assert.match(words, /no tool/)
})

test('of a prediction that has come due it claims nothing that it cannot see', () => {
  const due = user('The prediction d_abc has come due: "It rains"\n\nSources:\n- yr.no')
  const { calls } = answer([due])
  assert.equal(calls[0]?.name, 'propose_verdict')
  assert.deepEqual(
    { ...(calls[0]?.input as object), reasoning: '' },
    {
      prediction: 'd_abc',
      verdict: 'inconclusive',
      evidence: ['yr.no: could not be looked at, as the demo model has no way to reach it.'],
      reasoning: '',
    },
  )
  const told = answer(afterResult([due], { ok: true }))
  assert.match(told.words, /inconclusive/)
  assert.deepEqual(told.calls, [])
})
