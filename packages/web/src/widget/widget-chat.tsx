import { type ConversationId, type InputPart, visiblePath } from '@streambed/client'
import { useConversation, useReadable } from '@streambed/client/react'
import { type RefObject, useEffect, useEffectEvent, useRef, useState } from 'react'
import { ChatActionsContext } from '../chat/chat-actions.ts'
import { LoadingConversation } from '../chat/chat-states.tsx'
import { Composer } from '../chat/composer.tsx'
import { Messages, type MessagesHandle } from '../chat/messages.tsx'
import { Prompt } from '../chat/prompt.tsx'
import { timeline } from '../chat/timeline.ts'
import { useAnnouncements } from '../chat/use-announcements.ts'
import { useAttachments } from '../chat/use-attachments.ts'
import { shownPath, useBranch } from '../chat/use-branch.ts'
import { useFileDrop } from '../chat/use-file-drop.ts'
import { useKnownAgents } from '../chat/use-known-agents.ts'
import { ConnectionNotice } from '../shell/connection-notice.tsx'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'

interface WidgetChatProps {
  /** Null for a conversation that begins with the first message. */
  readonly id: ConversationId | null
  readonly agent: string | null
  readonly field: RefObject<HTMLTextAreaElement | null>
  /** Told once the new conversation has a name. */
  readonly onStarted: (id: ConversationId) => void
  /** The conversation is gone. */
  readonly onMissing: () => void
}

/** A conversation on somebody else's page. */
export function WidgetChat({ id, agent: chosen, field, onStarted, onMissing }: WidgetChatProps) {
  const [openedAs] = useState(id) // what began here goes on here
  const { view, handle } = useConversation(openedAs, chosen === null ? {} : { agent: chosen })
  const { conversation, pending, status } = view
  const agents = useKnownAgents()
  const agent =
    agents.find(({ name }) => name === (conversation.agent || chosen)) ?? agents.find((agent) => agent.default)
  const list = useRef<MessagesHandle>(null)
  const branch = useBranch(handle, list)
  const shown = shownPath(visiblePath(conversation, branch.leaf), pending)
  const attachments = useAttachments()
  const drop = useFileDrop(attachments.add)
  const name = useReadable(handle.id)
  const started = useEffectEvent(onStarted)
  const missing = useEffectEvent(onMissing)
  useEffect(() => {
    if (openedAs === null && name !== null) started(name)
  }, [openedAs, name])
  useEffect(() => {
    if (status === 'missing') missing()
  }, [status])
  useEffect(() => field.current?.focus({ preventScroll: true }), [field])
  useAnnouncements(conversation)

  const send = (words: string, files: readonly InputPart[] = []) => {
    branch.send([...(words === '' ? [] : [{ type: 'text' as const, text: words }]), ...files], shown.turns)
    attachments.clear()
    list.current?.goToEnd()
  }
  const isEmpty = shown.turns.length === 0 && pending.length === 0
  const running = conversation.messages.findLast(
    (message) => message.role === 'assistant' && (message.status === 'running' || message.status === 'parked'),
  )
  const toStop = running?.role === 'assistant' && !running.stopping ? running : null
  return (
    <ChatActionsContext value={branch.actions}>
      <div className="flex min-h-0 flex-1 flex-col" {...drop.handlers}>
        {status === 'failed' ? (
          <p role="alert" className="flex-1 p-6 text-sm text-danger">
            {view.error && inWords(view.error)}
          </p>
        ) : status !== 'ready' && isEmpty ? (
          <LoadingConversation problem={view.error && inWords(view.error)} />
        ) : isEmpty ? (
          <Start
            description={agent?.description ?? text.start.greeting}
            prompts={agent?.suggestions.slice(0, 3) ?? []}
            onPick={(prompt) => {
              send(prompt)
              field.current?.focus({ preventScroll: true })
            }}
          />
        ) : (
          <Messages
            ref={list}
            // What else happened belongs to the app, which has pages for it.
            rows={timeline(shown.turns, [], shown.pending)}
            shownAnswers={branch.answers}
            agentTitle={(name) => agents.find((agent) => agent.name === name)?.title ?? name}
            forms={conversation.forms}
          />
        )}
        <div className="shrink-0 space-y-2 px-3">
          <ConnectionNotice />
          <Composer
            draftKey={name ?? 'widget'}
            fieldRef={field}
            placeholder={agent ? text.composer.placeholder(agent.title) : text.composer.placeholderAny}
            attachments={attachments}
            isAnswering={running !== undefined}
            onStop={toStop && (() => branch.actions.stop(toStop.id))}
            onSend={(words) =>
              send(
                words,
                attachments.items.flatMap(({ state }) =>
                  state.name === 'ready' ? [{ type: 'file' as const, file: state.id }] : [],
                ),
              )
            }
          />
        </div>
      </div>
    </ChatActionsContext>
  )
}

interface StartProps {
  readonly description: string
  readonly prompts: readonly string[]
  readonly onPick: (prompt: string) => void
}

/** What stands there while nothing has been said. */
function Start({ description, prompts, onPick }: StartProps) {
  return (
    <div className="flex min-h-0 flex-1 flex-col justify-end gap-4 overflow-y-auto p-4">
      <p className="text-sm text-pretty text-soft">{description}</p>
      <ul aria-label={text.start.suggestions} className="space-y-2">
        {prompts.map((prompt) => (
          <li key={prompt}>
            <Prompt prompt={prompt} onPick={onPick} />
          </li>
        ))}
      </ul>
    </div>
  )
}
