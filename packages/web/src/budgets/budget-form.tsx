import type { Budget } from '@streambed/client/admin'
import { type FormEvent, useRef, useState } from 'react'
import { admin } from '../admin/admin.ts'
import type { People } from '../admin/use-people.ts'
import { useKnownAgents } from '../chat/use-known-agents.ts'
import { Field } from '../sign-in/field.tsx'
import { Problem } from '../sign-in/problem.tsx'
import { useDeed } from '../sign-in/use-deed.ts'
import { adminText } from '../text/admin.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { ChoiceRow } from '../ui/choice-row.tsx'
import { FIELD } from '../ui/field.ts'
import { amountText } from './amount-text.ts'
import { type AmountError, dollarsOf, MOST, tokensOf } from './amounts.ts'
import type { BudgetNames } from './names.ts'
import { isSame } from './standing.ts'

const words = adminText.budgets.form

interface BudgetFormProps {
  /** The one that is changed, or that another is set in place of; null for a new one. */
  readonly budget: Budget | null
  /** Those there are. */
  readonly others: readonly Budget[]
  readonly people: People
  readonly names: BudgetNames
  /** Whether there is one user, so that nobody needs to be chosen. */
  readonly isAlone: boolean
  readonly onDone: () => void
}

const EMPTY: Budget = { scope: 'user', of: null, period: 'day', microDollars: null, tokens: null, action: 'cut' }

/** A budget being set: for whom, for how long, how much. What it is for stays as it is while it is changed. */
export function BudgetForm({ budget, others, people, names, isAlone, onDone }: BudgetFormProps) {
  const [key, setKey] = useState(budget ?? EMPTY)
  const [errors, setErrors] = useState<{ readonly dollars?: string; readonly tokens?: string }>({})
  const form = useRef<HTMLFormElement>(null)
  const saving = useDeed()
  const isThere = budget === null && others.some((other) => isSame(other, key))

  const save = (event: FormEvent) => {
    event.preventDefault()
    const field = (name: string) => form.current!.elements.namedItem(name) as HTMLInputElement // they are below
    const microDollars = dollarsOf(field('dollars'))
    const tokens = tokensOf(field('tokens'))
    const isNeither = microDollars === null && tokens === null
    const wrong = {
      ...(isNeither ? { dollars: words.neither } : errorOf('dollars', microDollars)),
      ...errorOf('tokens', tokens),
    }
    setErrors(wrong)
    const [first] = Object.keys(wrong)
    if (first) return field(first).focus()
    void saving.run(async () => {
      await admin.setBudget({ ...key, microDollars, tokens } as Budget) // errors were told above
      onDone()
    })
  }
  const { microDollars = null, tokens = null } = budget ?? {}
  return (
    <form ref={form} noValidate className="space-y-4" onSubmit={save}>
      <Problem of={saving.problem} />
      {budget ? (
        <p className="text-sm font-medium">{names.nameOf(budget)}</p>
      ) : (
        <Key value={key} people={people} isAlone={isAlone} onChange={setKey} />
      )}
      <div className="grid grid-cols-2 items-start gap-3">
        <Field
          name="dollars"
          label={words.dollars}
          hint={words.dollarsHint}
          error={errors.dollars}
          type="number"
          inputMode="decimal"
          min={0}
          step="any"
          autoComplete="off"
          defaultValue={microDollars === null ? '' : microDollars / 1e6}
        />
        <Field
          name="tokens"
          label={words.tokens}
          hint={words.tokensHint}
          error={errors.tokens}
          type="number"
          inputMode="numeric"
          min={0}
          step={1}
          autoComplete="off"
          defaultValue={tokens ?? ''}
        />
      </div>
      <ChoiceRow
        label={words.action}
        value={key.action}
        onChange={(action) => setKey({ ...key, action })}
        options={[
          { value: 'cut', label: words.actions.cut },
          { value: 'ask', label: words.actions.ask },
        ]}
      />
      <p role="status" className="text-sm text-warning empty:hidden">
        {isThere && words.exists}
      </p>
      <div className="flex gap-2">
        <Button type="submit" look="primary" disabled={saving.isBusy}>
          {words.save}
        </Button>
        <Button look="quiet" onClick={onDone}>
          {text.message.cancel}
        </Button>
      </div>
    </form>
  )
}

interface KeyProps {
  readonly value: Budget
  readonly people: People
  readonly isAlone: boolean
  readonly onChange: (value: Budget) => void
}

/** What it is for, and for how long. */
function Key({ value, people, isAlone, onChange }: KeyProps) {
  const agents = useKnownAgents()
  const scopes = isAlone ? (['user', 'agent'] as const) : (['organisation', 'user', 'agent'] as const)
  const select = (of: string) => onChange({ ...value, of: of === '' ? null : of })
  return (
    <>
      <ChoiceRow
        label={words.for}
        value={value.scope}
        onChange={(scope) => onChange({ ...value, scope, of: null })}
        options={scopes.map((scope) => ({
          value: scope,
          label: isAlone && scope === 'user' ? words.you : words.scopes[scope],
        }))}
      />
      {value.scope === 'user' && !isAlone && (
        <label className="block space-y-1 text-sm font-medium">
          {words.person}
          <select className={FIELD} value={value.of ?? ''} onChange={({ target }) => select(target.value)}>
            <option value="">{words.eachPerson}</option>
            {people.items.map(({ user, name, email }) => (
              <option key={user} value={user}>
                {name} · {email}
              </option>
            ))}
          </select>
        </label>
      )}
      {value.scope === 'agent' && (
        <label className="block space-y-1 text-sm font-medium">
          {words.agent}
          <select className={FIELD} value={value.of ?? ''} onChange={({ target }) => select(target.value)}>
            <option value="">{words.eachAgent}</option>
            {agents.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
          {!isAlone && <span className="block text-xs font-normal text-faint">{words.agentNote}</span>}
        </label>
      )}
      <ChoiceRow
        label={words.period}
        value={value.period}
        onChange={(period) => onChange({ ...value, period })}
        options={[
          { value: 'day', label: words.periods.day },
          { value: 'month', label: words.periods.month },
        ]}
      />
    </>
  )
}

function errorOf(name: 'dollars' | 'tokens', amount: number | null | AmountError) {
  if (typeof amount !== 'object' || amount === null) return {}
  const { wrong } = amount
  const message =
    wrong === 'tooMuch' ? words.tooMuch(amountText(name === 'dollars' ? 'microDollars' : 'tokens', MOST)) : words[wrong]
  return { [name]: message }
}
