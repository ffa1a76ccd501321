import { type ReactNode, useId } from 'react'
import { ownWords } from '../text/agents.ts'
import { text } from '../text/text.ts'
import { Choices, FieldControl } from './field-control.tsx'
import type { Field } from './fields.ts'
import { hintOf, labelOf } from './wording.ts'

interface SchemaFieldsProps {
  readonly fields: readonly Field[]
  readonly values: Readonly<Record<string, unknown>>
  readonly onChange: (values: Readonly<Record<string, unknown>>) => void
  /** What is wrong: `field` is a path, inner names joined by dots. */
  readonly errors?: readonly FieldError[]
  /** Names of fields that must have a value before it can go on. */
  readonly missing?: readonly string[]
  readonly isDisabled?: boolean
  /** The path of the group that these fields stand in. */
  readonly path?: string
}

export interface FieldError {
  readonly field: string
  readonly message: string
}

/** The fields of a form, one below the other, each with its name, its hint and what is wrong with it. */
export function SchemaFields(props: SchemaFieldsProps) {
  const { fields, values, onChange, errors = [], missing = [], isDisabled = false, path = '' } = props
  return (
    <div className="space-y-4">
      {fields.map((field) => {
        const at = path === '' ? field.name : `${path}.${field.name}`
        return (
          <FieldRow
            key={field.name}
            field={field}
            path={at}
            value={values[field.name]}
            errors={errors}
            isMissing={missing.includes(field.name) && isEmpty(values[field.name])}
            isDisabled={isDisabled}
            onChange={(value) => onChange({ ...values, [field.name]: value })}
          />
        )
      })}
    </div>
  )
}

interface FieldRowProps {
  readonly field: Field
  readonly path: string
  readonly value: unknown
  readonly errors: readonly FieldError[]
  readonly isMissing: boolean
  readonly isDisabled: boolean
  readonly onChange: (value: unknown) => void
}

function FieldRow({ field, path, value, errors, isMissing, isDisabled, onChange }: FieldRowProps) {
  const id = useId()
  const { control } = field
  const own = errors.filter(
    (error) => error.field === path || (control.kind !== 'group' && isInside(error.field, path)),
  )
  const hint = hintOf(field)
  const describedBy = [hint && `${id}-hint`, own.length > 0 && `${id}-error`].filter(Boolean).join(' ') || undefined
  const name = (
    <>
      {labelOf(field)}
      {isMissing && <Mark tone="warning">{text.form.needed}</Mark>}
      {!field.isRequired && !isMissing && <Mark tone="faint">{text.form.optional}</Mark>}
    </>
  )
  const notes = (
    <>
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-xs text-pretty text-faint">
          {hint}
        </p>
      )}
      {own.length > 0 && (
        <p id={`${id}-error`} className="mt-1 text-xs text-pretty text-danger">
          {own.map(({ message }) => ownWords(message)).join(' ')}
        </p>
      )}
    </>
  )
  if (control.kind === 'group' || control.kind === 'choices')
    return (
      <fieldset
        aria-describedby={describedBy}
        className={control.kind === 'group' ? 'border-s-2 border-line ps-4' : ''}
      >
        <legend className={LABEL}>{name}</legend>
        {control.kind !== 'group' ? (
          <Choices options={control.options} value={value} onChange={onChange} isDisabled={isDisabled} />
        ) : (
          <SchemaFields
            fields={control.fields}
            path={path}
            values={typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}}
            errors={errors}
            isDisabled={isDisabled}
            onChange={onChange}
          />
        )}
        {notes}
      </fieldset>
    )
  const controlled = (
    <FieldControl
      field={field}
      id={id}
      value={value}
      onChange={onChange}
      isDisabled={isDisabled}
      isInvalid={own.length > 0}
      describedBy={describedBy}
    />
  )
  if (control.kind === 'switch')
    return (
      <div>
        <div className="flex min-h-8 items-center gap-2.5">
          {controlled}
          <label htmlFor={id} className="flex items-baseline gap-2 text-sm font-medium">
            {name}
          </label>
        </div>
        {notes}
      </div>
    )
  return (
    <div>
      <label htmlFor={id} className={LABEL}>
        {name}
      </label>
      {controlled}
      {notes}
    </div>
  )
}

const LABEL = 'mb-1 flex w-fit items-baseline gap-2 text-sm font-medium'

function Mark({ tone, children }: { readonly tone: 'warning' | 'faint'; readonly children: ReactNode }) {
  return (
    <span className={tone === 'warning' ? 'text-xs font-medium text-warning' : 'text-xs font-normal text-faint'}>
      {children}
    </span>
  )
}

function isInside(field: string, path: string): boolean {
  return field.startsWith(`${path}.`)
}

/** Whether a field stands empty. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}
