import { Popover as Base } from '@base-ui/react/popover'
import type { ReactElement, ReactNode } from 'react'
import { classes } from './classes.ts'
import { POPUP } from './menu.tsx'
import { useOverlayHost } from './overlay-host.tsx'

interface PopoverProps {
  /** The button that opens it. */
  readonly trigger: ReactElement<Record<string, unknown>>
  readonly title: string
  readonly children: ReactNode
  readonly align?: 'start' | 'center' | 'end'
}

/** More about one thing, beside it. */
export function Popover({ trigger, title, children, align = 'start' }: PopoverProps) {
  const host = useOverlayHost()
  return (
    <Base.Root modal>
      <Base.Trigger render={trigger} />
      <Base.Portal container={host}>
        <Base.Positioner positionMethod="fixed" align={align} sideOffset={6} collisionPadding={12} className="z-50">
          <Base.Popup className={classes(POPUP, 'max-w-[min(22rem,calc(100vw-1.5rem))] p-3.5')}>
            <Base.Title className="text-sm font-semibold">{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
