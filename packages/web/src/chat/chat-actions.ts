import type {
  ApprovalAnswer,
  ApprovalId,
  FormAnswer,
  FormId,
  InputPart,
  MessageId,
  RequestId,
  RunId,
} from '@streambed/client'
import { createContext, useContext } from 'react'

/** What can be done with what was said. The object never changes, so that messages are not drawn anew for it. */
export interface ChatActions {
  stop(run: RunId): void
  /** Another answer to the same message, by another model where one is named. */
  retry(run: RunId, model?: string): void
  /** A new version of a message; the old one stays on a branch of its own. */
  resend(replaces: MessageId, parts: readonly InputPart[]): void
  showVersion(message: MessageId): void
  showAnswer(message: MessageId, run: RunId): void
  /** Rejects with why it could not be. */
  approve(run: RunId, approval: ApprovalId, answer: ApprovalAnswer): Promise<void>
  /** Rejects with why it could not be. */
  answerForm(form: FormId, answer: FormAnswer): Promise<void>
  sendPendingAgain(request: RequestId): void
  discardPending(request: RequestId): void
}

export const ChatActionsContext = createContext<ChatActions | null>(null)

export function useChatActions(): ChatActions {
  return useContext(ChatActionsContext)!
}
