import { Failure, type FileId, type SharedConversation, type Turn, textOf, visiblePath } from '@streambed/client'
import { createSharing } from '@streambed/client/sharing'
import { CloudAlert, Unlink } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { Bubble } from '../chat/bubble.tsx'
import { LoadingConversation } from '../chat/chat-states.tsx'
import { Citations } from '../chat/citations.tsx'
import { titleOf } from '../chat/title.ts'
import { Figure } from '../figures/figure.tsx'
import { formatMoment } from '../format/time.ts'
import { Markdown } from '../markdown/markdown.tsx'
import { Link } from '../routes/link.tsx'
import { ThemeMenu } from '../shell/theme-menu.tsx'
import { useTitle } from '../shell/use-title.ts'
import { ownWords } from '../text/agents.ts'
import { inWords } from '../text/problems.ts'
import { sharingText } from '../text/sharing.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Logo } from '../ui/logo.tsx'
import { OverlayHost } from '../ui/overlay-host.tsx'
import { Toasts } from '../ui/toast.tsx'
import { WholePage } from '../ui/whole-page.tsx'
import { SharedFile } from './shared-file.tsx'

const StrategyPicture = lazy(async () => ({ default: (await import('./strategy-picture.tsx')).StrategyPicture }))

const words = sharingText.page
const sharing = createSharing()

/** What somebody has shared by a link: to read, and nothing else. */
export function SharedPage() {
  const token = useSyncExternalStore(onHashChange, tokenInAddress)
  const { shared, failure, reload } = useShared(token)
  useTitle(shared ? (titleOf(shared.conversation) ?? words.label) : words.label)
  if (failure) return <Failed failure={failure} onRetry={reload} />
  return (
    <>
      <div className="flex h-dvh flex-col">
        <Header shared={shared} />
        <main className="min-h-0 flex-1 overflow-y-auto" aria-busy={shared === null}>
          <OverlayHost>
            {shared ? <Said shared={shared} token={token} /> : <LoadingConversation problem={null} />}
          </OverlayHost>
        </main>
      </div>
      <Toasts />
    </>
  )
}

/** It stands after the #, which browsers send to no server. */
const tokenInAddress = (): string => location.hash.slice(1)

function onHashChange(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

function Header({ shared }: { readonly shared: SharedConversation | null }) {
  return (
    <header className="flex shrink-0 items-center gap-3 border-b border-line ps-[max(1rem,env(safe-area-inset-left))] pe-[max(0.75rem,env(safe-area-inset-right))] pt-[calc(0.5rem+env(safe-area-inset-top))] pb-2">
      <Link to={{ name: 'start' }} aria-label={words.start} className="text-accent">
        <Logo className="size-6" />
      </Link>
      <div className="min-w-0 flex-1">
        <h1 className="truncate text-sm font-semibold">
          {shared ? (titleOf(shared.conversation) ?? words.label) : words.loading}
        </h1>
        <p className="truncate text-xs text-soft">
          {words.label}
          {shared &&
            ` · ${words.with(ownWords(shared.agentTitle), formatMoment(shared.sharedAt, new Date(), text.locale))}`}
        </p>
      </div>
      <ThemeMenu />
    </header>
  )
}

interface SaidProps {
  readonly shared: SharedConversation
  readonly token: string
}

function Said({ shared: { conversation, agentTitle }, token }: SaidProps) {
  const turns = visiblePath(conversation)
  const fetchFile = useCallback((file: FileId) => sharing.file(token, file), [token])
  return (
    <div className="mx-auto w-full max-w-reading px-4 py-6 sm:px-6">
      {turns.length === 0 && <p className="text-center text-sm text-soft">{words.empty}</p>}
      {turns.map((turn) => (
        <SharedTurn key={turn.message.id} turn={turn} agent={ownWords(agentTitle)} fetchFile={fetchFile} />
      ))}
      {conversation.state.value !== null && (
        <Suspense>
          <StrategyPicture value={conversation.state.value} />
        </Suspense>
      )}
    </div>
  )
}

interface SharedTurnProps {
  readonly turn: Turn
  readonly agent: string
  readonly fetchFile: (file: FileId) => Promise<Blob>
}

/** What was asked, and the answer to it. What is far out of view is not drawn. */
function SharedTurn({ turn: { message, answers }, agent, fetchFile }: SharedTurnProps) {
  const answer = answers.at(-1)
  const files = message.parts.filter((part) => 'file' in part)
  return (
    <div className="pb-6 [contain-intrinsic-size:auto_24rem] [content-visibility:auto]">
      <div className="flex flex-col items-end pb-4">
        <h2 className="sr-only">{text.message.yours}</h2>
        <Bubble words={message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')}>
          {files.map((part) => (
            <SharedFile key={part.file} part={part} fetchFile={fetchFile} />
          ))}
        </Bubble>
      </div>
      {answer && (
        <article className="space-y-3">
          <h2 className="sr-only">{text.answer.by(agent)}</h2>
          {answer.blocks.map((block) => {
            if (block.type === 'component')
              return <Figure key={block.block} component={block.component} props={block.props} />
            if (block.type !== 'text') return null
            return (
              <div key={block.block}>
                <Markdown source={block.text} isOpen={false} />
                <Citations citations={block.citations} from={1} />
              </div>
            )
          })}
          <div className="-ms-1.5">
            <CopyButton label={text.answer.copy} content={() => textOf(answer)} />
          </div>
        </article>
      )}
    </div>
  )
}

function Failed({ failure, onRetry }: { readonly failure: Failure; readonly onRetry: () => void }) {
  const isMissing = failure.code === 'not-found'
  return (
    <main className="h-dvh">
      {isMissing ? (
        <WholePage
          icon={Unlink}
          title={words.missing.title}
          action={
            <Link to={{ name: 'start' }} className="text-sm text-accent underline">
              {words.start}
            </Link>
          }
        >
          {words.missing.text}
        </WholePage>
      ) : (
        <WholePage
          icon={CloudAlert}
          title={words.failed.title}
          action={<Button onClick={onRetry}>{words.failed.action}</Button>}
        >
          {inWords(failure)}
        </WholePage>
      )}
    </main>
  )
}

function useShared(token: string) {
  const [shared, setShared] = useState<SharedConversation | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [tries, setTries] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try asks again
  useEffect(() => {
    let isWanted = true
    setShared(null)
    setFailure(null)
    sharing.read(token).then(
      (shared) => isWanted && setShared(shared),
      (failure: unknown) => isWanted && failure instanceof Failure && setFailure(failure),
    )
    return () => {
      isWanted = false
    }
  }, [token, tries])
  return { shared, failure, reload: () => setTries(tries + 1) }
}
