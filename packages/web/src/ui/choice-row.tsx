import type { LucideIcon } from 'lucide-react'
import { useId } from 'react'
import { classes } from './classes.ts'

interface ChoiceRowProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly options: readonly { readonly value: Value; readonly label: string; readonly icon?: LucideIcon }[]
}

/** A few options side by side, of which one holds. */
export function ChoiceRow<Value extends string>({ label, value, onChange, options }: ChoiceRowProps<Value>) {
  const name = useId()
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      <div className="flex flex-wrap gap-2">
        {options.map(({ value: own, label, icon: Icon }) => (
          <label
            key={own}
            className={classes(
              'flex min-h-9 cursor-pointer items-center gap-2 rounded-md border px-3 text-sm transition-colors select-none pointer-coarse:min-h-11',
              'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
              own === value
                ? 'border-accent bg-accent-soft font-medium text-accent'
                : 'border-edge bg-raised text-soft hover:bg-hover',
            )}
          >
            <input
              type="radio"
              name={name}
              value={own}
              checked={own === value}
              onChange={() => onChange(own)}
              className="sr-only"
            />
            {Icon && <Icon aria-hidden className="size-4" />}
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
