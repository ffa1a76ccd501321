import { ArrowUp, type LucideIcon, Paperclip, Square } from 'lucide-react'
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { formatCount } from '../format/numbers.ts'
import { text } from '../text/text.ts'
import { IconButton } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { GrowingField } from '../ui/growing-field.tsx'
import { AttachmentList } from './attachment-list.tsx'
import { ACCEPTED } from './attachment-rules.ts'
import { readDraft, writeDraft } from './draft.ts'
import type { Attachments } from './use-attachments.ts'

/** The longest message a server takes, unless it was told otherwise, in characters. */
const MAX_CHARACTERS = 32_000
/** From here on the rest is counted. */
const COUNT_FROM = 28_000

interface ComposerProps {
  /** Under what name the draft is kept. */
  readonly draftKey: string
  readonly placeholder: string
  readonly attachments: Attachments
  /** An answer is under way: what is sent now waits for its turn. */
  readonly isAnswering: boolean
  /** Stops the answer; null where there is none, or it is stopping already. */
  readonly onStop: (() => void) | null
  readonly onSend: (words: string) => void
  /** What else stands in the line of buttons. */
  readonly children?: ReactNode
  readonly fieldRef: RefObject<HTMLTextAreaElement | null>
}

/** Where messages are written. Whatever happens, the words stay until they are sent. */
export function Composer(props: ComposerProps) {
  const { draftKey, placeholder, attachments, isAnswering, onStop, onSend, children, fieldRef } = props
  const [draft, setDraft] = useDraft(draftKey)
  const picker = useRef<HTMLInputElement>(null)
  const left = MAX_CHARACTERS - draft.length
  const isUploading = attachments.items.some((item) => item.state.name === 'uploading')
  const hasFailed = attachments.items.some((item) => item.state.name === 'failed')
  const isEmpty = draft.trim() === '' && attachments.items.length === 0
  const canSend = !isEmpty && !isUploading && !hasFailed && left >= 0

  const send = () => {
    if (!canSend) return
    onSend(draft.trim())
    setDraft('')
    fieldRef.current?.focus()
  }
  const pressed = (event: KeyboardEvent) => {
    const isComposing = event.nativeEvent.isComposing || event.keyCode === 229 // Safari ends composing before its Enter
    if (event.key !== 'Enter' || event.shiftKey || isComposing) return
    event.preventDefault()
    send()
  }
  const pasted = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return
    event.preventDefault()
    attachments.add(event.clipboardData.files)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      className="rounded-2xl border border-line bg-raised shadow-card transition-[border-color,box-shadow] focus-within:border-edge"
    >
      <AttachmentList attachments={attachments} />
      <GrowingField
        ref={fieldRef}
        value={draft}
        onChange={setDraft}
        onKeyDown={pressed}
        onPaste={pasted}
        label={text.composer.label}
        placeholder={placeholder}
        className="max-h-[min(40dvh,20rem)] px-4 pt-3.5 pb-1"
      />
      <div className="flex items-center gap-1 px-2 pb-2">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          accept={ACCEPTED}
          onChange={(event) => {
            attachments.add(event.target.files ?? [])
            event.target.value = '' // so that the same file can be picked again
          }}
        />
        <IconButton
          label={text.composer.attach}
          icon={Paperclip}
          shape="round"
          onClick={() => picker.current?.click()}
        />
        {children}
        <Hint left={left} isUploading={isUploading} hasFailed={hasFailed} isEmpty={isEmpty} />
        {onStop && <RoundButton label={text.composer.stop} icon={Square} look="stop" onClick={onStop} />}
        {(!onStop || !isEmpty) && (
          <RoundButton
            type="submit"
            label={isAnswering ? text.composer.queue : text.composer.send}
            icon={ArrowUp}
            look={canSend ? 'ready' : 'waiting'}
          />
        )}
      </div>
    </form>
  )
}

interface RoundButtonProps {
  readonly label: string
  readonly icon: LucideIcon
  readonly look: 'ready' | 'waiting' | 'stop'
  readonly type?: 'submit'
  readonly onClick?: () => void
}

const LOOKS: Record<RoundButtonProps['look'], string> = {
  ready: 'bg-accent text-on-accent hover:bg-accent-strong',
  waiting: 'cursor-default bg-hover text-faint',
  stop: 'bg-ink text-ground hover:bg-soft',
}

/**
 * One of the two buttons that matter. While it waits it can still be reached, so that the focus does not fall off it.
 */
function RoundButton({ label, icon: Icon, look, type, onClick }: RoundButtonProps) {
  return (
    <button
      type={type ?? 'button'}
      aria-label={label}
      title={label}
      aria-disabled={look === 'waiting'}
      onClick={onClick}
      className={classes(
        'grid size-9 shrink-0 place-items-center rounded-full transition-colors pointer-coarse:size-10',
        LOOKS[look],
      )}
    >
      <Icon aria-hidden className={look === 'stop' ? 'size-3.5 fill-current' : 'size-5'} />
    </button>
  )
}

interface HintProps {
  readonly left: number
  readonly isUploading: boolean
  readonly hasFailed: boolean
  readonly isEmpty: boolean
}

function Hint({ left, isUploading, hasFailed, isEmpty }: HintProps) {
  const count = formatCount(Math.abs(left), text.locale)
  return (
    <p
      aria-live="polite"
      className={classes('min-w-0 flex-1 px-1.5 text-end text-xs text-pretty', left < 0 ? 'text-danger' : 'text-faint')}
    >
      {left < 0 ? (
        text.composer.over(count)
      ) : isUploading ? (
        text.composer.uploadingWait
      ) : hasFailed ? (
        text.composer.removeFailed
      ) : left < MAX_CHARACTERS - COUNT_FROM ? (
        text.composer.left(count)
      ) : isEmpty ? null : (
        <span className="max-sm:hidden pointer-coarse:hidden">{text.composer.hint}</span>
      )}
    </p>
  )
}

/** A draft that survives a reload of this tab. */
function useDraft(key: string): [string, (draft: string) => void] {
  const [draft, setDraft] = useState(() => readDraft(key))
  const kept = useRef(key)
  useLayoutEffect(() => {
    if (kept.current === key) return
    kept.current = key // a new conversation has got its name; what is being written goes along
    writeDraft(key, draft)
  }, [key, draft])
  return [
    draft,
    (next) => {
      setDraft(next)
      writeDraft(key, next)
    },
  ]
}
