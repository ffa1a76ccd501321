import { Menu as Base } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import { classes } from './classes.ts'
import { type FirstPress, usePressedAgain } from './first-press.ts'
import type { MenuChoiceProps, MenuItemProps, MenuLinkProps, MenuProps } from './menu.tsx'
import { useOverlayHost } from './overlay-host.tsx'
import { POPUP } from './popup.ts'

interface OpenedMenuProps extends MenuProps {
  readonly firstPress: FirstPress
}

/** What `Menu` becomes when its button has been pressed: open, and from then on with a trigger of its own. */
export function OpenedMenu({ trigger, children, align = 'end', side = 'bottom', firstPress }: OpenedMenuProps) {
  const host = useOverlayHost()
  const button = usePressedAgain(firstPress)
  return (
    <Base.Root defaultOpen={firstPress === 'pointer'}>
      <Base.Trigger ref={button} render={trigger} />
      <Base.Portal container={host}>
        <Base.Positioner
          positionMethod="fixed"
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 outline-hidden"
        >
          <Base.Popup className={classes(POPUP, 'max-h-[min(24rem,var(--available-height))]')}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

const ITEM =
  'flex min-h-8 cursor-default items-center gap-2.5 rounded-md px-2.5 py-1 outline-hidden select-none pointer-coarse:min-h-10'

export function MenuItem({ icon: Icon, children, onClick, isDangerous = false }: MenuItemProps) {
  return (
    <Base.Item
      onClick={onClick}
      className={classes(
        ITEM,
        isDangerous ? 'text-danger data-highlighted:bg-danger-soft' : 'text-ink data-highlighted:bg-hover',
      )}
    >
      {Icon && <Icon aria-hidden className={classes('size-4 shrink-0', !isDangerous && 'text-soft')} />}
      {children}
    </Base.Item>
  )
}

export function MenuLink({ icon: Icon, children, href }: MenuLinkProps) {
  return (
    <Base.Item render={<a href={href} download />} className={classes(ITEM, 'text-ink data-highlighted:bg-hover')}>
      <Icon aria-hidden className="size-4 shrink-0 text-soft" />
      {children}
    </Base.Item>
  )
}

export function MenuChoice<Value extends string>({ label, value, onChange, options }: MenuChoiceProps<Value>) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2.5 pt-1.5 pb-1 text-xs text-faint">{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={onChange}>
        {options.map(({ value, label, icon: Icon }) => (
          <Base.RadioItem
            key={value}
            value={value}
            closeOnClick
            className={classes(ITEM, 'text-ink data-highlighted:bg-hover')}
          >
            {Icon && <Icon aria-hidden className="size-4 shrink-0 text-soft" />}
            <span className="min-w-0 flex-1">{label}</span>
            <Base.RadioItemIndicator className="text-accent">
              <Check aria-hidden className="size-4" />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  )
}

export function MenuSeparator() {
  return <Base.Separator className="mx-1.5 my-1 h-px bg-line" />
}
