import {
  type AssistantMessage,
  type Conversation,
  type ConversationId,
  type InputPart,
  visiblePath,
} from '@streambed/client'
import { useConversation, useReadable } from '@streambed/client/react'
import { Paperclip } from 'lucide-react'
import {
  lazy,
  type ReactNode,
  type Ref,
  type RefObject,
  Suspense,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react'
import { useSeeing } from '../conversations/unread.ts'
import { ConnectionNotice } from '../shell/connection-notice.tsx'
import { DemoLabel } from '../shell/demo-label.tsx'
import { PageHeader } from '../shell/page-header.tsx'
import { useTitle } from '../shell/use-title.ts'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { AgentPicker } from './agent-picker.tsx'
import { ChatActionsContext } from './chat-actions.ts'
import { ChatHeader } from './chat-header.tsx'
import { FailedConversation, LoadingConversation, MissingConversation } from './chat-states.tsx'
import { Composer } from './composer.tsx'
import type { MessagesHandle } from './messages.tsx'
import { Greeting, Suggestions } from './start.tsx'
import { timeline } from './timeline.ts'
import { titleOf } from './title.ts'
import { useAnnouncements } from './use-announcements.ts'
import { useAttachments } from './use-attachments.ts'
import { shownPath, useBranch } from './use-branch.ts'
import { useFileDrop } from './use-file-drop.ts'
import { useKnownAgents } from './use-known-agents.ts'

// What draws messages is more than half of the app, and the start page does without it: it comes right after the
// first paint.
const loadMessages = () => import('./messages.tsx')
const Messages = lazy(async () => ({ default: (await loadMessages()).Messages }))
const PredictionBar = lazy(async () => ({
  default: (await import('../predictions/prediction-bar.tsx')).PredictionBar,
}))

/** A page that a conversation is only a part of. */
export interface Beside {
  /** Who answers; nobody else can be chosen. */
  readonly agent: string
  /** What stands in the conversation while nothing has been said; `say` sends words. */
  readonly start: (say: (words: string) => void) => ReactNode
  /** The way to say something from elsewhere on the page. */
  readonly say: Ref<(words: string) => void>
}

interface ChatPageProps {
  /** Null for a conversation that begins with the first message. */
  readonly id: string | null
  /** Told once the new conversation has a name. */
  readonly onStarted: (id: ConversationId, agent: string) => void
  /** Given where it is a part of a page, which then has the header. */
  readonly beside?: Beside
}

/** A conversation, or the place where one begins. */
export function ChatPage({ id, onStarted, beside }: ChatPageProps) {
  // What began here goes on here: its name, when it gets one, changes the address and nothing else.
  const [openedAs] = useState(id as ConversationId | null)
  const [chosenAgent, chooseAgent] = useState(beside?.agent)
  const { view, handle } = useConversation(openedAs, chosenAgent === undefined ? {} : { agent: chosenAgent })
  const known = useKnownAgents()
  const agent = known.find(({ name }) => name === (view.conversation.agent || chosenAgent)) ?? known[0]
  const agentTitle = (name: string) => known.find((agent) => agent.name === name)?.title ?? name

  const { conversation, pending, status } = view
  const isEmpty = conversation.messages.length === 0 && pending.length === 0
  const isStart = isEmpty && (beside ? status === 'ready' : openedAs === null)
  const list = useRef<MessagesHandle>(null)
  const branch = useBranch(handle, list)
  const shown = shownPath(visiblePath(conversation, branch.leaf), pending)
  const name = useReadable(handle.id)
  useStarted(name, openedAs, (id) => onStarted(id, view.conversation.agent))
  useTitle(titleOf(conversation))
  useAnnouncements(conversation)
  useSeeing(conversation)

  const attachments = useAttachments()
  const drop = useFileDrop(attachments.add)
  const field = useRef<HTMLTextAreaElement>(null)
  useFocusAtFirst(field)
  useEffect(() => void loadMessages().catch(() => {}), []) // when it is needed, it is asked for again

  const send = (words: string, files: readonly InputPart[] = []) => {
    branch.send([...(words === '' ? [] : [{ type: 'text' as const, text: words }]), ...files], shown.turns)
    attachments.clear()
    list.current?.goToEnd()
  }
  const askAgent = useAsk(chosenAgent, chooseAgent, send)
  useImperativeHandle(beside?.say, () => (words: string) => send(words))

  if (status === 'missing') return <MissingConversation />
  if (status === 'failed') return <FailedConversation message={view.error && inWords(view.error)} />

  const running = underWay(conversation)
  return (
    <ChatActionsContext value={branch.actions}>
      <div className="flex h-full flex-col" {...drop.handlers}>
        {beside ? null : isStart ? (
          <PageHeader />
        ) : (
          <ChatHeader
            isLoading={status === 'loading'}
            conversation={conversation}
            agent={known.length > 1 ? agent?.title : undefined}
          />
        )}
        {isStart ? (
          beside ? (
            <div className="min-h-0 flex-1 overflow-y-auto">{beside.start(send)}</div>
          ) : (
            <div className="flex min-h-0 flex-1 flex-col overflow-y-auto pt-4 low:flex-none low:pt-0">
              <Greeting agent={agent} />
            </div>
          )
        ) : status === 'loading' ? (
          <LoadingConversation problem={view.error && inWords(view.error)} />
        ) : (
          <Suspense fallback={<LoadingConversation problem={null} />}>
            <Messages
              ref={list}
              rows={timeline(shown.turns, conversation.notices, shown.pending)}
              shownAnswers={branch.answers}
              agentTitle={agentTitle}
              forms={conversation.forms}
            />
          </Suspense>
        )}
        <div className="mx-auto w-full max-w-reading shrink-0 space-y-2 ps-[max(0.75rem,env(safe-area-inset-left))] pe-[max(0.75rem,env(safe-area-inset-right))] sm:px-6">
          {conversation.agent === 'predictions' && !isStart && (
            <Suspense>
              <PredictionBar conversation={conversation} />
            </Suspense>
          )}
          <ConnectionNotice />
          <Composer
            draftKey={name ?? (beside ? `new-${beside.agent}` : 'new')}
            fieldRef={field}
            placeholder={agent ? text.composer.placeholder(agent.title) : text.composer.placeholderAny}
            attachments={attachments}
            isAnswering={running !== undefined}
            onStop={
              running && !running.stopping
                ? () => {
                    branch.actions.stop(running.id)
                    focusWithMouse(field) // the button goes away
                  }
                : null
            }
            onSend={(words) =>
              send(
                words,
                attachments.items.flatMap(({ state }) =>
                  state.name === 'ready' ? [{ type: 'file' as const, file: state.id }] : [],
                ),
              )
            }
          >
            {isStart && !beside && agent && known.length > 1 && (
              <AgentPicker agents={known} chosen={agent} onChange={chooseAgent} />
            )}
          </Composer>
        </div>
        {isStart && !beside && (
          <div className="flex-1 max-sm:flex-none low:min-h-0 low:flex-initial low:overflow-y-auto">
            <Suggestions
              agents={known}
              chosen={chosenAgent === undefined ? undefined : agent}
              onPick={(prompt, { name }) => {
                askAgent(prompt, name)
                focusWithMouse(field)
              }}
            />
          </div>
        )}
        <DemoLabel answering={running?.id} />
        {drop.isOver && <DropHere />}
      </div>
    </ChatActionsContext>
  )
}

/** The answer that can be stopped; those that wait for their turn are withdrawn one by one. */
function underWay({ messages }: Conversation): AssistantMessage | undefined {
  const answers = messages.filter((message) => message.role === 'assistant')
  return answers.findLast(({ status }) => status === 'running' || status === 'parked')
}

function DropHere() {
  return (
    <div className="pointer-events-none absolute inset-2 z-30 grid place-items-center rounded-xl border-2 border-dashed border-accent bg-ground/85">
      <p className="flex items-center gap-2.5 text-accent">
        <Paperclip aria-hidden className="size-5" />
        {text.composer.drop}
      </p>
    </div>
  )
}

/** The way to say something to an agent that may have to be chosen first: then it is said to the conversation with that one. */
function useAsk(
  chosen: string | undefined,
  choose: (agent: string) => void,
  send: (words: string) => void,
): (words: string, agent: string) => void {
  const [waiting, wait] = useState<{ readonly words: string; readonly agent: string } | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `send` is of the conversation that is drawn
  useEffect(() => {
    if (!waiting || waiting.agent !== chosen) return
    wait(null)
    send(waiting.words)
  }, [waiting, chosen])
  return (words, agent) => {
    choose(agent)
    wait({ words, agent })
  }
}

/** Tells once that a new conversation has got its name. */
function useStarted(id: ConversationId | null, openedAs: string | null, onStarted: (id: ConversationId) => void) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the name's coming counts
  useEffect(() => {
    if (openedAs === null && id !== null) onStarted(id)
  }, [id])
}

function useFocusAtFirst(field: RefObject<HTMLElement | null>) {
  useEffect(() => focusWithMouse(field), [field])
}

/** On a phone the keyboard would cover what one came to read. */
function focusWithMouse(field: RefObject<HTMLElement | null>) {
  if (matchMedia('(pointer: fine)').matches) field.current?.focus({ preventScroll: true })
}
