import type { AssistantMessage, Conversation, Message, UserMessage } from './fold.ts'
import type { MessageId, RunId } from './ids.ts'

/** One user's message with the answers to it; the last of them is the one that counts. */
export interface Turn {
  readonly message: UserMessage
  readonly answers: readonly AssistantMessage[]
  /** The versions of this message, itself among them, in the order in which they were written. */
  readonly versions: readonly MessageId[]
}

/**
 * A conversation is a tree: an edited message opens a branch beside the one it replaces. The path is the branch shown: the one
 * that ends in `leaf`, or in the newest message where none is named.
 */
export function visiblePath(conversation: Pick<Conversation, 'messages'>, leaf?: MessageId): readonly Turn[] {
  const users = conversation.messages.filter((message) => message.role === 'user')
  const byId = new Map(users.map((message) => [message.id, message]))
  const answers = answersByMessage(conversation.messages)
  const versions = Map.groupBy(users, (message) => message.parent)

  const path: Turn[] = []
  let message = (leaf && byId.get(leaf)) ?? users.at(-1)
  while (message) {
    byId.delete(message.id) // a broken log may go round in a circle, the path does not
    path.push({
      message,
      answers: answers.get(message.id) ?? [],
      versions: versions.get(message.parent)!.map((version) => version.id),
    })
    message = message.parent === null ? undefined : byId.get(message.parent)
  }
  return path.reverse()
}

/** The newest message on the branch that goes through `message`: where the path goes when that version is picked. */
export function newestLeafThrough(conversation: Pick<Conversation, 'messages'>, message: MessageId): MessageId {
  const users = conversation.messages.filter((candidate) => candidate.role === 'user')
  const through = new Set([message])
  let leaf = message
  for (const { id, parent } of users) {
    if (parent === null || !through.has(parent)) continue
    through.add(id)
    leaf = id
  }
  return leaf
}

/** The answer of a run, if the conversation has it. */
export function answerOf(conversation: Pick<Conversation, 'messages'>, run: RunId): AssistantMessage | undefined {
  const answers = conversation.messages.filter((message) => message.role === 'assistant')
  return answers.findLast((answer) => answer.id === run)
}

function answersByMessage(messages: readonly Message[]): Map<MessageId, AssistantMessage[]> {
  return Map.groupBy(
    messages.filter((message) => message.role === 'assistant'),
    (answer) => answer.replyTo,
  )
}
