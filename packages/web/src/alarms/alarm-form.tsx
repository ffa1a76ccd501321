import { Failure } from '@streambed/client'
import { useClient } from '@streambed/client/react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { fieldErrors, isTimeZone } from '../forms/field-errors.ts'
import type { Field } from '../forms/fields.ts'
import { type FieldError, isEmpty, SchemaFields } from '../forms/schema-fields.tsx'
import { pagesText } from '../text/pages.ts'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import type { Alarm, AlarmSetting } from './alarm.ts'

const words = pagesText.alarms.form
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

const FIELDS: readonly Field[] = [
  { name: 'time', title: null, description: null, isRequired: true, control: { kind: 'time' } },
  {
    name: 'label',
    title: null,
    description: null,
    isRequired: false,
    control: { kind: 'text', isLong: false, maxLength: 100 },
  },
  {
    name: 'days',
    title: null,
    description: words.daysHint,
    isRequired: false,
    control: { kind: 'choices', options: DAYS.map((value) => ({ value, title: null })) },
  },
  { name: 'date', title: null, description: words.dateHint, isRequired: false, control: { kind: 'date' } },
  { name: 'zone', title: null, description: null, isRequired: false, control: { kind: 'zone' } },
]

interface AlarmFormProps {
  /** Null for a new one. */
  readonly alarm: Alarm | null
  readonly onDone: () => void
}

/** An alarm being set. */
export function AlarmForm({ alarm, onDone }: AlarmFormProps) {
  const records = useClient().records<AlarmSetting>('alarms')
  const [values, setValues] = useState<Readonly<Record<string, unknown>>>(() => settingOf(alarm))
  const [isSending, setSending] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const [errors, setErrors] = useState<readonly FieldError[]>([])
  const form = useRef<HTMLFormElement>(null)
  const hasDays = Array.isArray(values['days']) && values['days'].length > 0

  useEffect(() => {
    if (errors.length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [errors])

  const save = async (event: FormEvent) => {
    event.preventDefault()
    const wrong = wrongIn(values)
    setErrors(wrong)
    setProblem(null)
    if (wrong.length > 0) return
    setSending(true)
    try {
      const setting = toSetting(values)
      if (alarm) await records.patch(alarm.id, { ...setting, on: true })
      else await records.create(setting as AlarmSetting) // what is left out has its default
      onDone()
    } catch (error) {
      const refused = refusedFields(error)
      setErrors(refused)
      setProblem(refused.length > 0 ? null : inWords(error as Error)) // the client throws nothing else
    } finally {
      setSending(false)
    }
  }
  return (
    <form ref={form} noValidate onSubmit={(event) => void save(event)}>
      <SchemaFields
        fields={hasDays ? FIELDS.filter(({ name }) => name !== 'date') : FIELDS}
        values={values}
        errors={errors}
        isDisabled={isSending}
        onChange={setValues}
      />
      {problem !== null && (
        <p role="alert" className="mt-4 text-sm text-pretty text-danger">
          {problem}
        </p>
      )}
      <div className="mt-5 flex gap-2">
        <Button type="submit" look="primary" disabled={isSending}>
          {alarm ? words.save : words.create}
        </Button>
        <Button look="quiet" onClick={onDone}>
          {text.message.cancel}
        </Button>
      </div>
    </form>
  )
}

/** What this page can tell without the server. */
function wrongIn({ time, zone }: Readonly<Record<string, unknown>>): readonly FieldError[] {
  const isKnown = typeof zone !== 'string' || isEmpty(zone) || isTimeZone(zone.trim())
  return [
    ...(isEmpty(time) ? [{ field: 'time', message: words.timeNeeded }] : []),
    ...(isKnown ? [] : [{ field: 'zone', message: words.zoneUnknown(here()) }]),
  ]
}

/** What the server says of single fields; nothing where it speaks of the whole. */
function refusedFields(error: unknown): readonly FieldError[] {
  if (!(error instanceof Failure)) return []
  if (error.code === 'record-refused' && error.message.endsWith(PASSED)) return [{ field: 'date', message: PASSED }]
  return fieldErrors(
    error,
    FIELDS.map(({ name }) => name),
  )
}

const PASSED = 'That time has passed.'

function settingOf(alarm: Alarm | null): Readonly<Record<string, unknown>> {
  if (!alarm) return { time: null, label: null, days: [], date: null, zone: here() }
  const { time, label, days, date, zone } = alarm
  return { time, label, days, date, zone }
}

/** Without what was left empty: that gets its default. */
function toSetting(values: Readonly<Record<string, unknown>>): Partial<AlarmSetting> {
  const { date, days, ...rest } = values
  const hasDays = Array.isArray(days) && days.length > 0
  const filled = Object.entries(rest).filter(([, value]) => !isEmpty(value))
  return { ...Object.fromEntries(filled), days: hasDays ? days : [], date: hasDays ? null : ((date as string) ?? null) }
}

function here(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
