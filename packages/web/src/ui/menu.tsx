import type { LucideIcon } from 'lucide-react'
import { cloneElement, type ReactElement, type ReactNode } from 'react'
import { useFirstPress } from './first-press.ts'

export interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement<Record<string, unknown>>
  readonly children: ReactNode
  readonly align?: 'start' | 'end'
  readonly side?: 'top' | 'bottom'
}

/** A list of things to do behind a button. What draws it comes when somebody is about to press that. */
export function Menu({ trigger, ...props }: MenuProps) {
  const { firstPress, button } = useFirstPress('menu', load)
  if (!firstPress || !parts) return cloneElement(trigger, button)
  return <parts.OpenedMenu trigger={trigger} firstPress={firstPress} {...props} />
}

let parts: typeof import('./menu-parts.tsx') | undefined

async function load(): Promise<void> {
  parts = await import('./menu-parts.tsx')
}

export interface MenuItemProps {
  readonly icon?: LucideIcon
  readonly children: ReactNode
  readonly onClick: () => void
  readonly isDangerous?: boolean
}

export function MenuItem(props: MenuItemProps) {
  return parts && <parts.MenuItem {...props} /> // it is only drawn in an open menu
}

export interface MenuLinkProps {
  readonly icon: LucideIcon
  readonly children: ReactNode
  /** What it downloads. */
  readonly href: string
}

/** A file to download, among the things to do. */
export function MenuLink(props: MenuLinkProps) {
  return parts && <parts.MenuLink {...props} />
}

export interface MenuChoiceProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly options: readonly { readonly value: Value; readonly label: ReactNode; readonly icon?: LucideIcon }[]
}

/** Several options in a menu, of which one holds. */
export function MenuChoice<Value extends string>(props: MenuChoiceProps<Value>) {
  return parts && <parts.MenuChoice {...props} />
}

export function MenuSeparator() {
  return parts && <parts.MenuSeparator />
}
