import { type AssistantMessage, type Block, type Conversation, isOver, type Message, type UserMessage } from './fold.ts'
import type { RequestId } from './ids.ts'
import { visiblePath } from './visible-path.ts'

/** A conversation as those see it who were given a link to it. */
export interface SharedConversation {
  /** When the link was made: the conversation is shown as it was then. */
  readonly sharedAt: string
  /** Who answered, as people call it. */
  readonly agentTitle: string
  /** The same shape as any fold, so that the same code draws it; what is private is empty. */
  readonly conversation: Conversation
}

/**
 * What strangers may see of a conversation (P91): the newest branch with its newest answers, and in them what was said and shown. What
 * was thought, what went into tools and came out of them, costs, errors, forms and earlier versions stay with the owner.
 */
export function sharedView(conversation: Conversation): Conversation {
  const { id, agent, title, createdAt, updatedAt, position, state } = conversation
  const turns = visiblePath(conversation)
  return {
    id,
    agent,
    title,
    owner: null,
    pinned: false,
    archived: false,
    alias: null,
    createdAt,
    updatedAt,
    position,
    messages: turns.flatMap(({ message, answers }): Message[] => {
      const answer = answers.findLast(isOver)
      return [sharedMessage(message), ...(answer ? [sharedAnswer(answer)] : [])]
    }),
    state: { revision: state.revision, value: state.value, undo: [], redo: [] },
    forms: [],
    tasks: [],
    summaries: [],
    notices: [],
  }
}

function sharedMessage({ id, parent, parts, at }: UserMessage): UserMessage {
  const requestId = id as string as RequestId // the real one is the writer's own
  return { role: 'user', id, parent, parts: parts.filter(({ type }) => type !== 'form'), requestId, at }
}

function sharedAnswer(answer: AssistantMessage): AssistantMessage {
  return { ...answer, blocks: answer.blocks.filter(isSaid), progress: [], usage: null, error: null }
}

function isSaid({ type }: Block): boolean {
  return type === 'text' || type === 'component'
}
