import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { GrowingField } from '../ui/growing-field.tsx'

interface MessageEditorProps {
  readonly words: string
  readonly canBeEmpty: boolean
  readonly onCancel: () => void
  readonly onSend: (words: string) => void
}

/** A message being written anew, in its place. Enter sends it as a second version, Escape leaves it as it was. */
export function MessageEditor({ words, canBeEmpty, onCancel, onSend }: MessageEditorProps) {
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
