import { Popover as Base } from '@base-ui/react/popover'
import { classes } from './classes.ts'
import { type FirstPress, usePressedAgain } from './first-press.ts'
import { useOverlayHost } from './overlay-host.tsx'
import type { PopoverProps } from './popover.tsx'
import { POPUP } from './popup.ts'

interface OpenedPopoverProps extends PopoverProps {
  readonly firstPress: FirstPress
}

/** What `Popover` becomes when its button has been pressed: open, and from then on with a trigger of its own. */
export function OpenedPopover({ trigger, title, children, align = 'start', firstPress }: OpenedPopoverProps) {
  const host = useOverlayHost()
  const button = usePressedAgain(firstPress)
  return (
    <Base.Root modal defaultOpen={firstPress === 'pointer'}>
      <Base.Trigger ref={button} render={trigger} />
      <Base.Portal container={host}>
        <Base.Positioner positionMethod="fixed" align={align} sideOffset={6} collisionPadding={12} className="z-50">
          <Base.Popup
            className={classes(POPUP, 'max-h-(--available-height) max-w-[min(22rem,calc(100vw-1.5rem))] p-3.5')}
          >
            <Base.Title className="text-sm font-semibold">{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
