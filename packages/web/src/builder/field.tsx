import type { ReactNode } from 'react'

/** How a field looks. */
export const FIELD =
  'h-9 w-full rounded-md border border-edge/60 bg-ground px-2.5 text-sm text-ink transition-colors hover:border-edge read-only:border-line pointer-coarse:h-11 pointer-coarse:text-base'

/** A field under its name. */
export function Field({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className="block space-y-1">
      <span className="block text-xs font-medium text-soft">{label}</span>
      {children}
    </label>
  )
}
