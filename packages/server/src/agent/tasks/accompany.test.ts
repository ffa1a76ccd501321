import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  type CallId,
  type Conversation,
  type ConversationId,
  emptyConversation,
  type FormId,
  foldAll,
  type LoggedEvent,
  type MessageId,
  type NewEvent,
  type RequestId,
  type RunId,
} from '@streambed/protocol'
import * as z from 'zod'
import { defineAgent } from '../agent.ts'
import { defineTool } from '../tool.ts'
import { accompany } from './accompany.ts'

const run = 'r_1' as RunId
const tool = (name: string, intent: boolean) =>
  defineTool({ name, description: name, input: z.object({}), intent, run: async () => 'done' })
const agent = defineAgent({
  name: 'clerk',
  instructions: 'Help.',
  tools: [tool('book', true), tool('cancel_booking', true), tool('look', false)],
  steps: true,
})

const start = (call: string, name: string): NewEvent => ({
  type: 'tool-start',
  run,
  block: 1,
  call: call as CallId,
  name,
})
const called = (call: string, name: string, input: unknown = {}): NewEvent => ({
  type: 'tool-call',
  run,
  call: call as CallId,
  name,
  input,
})
const result = (call: string, name: string, ok = true): NewEvent => ({
  type: 'tool-result',
  run,
  call: call as CallId,
  name,
  ok,
  durationMs: 1,
})
const form = (name: string): NewEvent => ({
  type: 'form-request',
  run,
  form: `o_${name}` as FormId,
  tool: name,
  schema: {},
  values: {},
  missing: ['day'],
  errors: [],
})
const step = (number: number): NewEvent => ({ type: 'step-start', run, step: number })
const text: NewEvent = { type: 'text-start', run, block: 2 }
const done: NewEvent = { type: 'run-end', run, reason: 'done' }

const empty = emptyConversation('c_1' as ConversationId, 'epoch')

/** What is said beside the run's own events. */
async function beside(
  events: readonly NewEvent[],
  conversation: Conversation = empty,
  isResumed = false,
): Promise<NewEvent[]> {
  const all: NewEvent[] = []
  const source = (async function* () {
    for (const event of events) yield [event]
  })()
  for await (const batch of accompany(source, { agent, run, conversation, isResumed })) all.push(...batch)
  assert.deepEqual(
    all.filter((event) => events.includes(event)),
    events,
  )
  return all.filter((event) => !events.includes(event))
}

const labels = (events: readonly NewEvent[]) =>
  events.flatMap((event) => (event.type === 'progress' ? [`${event.id} ${event.status}: ${event.label}`] : []))
const tasks = (events: readonly NewEvent[]) =>
  events.flatMap((event) => {
    if (event.type === 'task-start') return [`start ${event.intent}`]
    if (event.type === 'task-end') return [`end ${event.outcome}`]
    return event.type === 'task-resume' || event.type === 'form-end' ? [event.type] : []
  })

/** A conversation in which these runs have said this, each after a message. */
function after(...runs: readonly (readonly NewEvent[])[]): Conversation {
  const events = runs.flatMap((said, i) => [
    message(`r_before${i}`),
    ...said.map((event) => moved(event, `r_before${i}`)),
  ])
  return foldAll(
    empty,
    [...events, message(run)].map(
      (event, i) => ({ ...event, seq: i + 1, at: '2027-01-01T00:00:00.000Z' }) as LoggedEvent,
    ),
  ) // a spread forgets the kind
}

function moved(event: NewEvent, to: string): NewEvent {
  return ('run' in event ? { ...event, run: to } : event) as NewEvent
}

function message(answeredBy: string): NewEvent {
  return {
    type: 'message',
    message: `m_${answeredBy}` as MessageId,
    run: answeredBy as RunId,
    parent: null,
    parts: [{ type: 'text', text: 'Hm' }],
    requestId: `q_${answeredBy}` as RequestId,
    agent: 'clerk',
  }
}

