import {
  type ConversationHandle,
  type InputPart,
  type MessageId,
  newestLeafThrough,
  type PendingMessage,
  type RunId,
  type Turn,
} from '@streambed/client'
import { type RefObject, useMemo, useState } from 'react'
import { defaultModel } from '../settings/default-model.ts'
import { inWords } from '../text/problems.ts'
import { toasts } from '../ui/toast.tsx'
import type { ChatActions } from './chat-actions.ts'
import type { MessagesHandle } from './messages.tsx'

interface Branch {
  /** The end of the branch that is shown; undefined is the newest. */
  readonly leaf: MessageId | undefined
  /** Which answer is shown where it is not the newest one. */
  readonly answers: ReadonlyMap<MessageId, RunId>
  readonly actions: ChatActions
  /** Says something at the end of what is shown. */
  send(parts: readonly InputPart[], after: readonly Turn[]): void
}

/** Which of a conversation's branches and answers is shown, and what can be done with them. */
export function useBranch(handle: ConversationHandle, list: RefObject<MessagesHandle | null>): Branch {
  const [leaf, setLeaf] = useState<MessageId>()
  const [answers, setAnswers] = useState<ReadonlyMap<MessageId, RunId>>(new Map())

  const actions = useMemo((): ChatActions => {
    const attempt = (promise: Promise<void>) => void promise.catch((error) => toasts.add({ title: inWords(error) }))
    return {
      stop: (run) => attempt(handle.stop(run)),
      retry(run, model) {
        setAnswers(new Map())
        attempt(handle.retry(run, model === undefined ? {} : { model }))
      },
      resend(replaces, parts) {
        if (!attemptToSend(() => handle.send({ parts, replaces, ...sender() }))) return
        setLeaf(undefined)
        list.current?.goToEnd()
      },
      showVersion: (message) => setLeaf(newestLeafThrough(handle.view.get().conversation, message)),
      showAnswer: (message, run) => setAnswers((answers) => new Map(answers).set(message, run)),
      approve: handle.approve,
      answerForm: handle.answerForm,
      sendPendingAgain: (request) => handle.resend(request),
      discardPending: (request) => handle.discard(request),
    }
  }, [handle, list])

  const send = (parts: readonly InputPart[], after: readonly Turn[]) => {
    const end = after.at(-1)?.message.id
    // On an older branch it must be said what is answered; on the newest the server knows, also of what still waits
    // before it.
    const parent = leaf !== undefined && end !== undefined ? { parent: end } : {}
    if (attemptToSend(() => handle.send({ parts, ...parent, ...sender() }))) setLeaf(undefined)
  }
  return { leaf, answers, actions, send }
}

/** What goes along with every message from this browser: the model of its settings, and what its clocks show. */
function sender() {
  const model = defaultModel()
  return { timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, ...(model !== null && { model }) }
}

/** What is shown: a message on its way takes the place of the one it replaces, and of all that followed. */
export function shownPath(turns: readonly Turn[], pending: readonly PendingMessage[]) {
  const replaced = new Set(pending.map((message) => message.replaces))
  const end = turns.findIndex((turn) => turn.versions.some((version) => replaced.has(version)))
  return { turns: end < 0 ? turns : turns.slice(0, end), pending }
}

function attemptToSend(send: () => unknown): boolean {
  try {
    send()
    return true
  } catch (error) {
    toasts.add({ title: inWords(error as Error) }) // the client throws nothing else
    return false
  }
}
