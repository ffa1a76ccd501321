import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react'
import { classes } from './classes.ts'

interface TabsProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  /** What belongs to the chosen one. */
  readonly children: ReactNode
}

/** A few ways to look at one thing, of which one is shown. The arrow keys go from one to the next. */
export function Tabs<Value extends string>({ label, value, onChange, options, children }: TabsProps<Value>) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const pressed = (event: KeyboardEvent) => {
    const last = options.length - 1
    const at = options.findIndex((option) => option.value === value)
    const next = { ArrowLeft: at > 0 ? at - 1 : last, ArrowRight: at < last ? at + 1 : 0, Home: 0, End: last }[
      event.key
    ]
    if (next === undefined) return
    event.preventDefault()
    onChange(options[next]!.value)
    list.current!.querySelectorAll<HTMLElement>('[role="tab"]')[next]!.focus()
  }
  return (
    <div>
      <div
        ref={list}
        role="tablist"
        aria-label={label}
        onKeyDown={pressed}
        className="mb-3 flex w-fit max-w-full gap-0.5 overflow-x-auto rounded-lg bg-sunken p-0.5"
      >
        {options.map((option) => {
          const isChosen = option.value === value
          return (
            <button
              key={option.value}
              id={`${id}-${option.value}`}
              type="button"
              role="tab"
              aria-selected={isChosen}
              aria-controls={isChosen ? `${id}-panel` : undefined}
              tabIndex={isChosen ? 0 : -1}
              onClick={() => onChange(option.value)}
              className={classes(
                'min-h-7 rounded-md px-3 text-sm whitespace-nowrap outline-offset-[-2px] transition-colors pointer-coarse:min-h-10',
                isChosen ? 'bg-raised font-medium text-ink shadow-low' : 'text-soft hover:text-ink',
              )}
            >
              {option.label}
            </button>
          )
        })}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${value}`}>
        {children}
      </div>
    </div>
  )
}
