import {
  type Conversation,
  type FormId,
  type MessageId,
  type RunId,
  type Task,
  type UserMessage,
  visiblePath,
} from '@streambed/protocol'
import { goingOn } from './going-on.ts'

type Turn = ReturnType<typeof visiblePath>[number]

/**
 * A conversation as it is shown to an agent that is to think of one task at a time: the turns of the task that `message` belongs to and
 * those that belong to none. What was said for other tasks stays out; they are named in a line before the first turn.
 */
export function ofTask(conversation: Conversation, message: MessageId): Pick<Conversation, 'messages'> {
  const current = goingOn(conversation)
  const taskOf = tasksByRun(conversation.tasks, conversation.messages)
  const path = visiblePath(conversation, message)
  const tasksOf = ({ answers }: Turn): readonly Task[] => answers.flatMap(({ id }) => taskOf.get(id) ?? [])
  const answered = path.filter((turn) => tasksOf(turn).length > 0)
  const ofForms = new Map(answered.flatMap((turn) => formsIn(turn).map((form) => [form, tasksOf(turn)] as const)))
  const turns = path.filter((turn) => {
    const tasks = [...tasksOf(turn), ...formsIn(turn).flatMap((form) => ofForms.get(form) ?? [])]
    return turn.message.id === message || tasks.every(({ id }) => id === current?.id)
  })
  const before = conversation.tasks.filter(({ id }) => id !== current?.id).map(lineOf)
  let parent: MessageId | null = null
  const messages = turns.flatMap(({ message, answers }) => {
    const relinked: UserMessage = { ...message, parent }
    const noted = parent === null ? withNote(relinked, before) : relinked
    parent = message.id
    return [noted, ...answers]
  })
  return { messages }
}

function formsIn({ message }: Turn): readonly FormId[] {
  return message.parts.flatMap((part) => (part.type === 'form' ? part.form : []))
}

/** The task that each run worked on; of several the one it came to last. */
function tasksByRun(tasks: readonly Task[], messages: Conversation['messages']): ReadonlyMap<RunId, Task> {
  const order = new Map(messages.map(({ id }, i) => [String(id), i]))
  const begun = tasks.toSorted((a, b) => (order.get(a.runs[0]!) ?? 0) - (order.get(b.runs[0]!) ?? 0))
  return new Map(begun.flatMap((task) => task.runs.map((run) => [run, task] as const)))
}

/** Only what it was and how it ended: nothing that was said for it. */
function lineOf({ intent, status }: Task): string {
  return `${intent} (${status})`
}

/** How many earlier tasks are named: the last ones. */
const MAX_NAMED = 20

function withNote(message: UserMessage, before: readonly string[]): UserMessage {
  if (before.length === 0) return message
  const note = {
    type: 'text' as const,
    text: `[Earlier in this conversation: ${before.slice(-MAX_NAMED).join(', ')}.]`,
  }
  return { ...message, parts: [note, ...message.parts] }
}
