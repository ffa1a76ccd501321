import { ChevronRight } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { classes } from './classes.ts'

interface DisclosureProps {
  readonly summary: ReactNode
  readonly children: ReactNode
  readonly className?: string
}

/** Something that is folded away behind one line. What is folded is not drawn. */
export function Disclosure({ summary, children, className }: DisclosureProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details
      className={classes('group/disclosure [details+&]:-mt-2', className)}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="-mx-2 flex min-h-8 w-fit max-w-[calc(100%+1rem)] cursor-pointer list-none items-center gap-2 rounded-md px-2 text-sm text-soft transition-colors hover:bg-hover hover:text-ink">
        <ChevronRight
          aria-hidden
          className="size-3.5 shrink-0 text-faint transition-transform group-open/disclosure:rotate-90"
        />
        {summary}
      </summary>
      {isOpen && children}
    </details>
  )
}
