import { type ClipboardEvent, type KeyboardEvent, type Ref, useLayoutEffect, useRef } from 'react'
import { classes } from './classes.ts'

interface GrowingFieldProps {
  readonly ref?: Ref<HTMLTextAreaElement>
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly onPaste?: (event: ClipboardEvent) => void
  readonly label: string
  readonly placeholder?: string
  readonly className?: string
}

/** A field for several lines that is as high as what stands in it. */
export function GrowingField({ ref, value, onChange, label, className, ...props }: GrowingFieldProps) {
  const own = useRef<HTMLTextAreaElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the words
  useLayoutEffect(() => {
    const field = own.current!
    field.style.height = 'auto'
    field.style.height = `${field.scrollHeight}px`
  }, [value])
  return (
    <textarea
      ref={(field) => {
        own.current = field
        if (typeof ref === 'function') ref(field)
        else if (ref) ref.current = field
      }}
      rows={1}
      dir="auto"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      aria-label={label}
      className={classes(
        'block w-full resize-none bg-transparent outline-hidden pointer-coarse:text-[1rem]',
        className,
      )}
      {...props}
    />
  )
}
