import { AUDIT_KINDS, type AuditKind } from '@streambed/client/admin'
import { useId } from 'react'
import type { People } from '../admin/use-people.ts'
import { adminText } from '../text/admin.ts'
import { Button } from '../ui/button.tsx'
import { FIELD } from '../ui/field.ts'

const words = adminText.audit

/** What is asked for, as the address says it. */
export interface Filter {
  readonly kind?: string
  readonly user?: string
  readonly from?: string
  readonly to?: string
}

interface FiltersProps {
  readonly value: Filter
  readonly people: People
  readonly onChange: (
    change: Readonly<Record<keyof Filter, string | null>> | Partial<Record<keyof Filter, string | null>>,
  ) => void
}

/** Which entries are shown: of whom, of what kind, of when. */
export function Filters({ value, people, onChange }: FiltersProps) {
  const errorId = useId()
  const { kind = '', user = '', from = '', to = '' } = value
  const isWrong = from !== '' && to !== '' && from > to
  const isUnknown = user !== '' && !people.items.some((person) => person.user === user)
  const orNull = (value: string) => (value === '' ? null : value)
  return (
    <form className="flex flex-wrap items-end gap-3">
      {people.items.length > 0 && (
        <label className="min-w-0 flex-1 basis-36 space-y-1 text-xs font-medium text-soft">
          {words.who}
          <select className={FIELD} value={user} onChange={({ target }) => onChange({ user: orNull(target.value) })}>
            <option value="">{words.everybody}</option>
            {isUnknown && <option value={user}>{user}</option>}
            {people.items.map(({ user, name }) => (
              <option key={user} value={user}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <label className="min-w-0 flex-1 basis-36 space-y-1 text-xs font-medium text-soft">
        {words.what}
        <select className={FIELD} value={kind} onChange={({ target }) => onChange({ kind: orNull(target.value) })}>
          <option value="">{words.everything}</option>
          {AUDIT_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {words.kinds[kind]}
            </option>
          ))}
        </select>
      </label>
      {(['from', 'to'] as const).map((name) => (
        <label key={name} className="min-w-0 flex-1 basis-36 space-y-1 text-xs font-medium text-soft">
          {words[name]}
          <input
            type="date"
            className={FIELD}
            value={value[name] ?? ''}
            aria-invalid={isWrong || undefined}
            aria-describedby={isWrong ? errorId : undefined}
            onChange={({ target }) => onChange({ [name]: orNull(target.value) })}
          />
        </label>
      ))}
      {(kind || user || from || to) && (
        <Button look="quiet" onClick={() => onChange({ kind: null, user: null, from: null, to: null })}>
          {words.clear}
        </Button>
      )}
      <p id={errorId} role="alert" className="basis-full text-sm text-danger empty:hidden">
        {isWrong && words.dayWrong}
      </p>
    </form>
  )
}

export function isKind(kind: string | undefined): kind is AuditKind {
  return AUDIT_KINDS.some((known) => known === kind)
}
