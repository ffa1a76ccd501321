import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Conversation,
  type ConversationId,
  emptyConversation,
  type FormId,
  foldAll,
  type LoggedEvent,
  type MessageId,
  type NewEvent,
  type Part,
  type RequestId,
  type RunId,
  type TaskId,
  textOf,
  visiblePath,
} from '@streambed/protocol'
import { ofTask } from './context.ts'

type Tasks = readonly ((run: RunId) => NewEvent)[]

/** A conversation of turns, each with what its run says of tasks, and perhaps with what was sent. */
function chat(...turns: readonly (Tasks | { readonly parts: Part[]; readonly tasks: Tasks })[]): Conversation {
  const events = turns.flatMap((turn, i) => {
    const tasks = 'tasks' in turn ? turn.tasks : turn
    const run = `r_${i}` as RunId
    const message: NewEvent = {
      type: 'message',
      message: `m_${i}` as MessageId,
      run,
      parent: i === 0 ? null : (`m_${i - 1}` as MessageId),
      parts: 'parts' in turn ? turn.parts : [{ type: 'text', text: `words ${i}` }],
      requestId: `q_${i}` as RequestId,
      agent: 'clerk',
    }
    const end: NewEvent = { type: 'run-end', run, reason: 'done' }
    return [message, ...tasks.map((event) => event(run)), end]
  })
  const logged = events.map((event, i) => ({ ...event, seq: i + 1, at: '2027-01-01T00:00:00.000Z' }) as LoggedEvent) // a spread forgets the kind
  return foldAll(emptyConversation('c_1' as ConversationId, 'epoch'), logged)
}

const start =
  (task: string, intent: string) =>
  (run: RunId): NewEvent => ({ type: 'task-start', run, task: task as TaskId, intent })
const resume =
  (task: string) =>
  (run: RunId): NewEvent => ({ type: 'task-resume', run, task: task as TaskId })
const end = (task: string, outcome: 'completed' | 'abandoned' | 'cancelled') => (): NewEvent => ({
  type: 'task-end',
  task: task as TaskId,
  outcome,
})

/** What the model is shown of the user's words when it answers message `n`. */
function shown(conversation: Conversation, n: number): readonly string[] {
  const message = `m_${n}` as MessageId
  return visiblePath(ofTask(conversation, message), message).map((turn) => textOf(turn.message))
}

test('a new task is shown nothing of the tasks before it but their names', () => {
  const conversation = chat(
    [start('t_a', 'book'), end('t_a', 'completed')],
    [start('t_b', 'book')],
    [resume('t_b'), end('t_b', 'cancelled')],
    [],
  )
  assert.deepEqual(shown(conversation, 3), [
    '[Earlier in this conversation: book (completed), book (cancelled).]\n\nwords 3',
  ])
})

test('a task that goes on is shown all its turns, and those that belong to none', () => {
  const conversation = chat(
    [],
    [start('t_a', 'book'), end('t_a', 'completed')],
    [start('t_b', 'cancel')],
    [resume('t_b')],
    [],
  )
  assert.deepEqual(shown(conversation, 4), [
    '[Earlier in this conversation: book (completed).]\n\nwords 0',
    'words 2',
    'words 3',
    'words 4',
  ])
})

test('a task that another has interrupted goes on without it', () => {
  const conversation = chat([start('t_a', 'book')], [resume('t_a'), start('t_b', 'list'), end('t_b', 'completed')], [])
  assert.deepEqual(shown(conversation, 2), ['[Earlier in this conversation: list (completed).]\n\nwords 0', 'words 2'])
})

test('a task that was abandoned last is what the next words belong to', () => {
  const conversation = chat([start('t_a', 'book'), end('t_a', 'abandoned')], [])
  assert.deepEqual(shown(conversation, 1), ['words 0', 'words 1'])
})

test('a form whose sending was cut belongs to the task for which it was sent again', () => {
  const filled = { type: 'form', form: 'o_1' as FormId, tool: 'book', values: { day: 'mon' } } as const
  const conversation = chat(
    [start('t_a', 'book')],
    { parts: [filled], tasks: [] },
    { parts: [filled], tasks: [resume('t_a'), end('t_a', 'completed')] },
    [start('t_b', 'book')],
  )
  assert.deepEqual(shown(conversation, 3), ['[Earlier in this conversation: book (completed).]\n\nwords 3'])
})

test('where there are no tasks, everything is shown as it is', () => {
  const conversation = chat([], [])
  assert.deepEqual(ofTask(conversation, 'm_1' as MessageId).messages, conversation.messages)
})
