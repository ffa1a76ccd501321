import type { Me, Retention } from '@streambed/client'
import { TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { Section } from '../settings/section.tsx'
import { signInText } from '../text/sign-in.ts'
import { Button } from '../ui/button.tsx'
import { FIELD } from '../ui/field.ts'
import { Notice } from '../ui/notice.tsx'
import { toasts } from '../ui/toasts.ts'
import { account } from './account.ts'
import { Field } from './field.tsx'
import { Problem } from './problem.tsx'
import { useDeed } from './use-deed.ts'
import { useList } from './use-list.ts'

const words = signInText.organisation
const TERMS = [7, 30, 90, 180, 365, 730]

/** What an organisation is called, and how long it keeps what is said in it. */
export function OrganisationSection({ me }: { readonly me: Me }) {
  const retention = useList(account.retention)
  return (
    <Section title={words.title}>
      <div className="max-w-sm space-y-6">
        <Title me={me} />
        {retention.problem && <Problem of={retention.problem} />}
        {retention.value && <Keeping now={retention.value} onSet={retention.reload} />}
      </div>
    </Section>
  )
}

function Title({ me }: { readonly me: Me }) {
  const [title, setTitle] = useState(me.organisations.find(({ id }) => id === me.organisation)?.title ?? '')
  const saving = useDeed()
  const save = () =>
    saving.run(async () => {
      await account.renameOrganisation(title)
      toasts.add({ title: signInText.account.saved })
    })
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Problem of={saving.problem} />
      <Field
        label={words.name}
        autoComplete="organization"
        required
        maxLength={100}
        value={title}
        onChange={({ target }) => setTitle(target.value)}
      />
      <Button type="submit" disabled={saving.isBusy}>
        {words.rename}
      </Button>
    </form>
  )
}

interface KeepingProps {
  readonly now: Retention
  readonly onSet: () => void
}

function Keeping({ now, onSet }: KeepingProps) {
  const { conversationDays, atMost } = now
  const [chosen, setChosen] = useState(conversationDays)
  const saving = useDeed()
  const save = () =>
    saving.run(async () => {
      await account.setRetention(chosen)
      toasts.add({ title: signInText.account.saved })
      onSet()
    })
  const days = (term: number | null) => term ?? atMost ?? Number.POSITIVE_INFINITY
  const isShorter = days(chosen) < days(conversationDays)
  const terms = [...new Set([...TERMS, ...(conversationDays === null ? [] : [conversationDays])])]
  const offered = terms.filter((term) => atMost === null || term < atMost || term === conversationDays)
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Problem of={saving.problem} />
      <label className="block space-y-1 text-sm font-medium">
        {words.keeping}
        <select
          className={FIELD}
          value={chosen ?? ''}
          onChange={({ target }) => setChosen(target.value === '' ? null : Number(target.value))}
        >
          {offered
            .toSorted((one, other) => one - other)
            .map((term) => (
              <option key={term} value={term}>
                {words.days(term)}
              </option>
            ))}
          <option value="">{atMost === null ? words.forever : words.asServer(atMost)}</option>
        </select>
      </label>
      <p className="text-xs text-pretty text-faint">{words.keepingNote}</p>
      {isShorter && (
        <Notice tone="warning" icon={TriangleAlert}>
          {words.shorter(days(chosen))}
        </Notice>
      )}
      <Button type="submit" disabled={saving.isBusy || chosen === conversationDays}>
        {words.keep}
      </Button>
    </form>
  )
}
