import { type Conversation, type ConversationId, isOver } from '@streambed/client'
import { ArrowUpRight } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { ChatHeader } from '../chat/chat-header.tsx'
import { ChatPage } from '../chat/chat-page.tsx'
import { FailedConversation, MissingConversation } from '../chat/chat-states.tsx'
import { usePrompt } from '../chat/prompt.tsx'
import { PageHeader } from '../shell/page-header.tsx'
import { builderText } from '../text/builder.ts'
import { inWords } from '../text/problems.ts'
import { Button } from '../ui/button.tsx'
import { BuilderStart, FIRST_PROMPT, PROMPTS } from './builder-start.tsx'
import { CanvasPane } from './canvas-pane.tsx'
import { EmptyCanvas } from './empty-canvas.tsx'
import { ExportMenu } from './export-menu.tsx'
import { type Pane, PaneTabs } from './pane-tabs.tsx'
import { SaveButton } from './save-button.tsx'
import { Split } from './split.tsx'
import { readStrategy } from './strategy.ts'
import { useEdits } from './use-edits.ts'
import { type KnownConversation, useKnownConversation } from './use-known-conversation.ts'
import { useRoomy } from './use-roomy.ts'

/** Who builds strategies. */
export const BUILDER = 'strategy-builder'

interface BuilderPageProps {
  /** Null for a strategy that begins with the first message. */
  readonly id: string | null
  readonly onStarted: (id: ConversationId, agent: string) => void
}

/** A conversation with the strategy builder beside what it builds. */
export function BuilderPage({ id, onStarted }: BuilderPageProps) {
  const known = useKnownConversation(id)
  const isWide = useRoomy()
  const [shown, setShown] = useState<Pane>('chat')
  const say = useRef<(words: string) => void>(null)
  const news = useNews(known?.view.conversation, shown)
  const first = usePrompt(FIRST_PROMPT)

  if (known?.view.status === 'missing') return <MissingConversation />
  if (known?.view.status === 'failed')
    return <FailedConversation message={known.view.error && inWords(known.view.error)} />
  const hasState = (known?.view.conversation.state.revision ?? 0) > 0
  const start = (send: (words: string) => void) => (
    <BuilderStart
      title={hasState ? builderText.greetingBuilt : builderText.greeting}
      explanation={hasState ? builderText.explanationBuilt : builderText.explanation}
      prompts={hasState ? PROMPTS.built : PROMPTS.fresh}
      onPick={send}
    />
  )
  return (
    <div className="flex h-full flex-col">
      {known ? (
        <Header key={id} known={known} />
      ) : (
        <PageHeader>
          <h1 className="truncate text-sm font-semibold">{builderText.untitled}</h1>
        </PageHeader>
      )}
      {!isWide && <PaneTabs shown={shown} news={news} onShow={setShown} />}
      <div aria-hidden="true" className="h-px shrink-0 bg-line" />
      <Split
        isWide={isWide}
        shown={shown}
        chat={<ChatPage id={id} onStarted={onStarted} beside={{ agent: BUILDER, start, say }} />}
        canvas={
          known ? (
            <KnownCanvas key={id} known={known} />
          ) : (
            <EmptyCanvas
              action={
                !isWide && (
                  <Button
                    icon={ArrowUpRight}
                    className="mt-5 h-auto max-w-xs py-2.5 text-start"
                    onClick={() => say.current?.(first.said)}
                  >
                    <span className="whitespace-normal">{first.shown}</span>
                  </Button>
                )
              }
            >
              {builderText.canvas.empty.text}
            </EmptyCanvas>
          )
        }
      />
    </div>
  )
}

interface KnownProps {
  readonly known: KnownConversation
}

/** The title, and what can be done with the whole. */
function Header({ known: { view } }: KnownProps) {
  const { conversation } = view
  const { value } = conversation.state
  const strategy = useMemo(() => readStrategy(value), [value])
  const isReady = strategy.isWhole && !isAnswered(conversation)
  return (
    <ChatHeader
      isLoading={view.status === 'loading'}
      conversation={conversation}
      agent={undefined}
      actions={
        strategy.nodes.length > 0 && (
          <>
            <ExportMenu conversation={conversation} strategy={strategy} />
            <SaveButton conversation={conversation} strategy={strategy} isReady={isReady} />
          </>
        )
      }
    />
  )
}

function KnownCanvas({ known: { handle, view } }: KnownProps) {
  const { conversation } = view
  const edits = useEdits(handle, conversation.state)
  if (view.status === 'loading')
    return (
      <div role="status" className="grid h-full animate-breathe place-items-center bg-sunken text-sm text-soft">
        {builderText.canvas.loading}
      </div>
    )
  return <CanvasPane handle={handle} conversation={conversation} edits={edits} isAnswering={isAnswered(conversation)} />
}

/** Whether the agent is at it, or will be. */
function isAnswered({ messages }: Conversation): boolean {
  return messages.some((message) => message.role === 'assistant' && !isOver(message))
}

/** Where something has come that is not on show: words, or a change of the strategy. */
function useNews(conversation: Conversation | undefined, shown: Pane) {
  const revision = conversation?.state.revision ?? 0
  const said = conversation?.messages.filter((message) => message.role === 'user' || isOver(message)).length ?? 0
  const [seen, setSeen] = useState<Record<Pane, number>>({ chat: said, canvas: revision })
  const now = { chat: said, canvas: revision }
  const other = shown === 'chat' ? 'canvas' : 'chat'
  if (seen[shown] !== now[shown]) setSeen({ ...seen, [shown]: now[shown] })
  return seen[other] < now[other] ? other : null
}