suite('tasks', () => {
  test('begin when the model reaches for an intent’s tool and end when it succeeds', async () => {
    const events = [
      step(1),
      start('a', 'look'),
      result('a', 'look'),
      start('b', 'book'),
      called('b', 'book'),
      result('b', 'book'),
      done,
    ]
    assert.deepEqual(tasks(await beside(events)), ['start book', 'end completed'])
  })

  test('go on while their tool fails, in this run and in the next', async () => {
    const failing = [
      start('a', 'book'),
      result('a', 'book', false),
      start('b', 'book'),
      result('b', 'book', false),
      done,
    ]
    const first = await beside(failing)
    assert.deepEqual(tasks(first), ['start book'])
    const next = await beside([start('a', 'book'), result('a', 'book'), done], after(first))
    assert.deepEqual(tasks(next), ['task-resume', 'end completed'])
  })

  test('of one step with the same intent are two', async () => {
    const events = [start('a', 'book'), start('b', 'book'), result('a', 'book'), result('b', 'book', false), done]
    const said = await beside(events)
    assert.deepEqual(tasks(said), ['start book', 'start book', 'end completed'])
  })

  test('give way to another and are taken up again', async () => {
    const first = await beside([start('a', 'book'), result('a', 'book', false), done])
    const conversation = after(first)
    const second = await beside([start('a', 'cancel_booking'), result('a', 'cancel_booking'), done], conversation)
    assert.deepEqual(tasks(second), ['task-resume', 'start cancel_booking', 'end completed'])
    assert.deepEqual(tasks(await beside([text, done], after(first, second))), ['task-resume'])
  })

  test('that were abandoned are taken up again, those that were cancelled or completed are not', async () => {
    const first = await beside([start('a', 'book'), result('a', 'book', false), done])
    const { task } = first.find(({ type }) => type === 'task-start') as NewEvent & { type: 'task-start' }
    for (const [outcome, wanted] of [
      ['abandoned', ['task-resume', 'end completed']],
      ['cancelled', ['start book', 'end completed']],
      ['completed', ['start book', 'end completed']],
    ] as const) {
      const conversation = after([...first, { type: 'task-end', task, outcome }])
      assert.deepEqual(tasks(await beside([start('a', 'book'), result('a', 'book'), done], conversation)), wanted)
    }
  })

  test('end when the model says that the user does not want it any more, with their form', async () => {
    const first = [start('a', 'book'), form('book'), result('a', 'book', false), done]
    const conversation = after([...(await beside(first)), form('book')])
    const ending = [
      start('e', 'end_task'),
      called('e', 'end_task', { outcome: 'cancelled' }),
      result('e', 'end_task'),
      text,
      done,
    ]
    assert.deepEqual(tasks(await beside(ending, conversation)), ['task-resume', 'end cancelled', 'form-end'])
  })
})

suite('steps', () => {
  test('are told in the order in which they come', async () => {
    const events = [step(1), start('a', 'book'), form('book'), result('a', 'book', false), step(2), text, done]
    assert.deepEqual(labels(await beside(events)), [
      'session active: Initializing session...',
      'session active: Processing your message...',
      'session done: Processing your message...',
      'intent active: Analyzing your request...',
      'intent active: Intent recognized: book',
      'intent done: Intent recognized: book',
      'parameters active: Extracting parameters from your request...',
      'parameters done: Extracting parameters from your request...',
      'answer active: Generating follow-up question...',
      'answer done: Generating follow-up question...',
    ])
  })

  test('tell of another attempt when no intent was recognised', async () => {
    const unknown = [step(1), start('a', 'lock'), result('a', 'lock', false), step(2), text, done]
    assert.ok(labels(await beside(unknown)).includes('intent active: Retrying intent recognition (attempt 2)...'))
    const until = '2027-01-01T00:00:01.000Z'
    const waiting: NewEvent = { type: 'progress', run, id: 'model-wait', label: 'Busy', status: 'active', until }
    const said = labels(await beside([step(1), waiting, text, done]))
    assert.ok(said.includes('intent active: Retrying intent recognition (attempt 2)...'))
  })

  test('take words before a tool for no answer', async () => {
    const events = [step(1), text, start('a', 'book'), called('a', 'book'), result('a', 'book'), step(2), text, done]
    assert.deepEqual(
      labels(await beside(events)).filter((label) => label.includes(' active: ')),
      [
        'session active: Initializing session...',
        'session active: Processing your message...',
        'intent active: Analyzing your request...',
        'intent active: Intent recognized: book',
        'parameters active: Extracting parameters from your request...',
        'execution active: Executing your request...',
        'answer active: Generating final response...',
      ],
    )
    assert.ok(labels(await beside([step(1), text, done])).includes('answer active: Generating final response...'))
  })

  test('say that they failed when the run does', async () => {
    const failed: NewEvent = { type: 'run-end', run, reason: 'failed' }
    const said = labels(await beside([step(1), start('a', 'book'), called('a', 'book'), failed]))
    assert.equal(said.at(-1), 'execution failed: Executing your request...')
  })

  test('are not told again when a run goes on after people have answered', async () => {
    const said = await beside([called('a', 'book'), result('a', 'book'), step(2), text, done], after(), true)
    assert.equal(labels(said)[0], 'execution active: Executing your request...')
  })
})

test('agents without intents and steps pass as they are', async () => {
  const plain = defineAgent({ name: 'plain', instructions: 'Talk.' })
  const source = (async function* () {
    yield [done]
  })()
  assert.equal(accompany(source, { agent: plain, run, conversation: empty, isResumed: false }), source)
})
