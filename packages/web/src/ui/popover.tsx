import { cloneElement, type ReactElement, type ReactNode } from 'react'
import { useFirstPress } from './first-press.ts'

export interface PopoverProps {
  /** The button that opens it. */
  readonly trigger: ReactElement<Record<string, unknown>>
  readonly title: string
  readonly children: ReactNode
  readonly align?: 'start' | 'center' | 'end'
}

/** More about one thing, beside it. What draws it comes when somebody is about to press its button. */
export function Popover({ trigger, ...props }: PopoverProps) {
  const { firstPress, button } = useFirstPress('dialog', load)
  if (!firstPress || !parts) return cloneElement(trigger, button)
  return <parts.OpenedPopover trigger={trigger} firstPress={firstPress} {...props} />
}

let parts: typeof import('./popover-parts.tsx') | undefined

async function load(): Promise<void> {
  parts = await import('./popover-parts.tsx')
}
