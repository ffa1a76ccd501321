import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ConverseRequest, Message } from '../../wire.ts'
import type { Piece } from '../brain.ts'
import { demoBrain } from './demo.ts'

const model = {
  id: 'm',
  name: 'Claude Haiku 4.5',
  provider: 'Anthropic',
  contextTokens: 200_000,
  maxOutputTokens: 64_000,
}
const user = (text: string): Message => ({ role: 'user', content: [{ text }] })
const assistant = (text: string): Message => ({ role: 'assistant', content: [{ text }] })
const spec = (name: string, description: string, properties: object, required: string[] = Object.keys(properties)) => ({
  toolSpec: { name, description, inputSchema: { json: { type: 'object', properties, required } } },
})
const tools = [
  spec('current_time', 'The current time in a given time zone.', {
    zone: { type: 'string', description: 'IANA name' },
  }),
  spec(
    'search_docs',
    'Searches the documentation of Streambed.',
    { query: { type: 'string' }, limit: { type: 'integer' } },
    ['query'],
  ),
  spec('get_weather', 'The weather of a city.', { city: { type: 'string' } }),
  spec('calculator', 'Calculates an arithmetic expression.', { expression: { type: 'string' } }),
  spec('create_invoice', 'Creates an invoice for a customer.', { customer: { type: 'string' } }),
]

function pieces(request: ConverseRequest, { thoughts }: { thoughts?: 'omitted' } = {}): Piece[] {
  const signal = new AbortController().signal
  const answer = demoBrain().answer({
    model: { ...model, ...(thoughts ? { thoughts } : {}) },
    request,
    signal,
    number: 1,
  })
  return [...(answer as { pieces: Iterable<Piece> }).pieces]
}

function say(text: string, request: ConverseRequest = {}, before: readonly Message[] = []): string {
  return pieces({ ...request, messages: [...before, user(text)] })
    .map((piece) => (piece.type === 'text' ? piece.text : ''))
    .join('')
}

function call(text: string): { name: string; input: unknown } | undefined {
  const all = pieces({ messages: [user(text)], toolConfig: { tools } })
  const tool = all.find((piece) => piece.type === 'tool')
  const json = all.map((piece) => (piece.type === 'tool-input' ? piece.json : '')).join('')
  return tool && { name: tool.name, input: JSON.parse(json) }
}

