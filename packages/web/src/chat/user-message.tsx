import type { InputPart, UserMessage as Message, Part, PendingMessage } from '@streambed/client'
import { CircleAlert, Clock, FileText, Pencil } from 'lucide-react'
import { type KeyboardEvent, type ReactElement, type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import { text } from '../text/text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { Pager } from '../ui/pager.tsx'
import { useChatActions } from './chat-actions.ts'
import { GrowingField } from './composer.tsx'

interface UserMessageProps {
  readonly message: Message
  readonly versions: readonly Message['id'][]
}

/** What a user said, with its other versions and the way to make a new one. */
export function UserMessage({ message, versions }: UserMessageProps) {
  const actions = useChatActions()
  const [isEditing, setEditing] = useState(false)
  const editButton = useRef<HTMLButtonElement>(null)
  const words = wordsOf(message.parts)

  const stopEditing = () => {
    setEditing(false)
    requestAnimationFrame(() => editButton.current?.focus())
  }
  const resend = (words: string) => {
    stopEditing()
    actions.resend(message.id, [
      ...(words === '' ? [] : [{ type: 'text' as const, text: words }]),
      ...filesOf(message.parts),
    ])
  }
  if (isEditing) return <Editor words={words} onCancel={stopEditing} onSend={resend} canBeEmpty={words === ''} />
  return (
    <div className="group/message flex flex-col items-end">
      <h2 className="sr-only">{text.message.yours}</h2>
      <Bubble words={words}>
        {message.parts
          .filter((part) => part.type !== 'text')
          .map((part) =>
            part.type === 'form' ? (
              <FileChip key={part.form} name={text.message.form(part.tool)} />
            ) : (
              <FilePart key={part.file} part={part} />
            ),
          )}
      </Bubble>
      <div className="flex h-8 items-center gap-0.5 pointer-coarse:h-10">
        <div className="flex opacity-0 transition-opacity group-focus-within/message:opacity-100 group-hover/message:opacity-100 pointer-coarse:opacity-100">
          {words !== '' && <CopyButton label={text.message.copy} content={() => words} />}
          <IconButton
            ref={editButton}
            size="small"
            icon={Pencil}
            label={text.message.edit}
            onClick={() => setEditing(true)}
          />
        </div>
        {versions.length > 1 && (
          <Pager
            index={versions.indexOf(message.id)}
            count={versions.length}
            onChange={(index) => actions.showVersion(versions[index]!)}
          />
        )}
      </div>
    </div>
  )
}

/** What was written and is not in the log yet. */
export function PendingUserMessage({ message }: { readonly message: PendingMessage }) {
  const actions = useChatActions()
  return (
    <div className="flex flex-col items-end pb-4">
      <h2 className="sr-only">{text.message.yours}</h2>
      <Bubble words={message.text} isFaded={message.state !== 'failed'}>
        {message.parts
          .filter((part) => part.type === 'file')
          .map((part) => (
            <FileChip key={part.file} name={text.message.file} />
          ))}
      </Bubble>
      {message.state === 'failed' ? (
        <div
          role="alert"
          className="mt-1.5 flex max-w-[85%] flex-wrap items-center justify-end gap-x-1 text-sm text-danger"
        >
          <span className="text-pretty">
            <CircleAlert aria-hidden className="me-1.5 -mt-0.5 inline size-4" />
            {text.message.failed}. {message.error?.message}
          </span>
          <Button look="quiet" onClick={() => actions.sendPendingAgain(message.requestId)}>
            {text.message.resend}
          </Button>
          <Button look="quiet" onClick={() => actions.discardPending(message.requestId)}>
            {text.message.discard}
          </Button>
        </div>
      ) : (
        <div className="flex h-8 items-center gap-1 text-xs text-faint">
          {message.state === 'waiting' && (
            <>
              <Clock aria-hidden className="size-3.5" />
              {text.message.waiting}
              <Button look="quiet" className="px-2 text-xs" onClick={() => actions.discardPending(message.requestId)}>
                {text.message.discard}
              </Button>
            </>
          )}
          {message.state === 'sending' && text.message.sending}
        </div>
      )}
    </div>
  )
}

interface BubbleProps {
  readonly words: string
  /** The files that came with them. */
  readonly children: readonly ReactElement[]
  readonly isFaded?: boolean
}

function Bubble({ words, children: files, isFaded = false }: BubbleProps) {
  return (
    <div className={classes('flex max-w-[85%] flex-col items-end gap-2 transition-opacity', isFaded && 'opacity-70')}>
      {files.length > 0 && (
        <ul aria-label={text.message.attached} className="flex flex-wrap justify-end gap-2">
          {files.map((file) => (
            <li key={file.key} className="min-w-0">
              {file}
            </li>
          ))}
        </ul>
      )}
      {words !== '' && (
        <div className="rounded-xl rounded-ee-sm bg-bubble px-4 py-2.5">
          <Folded>{words}</Folded>
        </div>
      )}
    </div>
  )
}

/** A long text shows its beginning first. */
function Folded({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<'short' | 'folded' | 'open'>('short')
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (box.current!.scrollHeight > box.current!.clientHeight + 4) setState('folded')
  }, [])
  return (
    <>
      <div
        ref={box}
        className={classes('break-words whitespace-pre-wrap', state === 'open' ? undefined : 'line-clamp-[14]')}
      >
        {children}
      </div>
      {state !== 'short' && (
        <button
          type="button"
          onClick={() => setState(state === 'open' ? 'folded' : 'open')}
          className="mt-1 min-h-6 text-sm font-medium text-accent hover:underline"
        >
          {state === 'open' ? text.message.showLess : text.message.showMore}
        </button>
      )}
    </>
  )
}

