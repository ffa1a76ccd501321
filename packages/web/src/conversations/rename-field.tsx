import { useEffect, useRef, useState } from 'react'
import { text } from '../text/text.ts'

interface RenameFieldProps {
  readonly title: string
  /** What it is the name of; a conversation, where nothing else is said. */
  readonly label?: string
  /** Called once, with the new title or null where nothing is to change. */
  readonly onDone: (title: string | null) => void
}

/** A title being written anew, in its place. Enter or leaving keeps it, Escape does not. */
export function RenameField({ title, label = text.conversation.renameLabel, onDone }: RenameFieldProps) {
  const [value, setValue] = useState(title)
  const field = useRef<HTMLInputElement>(null)
  const isDone = useRef(false)

  useEffect(() => {
    // The menu that brought us here gives the focus back first.
    const timer = setTimeout(() => field.current?.select(), 60)
    return () => clearTimeout(timer)
  }, [])

  const finish = (isKept: boolean) => {
    if (isDone.current) return
    isDone.current = true
    const next = value.trim()
    onDone(isKept && next !== '' && next !== title ? next : null)
  }
  return (
    <input
      ref={field}
      value={value}
      maxLength={200}
      aria-label={label}
      onChange={(event) => setValue(event.target.value)}
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') finish(true)
        if (event.key === 'Escape') {
          event.stopPropagation()
          finish(false)
        }
      }}
      className="h-9 w-full rounded-md border border-accent bg-raised px-2.5 text-sm outline-hidden pointer-coarse:h-11 pointer-coarse:text-[1rem]"
    />
  )
}
