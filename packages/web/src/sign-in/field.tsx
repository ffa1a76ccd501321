import { type ComponentProps, useId } from 'react'
import { FIELD } from '../ui/field.ts'

interface FieldProps extends ComponentProps<'input'> {
  readonly label: string
  readonly hint?: string
  /** What is wrong with what stands in it. */
  readonly error?: string | undefined
}

/** A line to write in, with its name above it. */
export function Field({ label, hint, error, ...props }: FieldProps) {
  const id = useId()
  const hintId = useId()
  const errorId = useId()
  const described = [error && errorId, hint && hintId].filter(Boolean).join(' ')
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        className={FIELD}
        {...props}
      />
      {error && (
        <p id={errorId} className="text-xs text-danger">
          {error}
        </p>
      )}
      {hint && (
        <p id={hintId} className="text-xs text-faint">
          {hint}
        </p>
      )}
    </div>
  )
}
