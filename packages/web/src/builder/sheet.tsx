import { X } from 'lucide-react'
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react'
import { builderText } from '../text/builder.ts'
import { IconButton } from '../ui/button.tsx'

interface SheetProps {
  readonly title: string
  readonly onClose: () => void
  readonly onSubmit: () => void
  readonly children: ReactNode
  readonly footer: ReactNode
}

/** A form at the side of the canvas, which stays in reach. */
export function Sheet({ title, onClose, onSubmit, children, footer }: SheetProps) {
  const heading = useId()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    onClose()
  }
  return (
    <section
      aria-labelledby={heading}
      className="absolute inset-x-2 bottom-2 z-10 flex max-h-[calc(100%-1rem)] animate-appear flex-col rounded-xl border border-line bg-raised shadow-float @min-[34rem]/pane:inset-x-auto @min-[34rem]/pane:top-3 @min-[34rem]/pane:right-3 @min-[34rem]/pane:bottom-auto @min-[34rem]/pane:w-84"
    >
      <form onSubmit={submit} onKeyDown={pressed} className="flex min-h-0 flex-col">
        <header className="flex items-center justify-between ps-4 pe-2 pt-2">
          <h2 id={heading} className="text-sm font-semibold">
            {title}
          </h2>
          <IconButton size="small" label={builderText.sheet.close} icon={X} onClick={onClose} />
        </header>
        <div className="min-h-0 space-y-3.5 overflow-y-auto px-4 pt-2 pb-4">{children}</div>
        <footer className="flex items-center gap-2 border-t border-line px-4 py-3">{footer}</footer>
      </form>
    </section>
  )
}

/** The field that is written in at once, where the sheet was opened by key. */
export function useFirstField<Field extends HTMLInputElement>(isFocused: boolean) {
  const first = useRef<Field>(null)
  useEffect(() => {
    if (isFocused) first.current?.select()
  }, [isFocused])
  return first
}
