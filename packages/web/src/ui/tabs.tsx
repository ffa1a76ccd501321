import { Tabs as Base } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'

interface TabsProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  /** What belongs to the chosen one. */
  readonly children: ReactNode
}

/** A few ways to look at one thing, of which one is shown. */
export function Tabs<Value extends string>({ label, value, onChange, options, children }: TabsProps<Value>) {
  return (
    <Base.Root value={value} onValueChange={onChange}>
      <Base.List
        aria-label={label}
        className="mb-3 flex w-fit max-w-full gap-0.5 overflow-x-auto rounded-lg bg-sunken p-0.5"
      >
        {options.map((option) => (
          <Base.Tab
            key={option.value}
            value={option.value}
            className="min-h-7 rounded-md px-3 text-sm whitespace-nowrap text-soft transition-colors hover:text-ink data-active:bg-raised data-active:font-medium data-active:text-ink data-active:shadow-low pointer-coarse:min-h-10"
          >
            {option.label}
          </Base.Tab>
        ))}
      </Base.List>
      <Base.Panel value={value} className="outline-offset-4">
        {children}
      </Base.Panel>
    </Base.Root>
  )
}
