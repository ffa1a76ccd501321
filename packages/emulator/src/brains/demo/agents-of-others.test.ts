import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ConverseRequest, Message } from '../../wire.ts'
import type { Piece } from '../brain.ts'
import { demoBrain } from './demo.ts'

const model = { id: 'm', name: 'Claude', provider: 'Anthropic', contextTokens: 200_000, maxOutputTokens: 64_000 }
const user = (text: string): Message => ({ role: 'user', content: [{ text }] })
const spec = (name: string, description: string, properties: object) => ({
  toolSpec: {
    name,
    description,
    inputSchema: { json: { type: 'object', properties, required: Object.keys(properties) } },
  },
})

const bookTable = spec(
  'book_table',
  'Books a table. Call it with what the guest has said so far: a form asks for the rest.',
  {
    name: { type: 'string', description: 'Who the table is for' },
    day: { type: 'string', format: 'date', description: 'The day, YYYY-MM-DD' },
    guests: { type: 'integer', minimum: 1, maximum: 12, description: 'How many will come' },
  },
)
const tables: ConverseRequest = {
  system: [{ text: 'You book tables. Call book_table at once and never make up a value.' }],
  toolConfig: { tools: [bookTable] },
}
const concierge: ConverseRequest = {
  system: [{ text: 'You help hotel guests plan their day. Ask current_time before suggesting anything.' }],
  toolConfig: {
    tools: [
      spec('current_time', 'The current date and time in a time zone.', {
        zone: { type: 'string', description: 'IANA name' },
      }),
    ],
  },
}

/** What came back when the tool lacked something, as the server puts it. */
const askedBack = (missing: string): string =>
  `book_table was not run. It still needs: ${missing}.\nThe user now sees a form for it, with what is known filled in.`

const called = (input: object, result: string, ok = false): Message[] => [
  { role: 'assistant', content: [{ toolUse: { toolUseId: 'c', name: 'book_table', input: input as never } }] },
  {
    role: 'user',
    content: [{ toolResult: { toolUseId: 'c', status: ok ? 'success' : 'error', content: [{ text: result }] } }],
  },
]

function answer(request: ConverseRequest, ...messages: readonly Message[]): Piece[] {
  const signal = new AbortController().signal
  const reply = demoBrain().answer({ model, request: { ...request, messages }, signal, number: 1 })
  return [...(reply as { pieces: Iterable<Piece> }).pieces]
}

function call(request: ConverseRequest, ...messages: readonly Message[]): unknown {
  const all = answer(request, ...messages)
  const tool = all.find((piece) => piece.type === 'tool')
  const json = all.map((piece) => (piece.type === 'tool-input' ? piece.json : '')).join('')
  return tool && [tool.name, JSON.parse(json)]
}

const words = (request: ConverseRequest, ...messages: readonly Message[]): string =>
  answer(request, ...messages)
    .map((piece) => (piece.type === 'text' ? piece.text : ''))
    .join('')

function nextFriday(): string {
  const today = new Date()
  const days = (5 - today.getUTCDay() + 7) % 7 || 7
  return new Date(today.getTime() + days * 86_400_000).toISOString().slice(0, 10)
}

suite('the demo model in an agent that it does not know', () => {
  test('calls the tool that its instructions name for every request, and not for a greeting', () => {
    for (const text of ['What now?', 'What can I do this afternoon?'])
      assert.deepEqual(call(concierge, user(text)), ['current_time', { zone: 'UTC' }], text)
    assert.equal(call(concierge, user('Hello')), undefined)
  })

  test('tells a tool that asks by a form what was said, and nothing else', () => {
    const said = call(tables, user('A table for two on Friday, please'))
    assert.deepEqual(said, ['book_table', { day: nextFriday(), guests: 2 }])
    assert.deepEqual(call(tables, user('I need a table')), ['book_table', {}])
    assert.deepEqual(call(tables, user('Book a table for Ada on 2027-05-01, 4 guests')), [
      'book_table',
      { name: 'Ada', day: '2027-05-01', guests: 4 },
    ])
  })

  test('asks for what such a tool lacks, and calls it again with what is said then', () => {
    const before = [user('A table for two, please'), ...called({ guests: 2 }, askedBack('name, day'))]
    assert.match(words(tables, ...before), /name.*day/)
    assert.equal(call(tables, ...before), undefined)

    const asked = { role: 'assistant', content: [{ text: 'What is the name, and the day?' }] }
    assert.deepEqual(call(tables, ...before, asked, user('For Ada, on 2027-05-01')), [
      'book_table',
      { guests: 2, name: 'Ada', day: '2027-05-01' },
    ])
    const nearly = [user('A table'), ...called({ guests: 2, day: '2027-05-01' }, askedBack('name')), asked]
    assert.deepEqual(call(tables, ...nearly, user('Ada')), [
      'book_table',
      { guests: 2, day: '2027-05-01', name: 'Ada' },
    ])
    assert.equal(call(tables, ...nearly, user('Thanks')), undefined)
  })

  test('finds the one tool of an agent by a word that only it has', () => {
    const complain = spec('file_complaint', 'Files a complaint of a guest.', {
      room: { type: 'integer', description: 'The room number' },
      what: { type: 'string', description: 'What is wrong' },
    })
    const hotel = { toolConfig: { tools: [complain] } }
    const text = 'The shower in room 204 is cold'
    assert.deepEqual(call(hotel, user(text)), ['file_complaint', { room: 204, what: text }])
    assert.equal(call(hotel, user('Tell me a joke')), undefined)
  })
})

test('counts in words and in digits', () => {
  assert.match(words({}, user('Count to twenty, in words')), /^one, two, three,[\s\S]* nineteen, twenty\.$/i)
  assert.match(words({}, user('Please count from 8 to 11')), /\b8, 9, 10, 11\b/)
})
