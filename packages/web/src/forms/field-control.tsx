import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'
import { FIELD } from '../ui/field.ts'
import type { Field, Option } from './fields.ts'
import { JsonField } from './json-field.tsx'
import { fromLocalTime, toLocalTime } from './local-time.ts'
import { optionLabel } from './wording.ts'

export interface FieldControlProps {
  readonly field: Field
  readonly id: string
  readonly value: unknown
  readonly onChange: (value: unknown) => void
  readonly isDisabled: boolean
  readonly isInvalid: boolean
  /** The ids of what is said about it. */
  readonly describedBy: string | undefined
}

/** Where one value is given, as fits its kind. What is taken away is null. */
export function FieldControl({ field, id, value, onChange, isDisabled, isInvalid, describedBy }: FieldControlProps) {
  const { control } = field
  const shared = {
    id,
    disabled: isDisabled,
    'aria-invalid': isInvalid || undefined,
    'aria-describedby': describedBy,
    'aria-required': field.isRequired || undefined,
  }
  const written = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  const orNull = (words: string) => (words === '' ? null : words)
  switch (control.kind) {
    case 'text': {
      const { isLong, maxLength } = control
      const props = { ...shared, value: written, ...(maxLength !== null && { maxLength }) }
      if (!isLong)
        return (
          <input
            {...props}
            type="text"
            autoComplete="off"
            className={FIELD}
            onChange={(event) => onChange(orNull(event.target.value))}
          />
        )
      return (
        <textarea
          {...props}
          rows={Math.min(8, Math.max(2, written.split('\n').length))}
          className={FIELD}
          onChange={(event) => onChange(orNull(event.target.value))}
        />
      )
    }
    case 'number':
      return (
        <input
          {...shared}
          type="number"
          inputMode={control.isWhole ? 'numeric' : 'decimal'}
          step={control.isWhole ? 1 : 'any'}
          min={control.min ?? undefined}
          max={control.max ?? undefined}
          value={written}
          className={classes(FIELD, 'sm:max-w-48')}
          onChange={({ target }) => onChange(target.value === '' ? null : target.valueAsNumber)}
        />
      )
    case 'email':
    case 'url':
      return (
        <input
          {...shared}
          type={control.kind}
          value={written}
          className={FIELD}
          onChange={(event) => onChange(orNull(event.target.value))}
        />
      )
    case 'time':
    case 'date':
      return (
        <input
          {...shared}
          type={control.kind}
          value={control.kind === 'time' ? written.slice(0, 5) : written}
          className={classes(FIELD, 'sm:max-w-48')}
          onChange={(event) => onChange(orNull(event.target.value))}
        />
      )
    case 'moment':
      return (
        <input
          {...shared}
          type="datetime-local"
          value={toLocalTime(written)}
          className={classes(FIELD, 'sm:max-w-64')}
          onChange={(event) => onChange(fromLocalTime(event.target.value))}
        />
      )
    case 'zone':
      return (
        <>
          <input
            {...shared}
            type="text"
            list={`${id}-zones`}
            autoComplete="off"
            spellCheck={false}
            placeholder={Intl.DateTimeFormat().resolvedOptions().timeZone}
            value={written}
            className={classes(FIELD, 'sm:max-w-72')}
            onChange={(event) => onChange(orNull(event.target.value))}
          />
          <datalist id={`${id}-zones`}>
            {Intl.supportedValuesOf('timeZone').map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </>
      )
    case 'switch':
      return (
        <input
          {...shared}
          type="checkbox"
          checked={value === true}
          className="size-4.5 accent-accent pointer-coarse:size-6"
          onChange={(event) => onChange(event.target.checked)}
        />
      )
    case 'choice':
      return <Choice {...shared} field={field} options={control.options} value={value} onChange={onChange} />
    case 'lines':
      return (
        <textarea
          {...shared}
          rows={3}
          placeholder={text.form.onePerLine}
          value={Array.isArray(value) ? value.join('\n') : ''}
          className={FIELD}
          onChange={(event) => onChange(event.target.value === '' ? null : event.target.value.split('\n'))}
        />
      )
    case 'json':
      return <JsonField {...shared} value={value} onChange={onChange} />
    case 'choices':
    case 'group':
      return null // these are sets of controls, and stand under a legend
  }
}

interface ChoiceProps {
  readonly field: Field
  readonly options: readonly Option[]
  readonly value: unknown
  readonly onChange: (value: unknown) => void
}

function Choice({ field, options, value, onChange, ...shared }: ChoiceProps) {
  const index = options.findIndex((option) => option.value === value)
  return (
    <select
      {...shared}
      value={index < 0 ? '' : index}
      className={classes(FIELD, 'sm:max-w-72')}
      onChange={({ target }) => onChange(target.value === '' ? null : options[Number(target.value)]!.value)}
    >
      {(index < 0 || !field.isRequired) && <option value="">{text.form.choose}</option>}
      {options.map((option, index) => (
        <option key={String(option.value)} value={index}>
          {optionLabel(option)}
        </option>
      ))}
    </select>
  )
}

interface ChoicesProps {
  readonly options: readonly Option[]
  readonly value: unknown
  readonly onChange: (value: unknown) => void
  readonly isDisabled: boolean
}

/** Several of a few, such as days of the week: each a chip that is on or off. */
export function Choices({ options, value, onChange, isDisabled }: ChoicesProps) {
  const chosen = new Set(Array.isArray(value) ? value : [])
  const toggle = (option: Option['value'], isOn: boolean) => {
    const next = options.map(({ value }) => value).filter((value) => (value === option ? isOn : chosen.has(value)))
    onChange(next)
  }
  return (
    <div className="flex flex-wrap gap-1.5 pointer-coarse:gap-1">
      {options.map((option) => (
        <label
          key={String(option.value)}
          className={classes(
            'flex min-h-8 min-w-8 cursor-pointer items-center justify-center rounded-full border px-3 text-sm transition-colors select-none pointer-coarse:min-h-11 pointer-coarse:min-w-10 pointer-coarse:px-1',
            'border-edge has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent has-disabled:cursor-default has-disabled:opacity-60',
            chosen.has(option.value)
              ? 'border-accent bg-accent-soft font-medium text-accent'
              : 'bg-raised text-soft hover:bg-hover',
          )}
        >
          <input
            type="checkbox"
            disabled={isDisabled}
            checked={chosen.has(option.value)}
            onChange={(event) => toggle(option.value, event.target.checked)}
            className="sr-only"
          />
          <span aria-hidden="true">{optionLabel(option, 'short')}</span>
          <span className="sr-only">{optionLabel(option)}</span>
        </label>
      ))}
    </div>
  )
}
