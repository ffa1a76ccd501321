import { Menu as Base } from '@base-ui/react/menu'
import { Check, type LucideIcon } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { classes } from './classes.ts'
import { useOverlayHost } from './overlay-host.tsx'

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement<Record<string, unknown>>
  readonly children: ReactNode
  readonly align?: 'start' | 'end'
  readonly side?: 'top' | 'bottom'
}

/** A list of things to do behind a button. */
export function Menu({ trigger, children, align = 'end', side = 'bottom' }: MenuProps) {
  const host = useOverlayHost()
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal container={host}>
        <Base.Positioner
          positionMethod="fixed"
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 outline-hidden"
        >
          <Base.Popup className={POPUP}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** How everything looks that opens over the page beside what was pressed. */
export const POPUP = classes(
  'max-h-(--available-height) min-w-44 origin-(--transform-origin) overflow-y-auto rounded-lg border border-line bg-raised p-1',
  'text-sm shadow-float outline-hidden transition-[scale,opacity] data-starting-style:scale-97 data-starting-style:opacity-0',
  'data-ending-style:scale-97 data-ending-style:opacity-0',
)

const ITEM =
  'flex min-h-8 cursor-default items-center gap-2.5 rounded-md px-2.5 py-1 outline-hidden select-none pointer-coarse:min-h-10'

interface MenuItemProps {
  readonly icon?: LucideIcon
  readonly children: ReactNode
  readonly onClick: () => void
  readonly isDangerous?: boolean
}

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

interface MenuLinkProps {
  readonly icon: LucideIcon
  readonly children: ReactNode
  /** What it downloads. */
  readonly href: string
}

/** A file to download, among the things to do. */
export function MenuLink({ icon: Icon, children, href }: MenuLinkProps) {
  return (
    <Base.Item render={<a href={href} download />} className={classes(ITEM, 'text-ink data-highlighted:bg-hover')}>
      <Icon aria-hidden className="size-4 shrink-0 text-soft" />
      {children}
    </Base.Item>
  )
}

interface MenuChoiceProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly options: readonly { readonly value: Value; readonly label: ReactNode; readonly icon?: LucideIcon }[]
}

/** Several options in a menu, of which one holds. */
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
