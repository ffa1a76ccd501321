import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { text } from '../text/text.ts'
import { IconButton } from './button.tsx'
import { classes } from './classes.ts'

interface DialogProps {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  readonly size?: 'normal' | 'wide'
}

/** Something to be done before one goes on with the page below it. */
export function Dialog({ title, isOpen, onClose, children, size = 'normal' }: DialogProps) {
  return (
    <Base.Root open={isOpen} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-50 min-h-dvh bg-[oklch(0.15_0.01_225_/_0.45)] transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          className={classes(
            'fixed inset-x-0 bottom-0 z-50 mx-auto flex max-h-[92dvh] flex-col rounded-t-2xl border border-line bg-raised shadow-float outline-hidden',
            'transition-[opacity,translate] duration-200 data-ending-style:translate-y-3 data-ending-style:opacity-0 data-starting-style:translate-y-3 data-starting-style:opacity-0',
            'sm:top-[12dvh] sm:bottom-auto sm:max-h-[80dvh] sm:rounded-2xl',
            size === 'wide' ? 'sm:max-w-2xl' : 'sm:max-w-md',
          )}
        >
          <div className="flex items-center justify-between gap-4 ps-5 pe-2.5 pt-2.5">
            <Base.Title className="text-base font-semibold">{title}</Base.Title>
            <IconButton label={text.app.close} icon={X} onClick={onClose} />
          </div>
          <div className="min-h-0 overflow-y-auto px-5 pt-2 pb-[max(1.25rem,env(safe-area-inset-bottom))]">
            {children}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
