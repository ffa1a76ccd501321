import { type ComponentProps, useId } from 'react'
import { FIELD } from '../ui/field.ts'

interface FieldProps extends ComponentProps<'input'> {
  readonly label: string
  readonly hint?: string
}

/** A line to write in, with its name above it. */
export function Field({ label, hint, ...props }: FieldProps) {
  const id = useId()
  const hintId = useId()
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      <input id={id} aria-describedby={hint ? hintId : undefined} className={FIELD} {...props} />
      {hint && (
        <p id={hintId} className="text-xs text-faint">
          {hint}
        </p>
      )}
    </div>
  )
}
