import type { KeyInfo, Scope } from '@streambed/client'
import { useState } from 'react'
import { formatMoment } from '../format/time.ts'
import { Section } from '../settings/section.tsx'
import { signInText } from '../text/sign-in.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { FIELD } from '../ui/field.ts'
import { account } from './account.ts'
import { Field } from './field.tsx'
import { Problem } from './problem.tsx'
import { SecretOnce } from './secret-once.tsx'
import { useDeed } from './use-deed.ts'
import { useList } from './use-list.ts'

const words = signInText.account
const SCOPES: readonly Scope[] = ['read', 'write', 'admin']
const TERMS: readonly (number | null)[] = [30, 90, 365, null]

/** Keys with which programs act for somebody. */
export function ApiKeys() {
  const keys = useList(account.keys)
  const [made, setMade] = useState<{ readonly title: string; readonly token: string } | null>(null)
  const revoking = useDeed()
  const revoke = (id: string) =>
    revoking.run(async () => {
      await account.revokeKey(id)
      keys.reload()
    })
  return (
    <Section title={words.keys} explanation={words.keysNote}>
      <div className="space-y-4">
        <Problem of={revoking.problem ?? keys.problem} />
        {keys.value?.length === 0 && <p className="text-sm text-faint">{words.noKeys}</p>}
        {keys.value && keys.value.length > 0 && (
          <ul className="divide-y divide-line rounded-lg border border-line">
            {keys.value.map((key) => (
              <li key={key.id} className="flex min-h-12 items-center gap-3 py-2 ps-4 pe-2 text-sm">
                <span className="min-w-0 flex-1">
                  <span className="block truncate">{key.title}</span>
                  <span className="text-xs text-faint">{about(key)}</span>
                </span>
                <Button look="danger" aria-label={words.revokeLabel(key.title)} onClick={() => void revoke(key.id)}>
                  {words.revoke}
                </Button>
              </li>
            ))}
          </ul>
        )}
        {made && <SecretOnce label={made.title} secret={made.token} note={words.once} />}
        <NewKey
          onMade={(key) => {
            setMade(key)
            keys.reload()
          }}
        />
      </div>
    </Section>
  )
}

interface NewKeyProps {
  readonly onMade: (key: { readonly title: string; readonly token: string }) => void
}

function NewKey({ onMade }: NewKeyProps) {
  const [title, setTitle] = useState('')
  const [scopes, setScopes] = useState<readonly Scope[]>(['read', 'write'])
  const [days, setDays] = useState<number | null>(90)
  const making = useDeed()
  const make = () =>
    making.run(async () => {
      onMade(await account.createKey({ title, scopes, days }))
      setTitle('')
    })
  return (
    <form
      className="max-w-sm space-y-3"
      onSubmit={(event) => {
        event.preventDefault()
        void make()
      }}
    >
      <Problem of={making.problem} />
      <Field
        label={words.keyTitle}
        required
        maxLength={100}
        autoComplete="off"
        value={title}
        onChange={({ target }) => setTitle(target.value)}
      />
      <fieldset>
        <legend className="text-sm font-medium">{words.may}</legend>
        <div className="mt-1 flex flex-wrap gap-x-4 gap-y-1">
          {SCOPES.map((scope) => (
            <label key={scope} className="flex min-h-8 items-center gap-1.5 text-sm">
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={scopes.includes(scope)}
                onChange={({ target }) =>
                  setScopes(SCOPES.filter((one) => (one === scope ? target.checked : scopes.includes(one))))
                }
              />
              {words.scopes[scope]}
            </label>
          ))}
        </div>
      </fieldset>
      <label className="block space-y-1 text-sm font-medium">
        {words.lasts}
        <select
          className={FIELD}
          value={days ?? ''}
          onChange={({ target }) => setDays(target.value === '' ? null : Number(target.value))}
        >
          {TERMS.map((term) => (
            <option key={term} value={term ?? ''}>
              {term === null ? words.forever : words.days(term)}
            </option>
          ))}
        </select>
      </label>
      <Button type="submit" disabled={making.isBusy || scopes.length === 0}>
        {words.makeKey}
      </Button>
    </form>
  )
}

function about({ scopes, expiresAt, usedAt }: KeyInfo): string {
  const may = scopes.map((scope) => words.scopes[scope]).join(', ')
  const end = expiresAt === null ? words.endless : words.ends(moment(expiresAt))
  return [may, end, usedAt === null ? words.unused : words.used(moment(usedAt))].join(' · ')
}

function moment(time: number): string {
  return formatMoment(new Date(time).toISOString(), new Date(), text.locale)
}