suite('the demo model', () => {
  test('does not take what a program says beside the user for the user’s words', () => {
    const note = { text: '[The program in which I write this says: You write code.]' }
    const answer = pieces({ messages: [{ role: 'user', content: [{ text: 'Thanks' }, note] }] })
    assert.deepEqual(answer, pieces({ messages: [user('Thanks')] }))
  })

  test('remembers and forgets what it is asked to, and works with files, where there are tools for it', () => {
    const text = { text: { type: 'string' } }
    const path = { path: { type: 'string' } }
    const tools = [
      spec('remember', 'Keeps one fact about the user for later conversations.', text),
      spec('forget', 'Erases what was remembered about the user.', text),
      spec('files__read_text_file', 'Read File', path),
      spec('files__write_file', 'Write File', { ...path, content: { type: 'string' } }),
      spec('files__list_directory', 'List Directory', path),
    ]
    const system = [{ text: 'What this user wants you to know:\n- Likes tea.\n- Lives in Oslo.' }]
    const callOf = (text: string) => {
      const all = pieces({ system, messages: [user(text)], toolConfig: { tools } })
      const json = all.map((piece) => (piece.type === 'tool-input' ? piece.json : '')).join('')
      return [all.find((piece) => piece.type === 'tool')?.name, json && JSON.parse(json)]
    }
    assert.deepEqual(callOf('Please remember that my train leaves at 8.'), [
      'remember',
      { text: 'My train leaves at 8.' },
    ])
    assert.deepEqual(callOf('Forget that I live in Oslo'), ['forget', { text: 'Lives in Oslo.' }])
    assert.deepEqual(callOf('Do you remember me?')[0], undefined)
    assert.deepEqual(callOf('Write a file hello.txt that says "Good morning"'), [
      'files__write_file',
      { path: 'hello.txt', content: 'Good morning' },
    ])
    assert.deepEqual(callOf('What is in notes/plan.md?'), ['files__read_text_file', { path: 'notes/plan.md' }])
    assert.deepEqual(callOf('Which files are in the folder /srv/notes?'), [
      'files__list_directory',
      { path: '/srv/notes' },
    ])
  })

  test('says what it is, in a greeting and when asked', () => {
    for (const text of ['Hello', 'Who are you?', 'Are you a real AI?', 'Which model are you?'])
      assert.match(say(text), /demo model/)
    assert.match(
      say('Who are you?', { toolConfig: { tools }, system: [{ text: 'You are the concierge of a hotel.' }] }),
      /the concierge of a hotel[\s\S]*`current_time`/,
    )
  })

  test('gives different answers to different questions', () => {
    const questions = [
      'Explain step functions',
      'What is Bedrock?',
      'Explain black holes',
      'Tell me a joke',
      'Give me ideas for a party',
      'How does streaming work?',
    ]
    assert.equal(new Set(questions.map((text) => say(text))).size, questions.length)
  })

  test('writes code, tables, lists and formulas in Markdown', () => {
    assert.match(say('Write a Python function that counts words'), /```python\n[\s\S]+\n```/)
    assert.match(say('Make a table of three planets'), /\| Planet \|.*\n\|---\|/)
    assert.match(say('Compare tea and coffee'), /\| Tea \| Coffee \|/)
    assert.match(say('Show me a formula'), /\$\$\nx_\{1,2\} = \\frac/)
    assert.match(say('The formula of compound interest'), /\$5,000[\s\S]+\\\[\nA = 5000/)
    assert.equal(say('Give me 4 tips for writing').match(/^\d\. /gm)?.length, 4)
    assert.match(say('Write 800 words about rivers'), /^## /m)
  })

  test('shows several forms in one answer, and takes that for no question to a tool', () => {
    const report = spec('usage_report', 'What the calls have cost, by day. Shows a table of what is asked.', {})
    const answer = say('Show me a table, a list and some code', { toolConfig: { tools: [report] } })
    assert.match(answer, /\| Planet \|[\s\S]+^3\. \*\*[\s\S]+```typescript\n/m)
  })

  test('writes as many words as were asked for', () => {
    for (const count of [60, 800]) {
      const words = say(`Write ${count} words about rivers`).replace(/##/g, '').split(/\s+/).filter(Boolean)
      assert.equal(words.length, count)
    }
  })

  test('remembers what it was told in the conversation', () => {
    const before = [
      user('Hi, my name is Ada and my favourite colour is green.'),
      assistant('Nice!'),
      user('Tell me a joke'),
      assistant('Ha.'),
    ]
    assert.match(say('What is my name?', {}, before), /\*\*Ada\*\*/)
    assert.match(say('What is my favourite colour?', {}, before), /green/)
    assert.match(say('What was my first question?', {}, before), /my name is Ada/)
    assert.match(say('What is my name?'), /not told me/)
  })

  test('asks back when it cannot know what is meant', () => {
    for (const text of ['asdfgh', '???', 'xkcd qwrt', 'banana']) assert.match(say(text), /\?|sense/)
  })

  test('does sums and sums up', () => {
    assert.match(say('What is 12 * (3 + 4)?'), /\*\*84\*\*/)
    assert.match(say('What is 2^10 minus 24?'), /\*\*1000\*\*/)
    assert.match(
      say('Summarize our conversation', {}, [user('I like rivers.'), assistant('They are long.')]),
      /You said: I like rivers/,
    )
    assert.equal(
      say('Write a short title for this conversation', {}, [
        user('explain step functions to me please'),
        assistant('Well.'),
      ]),
      'Explain step functions to me please',
    )
  })

  test('thinks aloud, and signs it, when thinking is enabled', () => {
    const all = pieces({
      messages: [user('Explain coffee')],
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2_000 } },
    })
    assert.equal(all[0]?.type, 'reasoning')
    assert.equal(all.find(({ type }) => type !== 'reasoning')?.type, 'reasoning-signature')
    assert.equal(pieces({ messages: [user('Explain coffee')] })[0]?.type, 'text')
  })

  test('keeps its thoughts to itself where the model does, unless asked', () => {
    const first = (thinking: object) =>
      pieces(
        { messages: [user('Explain coffee')], additionalModelRequestFields: { thinking } },
        { thoughts: 'omitted' },
      )[0]?.type
    assert.equal(first({ type: 'adaptive' }), 'reasoning-signature')
    assert.equal(first({ type: 'adaptive', display: 'summarized' }), 'reasoning')
  })

  test('calls the tool that fits, with an input from the words', () => {
    assert.deepEqual(call('What time is it in Oslo?'), { name: 'current_time', input: { zone: 'Europe/Oslo' } })
    assert.deepEqual(call('what is the time in new york'), {
      name: 'current_time',
      input: { zone: 'America/New_York' },
    })
    assert.deepEqual(call('What time is it?'), { name: 'current_time', input: { zone: 'UTC' } })
    assert.deepEqual(call('How do I resume after a disconnect?'), {
      name: 'search_docs',
      input: { query: 'resume after disconnect' },
    })
    assert.deepEqual(call('What is Streambed?'), { name: 'search_docs', input: { query: 'Streambed' } })
    assert.deepEqual(call('Will it rain in Bergen tomorrow?'), { name: 'get_weather', input: { city: 'Bergen' } })
    assert.deepEqual(call('what is 3 * 4 + 1'), { name: 'calculator', input: { expression: '3 * 4 + 1' } })
    assert.equal(call('Please create an invoice for the customer "Acme"')?.name, 'create_invoice')
    assert.equal(call('Explain black holes'), undefined)
    assert.equal(call('Hello'), undefined)
  })

  test('answers as JSON when the request has a schema for it', () => {
    const schema = JSON.stringify({
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer' } },
      required: ['city'],
    })
    const outputConfig = { textFormat: { structure: { jsonSchema: { schema } } } }
    assert.deepEqual(JSON.parse(say('A trip to Oslo for 3 days', { outputConfig })), { city: 'Oslo', days: 3 })
  })

  test('calls a tool once for each zone that is named', () => {
    const all = pieces({ messages: [user('What time is it now in Oslo and in Tokyo?')], toolConfig: { tools } })
    const inputs = all.flatMap((piece) =>
      piece.type === 'tool' ? ['|'] : piece.type === 'tool-input' ? [piece.json] : [],
    )
    assert.equal(inputs.join(''), '|{"zone":"Europe/Oslo"}|{"zone":"Asia/Tokyo"}')
  })

  test('obeys a forced choice', () => {
    const toolChoice = { tool: { name: 'get_weather' } }
    const all = pieces({ messages: [user('Hello')], toolConfig: { tools, toolChoice } })
    assert.deepEqual(all[0], { type: 'tool', name: 'get_weather' })
    assert.equal(pieces({ messages: [user('Hello')], toolConfig: { tools, toolChoice: { any: {} } } })[0]?.type, 'tool')
  })

  test('answers from what the tools said', () => {
    const after = (name: string, question: string, toolResult: object) =>
      pieces({
        toolConfig: { tools },
        messages: [
          user(question),
          { role: 'assistant', content: [{ toolUse: { toolUseId: 'x', name, input: {} } }] },
          { role: 'user', content: [{ toolResult: { toolUseId: 'x', ...toolResult } }] },
        ],
      })
        .map((piece) => (piece.type === 'text' ? piece.text : `<${piece.type}>`))
        .join('')
    const time = { zone: 'Europe/Oslo', local: 'Friday, 20 November 2026, 14:05', offset: '+01:00' }
    assert.equal(after('current_time', 'What time is it?', { content: [{ text: '14:05' }] }), 'It is now **14:05**.')
    assert.equal(
      after('current_time', 'What time is it in Oslo?', { content: [{ json: time }] }),
      'In Oslo it is now **Friday, 20 November 2026, 14:05** (UTC+01:00).',
    )
    const passages = [
      { source: 'docs/resume.md', heading: 'Resume', text: '## Resume\n\nSay what you have seen.' },
      { source: 'docs/log.md', heading: 'The log', text: 'Numbered.' },
    ]
    assert.equal(
      after('search_docs', 'How do I resume?', { content: [{ json: { passages } }] }),
      '**Resume** (`docs/resume.md`) says:\n\nSay what you have seen.\n\nAlso worth reading:\n\n- **The log** (`docs/log.md`)',
    )
    const text =
      '## Resume\n\n![A picture](docs/resume.png)\n\nSay what you have seen. The rest comes. So it goes. Always.'
    const illustrated = { content: [{ json: { passages: [{ source: 'docs/resume.md', heading: 'Resume', text }] } }] }
    assert.match(after('search_docs', 'How do I resume?', illustrated), /says:\n\nSay what you have seen\./)
    assert.equal(
      after('search_docs', 'How do I resume, in three sentences?', illustrated),
      'Say what you have seen. The rest comes. So it goes.\n\nThat is how **Resume** (`docs/resume.md`) puts it.',
    )
    assert.match(after('search_docs', 'How do I resume?', { content: [{ text: '[]' }] }), /found nothing/)
    assert.match(
      after('search_docs', 'How do I resume?', { content: [{ text: 'Nothing has these words.' }] }),
      /found nothing/,
    )
    const failure = { status: 'error', content: [{ text: 'index is gone' }] }
    assert.match(after('search_docs', 'How do I resume?', failure), /did not work: “index is gone”/)
    const weather = { sky: 'grey', degrees: 7 }
    assert.match(
      after('get_weather', 'Rain?', { content: [{ json: weather }] }),
      /- \*\*sky\*\*: grey\n- \*\*degrees\*\*: 7/,
    )
  })

  test('gives the same answer to the same request', () => {
    assert.equal(say('Should we move the office?'), say('Should we move the office?'))
  })
})
