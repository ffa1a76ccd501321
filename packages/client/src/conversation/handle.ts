import type {
  ApprovalId,
  Conversation,
  ConversationId,
  ErrorBody,
  FormId,
  InputPart,
  LoggedEvent,
  MessageId,
  RequestId,
  RunId,
} from '@streambed/protocol'
import type { PendingMessage } from '../outbox/outbox.ts'
import type { Readable } from '../readable.ts'
import type { StateDoor } from './state-door.ts'

/** One conversation, or one that is about to begin. */
export interface ConversationHandle extends StateDoor {
  /** Null until the first message of a new conversation has reached the server. */
  readonly id: Readable<ConversationId | null>
  readonly view: Readable<ConversationView>
  /** Reads the conversation, and reads on until as many releases were called as follows. */
  follow(): () => void
  /** Calls for each event that is read from now on, in order; the answer ends it. What a load brings at once is not told singly. */
  listen(listener: (event: LoggedEvent) => void): () => void
  /**
   * Says something. It shows at once, and stays in the outbox until the server has it, over reloads too.
   * @throws Failure `outbox-full` when too many messages wait already.
   */
  send(input: string | SendInput): RequestId
  /** Resolves when the server has noted it; the run's end follows as an event. */
  stop(run: RunId): Promise<void>
  /** Asks for another answer in the place of this one. */
  retry(run: RunId, options?: { readonly model?: string }): Promise<void>
  /**
   * Answers whether a call may run, perhaps with another input than the model asked for. Rejects with `approval-closed` when somebody
   * else was faster or the time is up, with `bad-request` when the tool cannot take the input.
   */
  approve(run: RunId, approval: ApprovalId, answer: ApprovalAnswer): Promise<void>
  /**
   * Sends or cancels a form. Rejects with `form-refused` when something is wrong with its values, of which the form then says more,
   * and with `form-closed` when it is no longer open.
   */
  answerForm(form: FormId, answer: FormAnswer): Promise<void>
  /** Throws away a message of the outbox. */
  discard(requestId: RequestId): void
  /** Tries a message that failed once more. */
  resend(requestId: RequestId): void
}

export interface ApprovalAnswer {
  readonly approved: boolean
  /** Takes the place of what the model asked for. */
  readonly input?: unknown
}

export interface FormAnswer {
  readonly action: 'submit' | 'cancel'
  /** What is not named stays as the form has it; null takes a value away. */
  readonly values?: Readonly<Record<string, unknown>>
}

export interface SendInput {
  readonly text?: string
  /** Files that were uploaded before, and more text. */
  readonly parts?: readonly InputPart[]
  readonly model?: string
  /** The message whose place it takes, on a new branch. */
  readonly replaces?: MessageId
  /** The user's message it follows; the newest one by default. */
  readonly parent?: MessageId
  /** What the writer's clocks show: an IANA time zone. */
  readonly timezone?: string
}

export interface ConversationView {
  /** `missing`: there is none of that id (any more). A new conversation is `ready` from the start. */
  readonly status: 'loading' | 'ready' | 'missing' | 'failed'
  /** Why it is `missing` or `failed`; while `loading`, why the last try failed. */
  readonly error: ErrorBody | null
  readonly conversation: Conversation
  /** What waits in the outbox. A message leaves it in the same moment in which it appears in the conversation. */
  readonly pending: readonly PendingMessage[]
  /** Connected, and everything that there was to read has been read. */
  readonly live: boolean
}