function FilePart({ part }: { readonly part: Extract<Part, { file: unknown }> }) {
  const [isBroken, setBroken] = useState(false)
  const address = `/v1/files/${part.file}`
  if (part.type === 'image' && !isBroken)
    return (
      <a href={address} target="_blank" rel="noopener" className="block overflow-hidden rounded-lg border border-line">
        <img
          src={address}
          alt={part.name}
          loading="lazy"
          onError={() => setBroken(true)}
          className="h-40 max-w-full object-cover"
        />
      </a>
    )
  return (
    <a href={address} target="_blank" rel="noopener" className="block rounded-lg hover:bg-hover">
      <FileChip name={part.name} />
    </a>
  )
}

function FileChip({ name }: { readonly name: string }) {
  return (
    <span className="flex max-w-72 items-center gap-2 rounded-lg border border-line px-3 py-2 text-sm">
      <FileText aria-hidden className="size-4 shrink-0 text-accent" />
      <span className="truncate">{name}</span>
    </span>
  )
}

interface EditorProps {
  readonly words: string
  readonly canBeEmpty: boolean
  readonly onCancel: () => void
  readonly onSend: (words: string) => void
}

function Editor({ words, canBeEmpty, onCancel, onSend }: EditorProps) {
  const [draft, setDraft] = useState(words)
  const field = useRef<HTMLTextAreaElement>(null)
  useLayoutEffect(() => {
    const { current } = field
    current?.focus({ preventScroll: true })
    current?.setSelectionRange(current.value.length, current.value.length)
  }, [])
  const isReady = canBeEmpty || draft.trim() !== ''
  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') onCancel()
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      if (isReady) onSend(draft.trim())
    }
  }
  return (
    <div className="mb-3 animate-appear rounded-xl border border-edge bg-raised p-2 shadow-low">
      <h2 className="sr-only">{text.message.yours}</h2>
      <GrowingField
        ref={field}
        value={draft}
        onChange={setDraft}
        onKeyDown={pressed}
        label={text.message.editLabel}
        className="max-h-[50dvh] px-2 py-1.5"
      />
      <div className="flex flex-wrap items-center justify-end gap-2 pt-1">
        <span className="flex-1 px-2 text-xs text-faint max-sm:hidden">{text.message.editHint}</span>
        <Button look="quiet" onClick={onCancel}>
          {text.message.cancel}
        </Button>
        <Button look="primary" disabled={!isReady} onClick={() => onSend(draft.trim())}>
          {text.message.resend}
        </Button>
      </div>
    </div>
  )
}

function wordsOf(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}

function filesOf(parts: readonly Part[]): readonly InputPart[] {
  return parts.flatMap((part) => ('file' in part ? [{ type: 'file' as const, file: part.file }] : []))
}
