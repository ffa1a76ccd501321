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

test('another number, direction, source or date is a change of what stands', () => {
  const byMarch = { ...date, phrase: 'by March 2027', reasoning: '"by March 2027": That is March.' }
  const asked = user('Bitcoin will be above $150k by March 2027')
  const before = made(asked, [byMarch])
  assert.equal(before.data.verification_method.criteria[1], 'The value has been at or above $150k at least once.')
  const so = [asked, { role: 'assistant', content: before.content }] as Message[]
  const claims = (text: string): string => answer([...so, user(text)]).data.prediction_statement.replace(/ \(.*/, '')
  assert.equal(claims('actually 200k'), 'Bitcoin will be above $200k by March 2027')
  assert.equal(claims('no, below 100k'), 'Bitcoin will be below $100k by March 2027')
  assert.equal(claims('I meant $99,500.'), 'Bitcoin will be above $99,500 by March 2027')
  assert.equal(answer([...so, user('make it 200k')]).data.verification_date, before.data.verification_date)
  const { source, steps } = answer([...so, user('change the source to Kraken')]).data.verification_method
  assert.equal(source[0], 'Kraken')
  assert.match(steps[1], /^Look at Kraken/)
  const moved = made(user('before summer'), [{ ...date, phrase: 'before summer' }], so)
  assert.match(moved.data.prediction_statement, /^Bitcoin will be above \$150k \(until/)
})

test('a day that does not exist is asked for again, and the answer completes the claim', () => {
  const noDay = { found: false, reasoning: '"31 April" is no day of the calendar. Ask which day is meant.' }
  const asked = user('It is warm in Rome on 31 April')
  const lost = made(asked, [noDay])
  assert.equal(lost.data, undefined)
  assert.equal(lost.words, 'There is no 31 April in the calendar. Which day do you mean?')
  const so = [asked, { role: 'assistant', content: lost.content }] as Message[]
  const then = made(user('30 April then'), [{ ...date, phrase: '30 April' }], so)
  assert.match(then.data.prediction_statement, /^It is warm in Rome \(until/)
})

test('a date of which the tool has understood only a part is asked for, and no other is proposed', () => {
  const reasoning =
    'Of "the first Monday of term" only a part was understood, so no date was taken from it. Ask for the date in other words.'
  const lost = made(user('It rains in Rome on the first Monday of term'), [{ found: false, reasoning }])
  assert.equal(lost.data, undefined)
  assert.match(lost.words, /^Of “the first Monday of term” I understand only a part, and will not guess the rest\./)
})

for (const [claim, source, criterion] of [
  ['Nvidia closes over 300 by Friday', /stock exchange/, 'The value has been at or above 300 at least once.'],
  [
    'Gold > $5000/oz by end of Q2',
    /exchange where it is traded/,
    'The value has been at or above $5000 at least once.',
  ],
  ['Inflation will be under 2% by year end', /statistics office/, 'The value has been at or below 2% at least once.'],
  ['A 7.0 earthquake hits Tokyo', /Geological Survey/, 'The value has been at or above 7.0 at least once.'],
  ['Leeds will finish in the top 4 this season', /organiser/, 'The final place is 4 or better.'],
] as const) {
  test(`knows where to look for: ${claim}`, () => {
    const { verification_method } = made(user(claim)).data
    assert.match(verification_method.source[0], source)
    assert.equal(verification_method.criteria[1], criterion)
  })
}

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
