import type { Me } from '@streambed/client'
import { LogOut } from 'lucide-react'
import { useState } from 'react'
import { formatMoment } from '../format/time.ts'
import { Section } from '../settings/section.tsx'
import { Page, PageFailed, PageLoading } from '../shell/page.tsx'
import { signInText } from '../text/sign-in.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { FIELD } from '../ui/field.ts'
import { toasts } from '../ui/toast.tsx'
import { account, leave } from './account.ts'
import { ApiKeys } from './api-keys.tsx'
import { Field } from './field.tsx'
import { NobodySignsIn } from './nobody-signs-in.tsx'
import { Problem } from './problem.tsx'
import { useDeed } from './use-deed.ts'
import { useList } from './use-list.ts'

const words = signInText.account

/** One's own account: name, organisation, password, sessions, keys. */
export function AccountPage() {
  const ways = useList(account.ways)
  const leaving = useDeed()
  const me = ways.value?.me
  const signOut = (
    <Button icon={LogOut} disabled={leaving.isBusy} onClick={() => void leaving.run(leave)}>
      {words.signOut}
    </Button>
  )
  return (
    <Page title={words.title} actions={me?.via === 'session' && signOut}>
      <Problem of={leaving.problem} />
      {ways.problem && <PageFailed title={words.title} problem={ways.problem.message} onRetry={ways.reload} />}
      {!me && !ways.problem && <PageLoading />}
      {me?.via === 'local' && <NobodySignsIn />}
      {me && me.via !== 'local' && (
        <>
          <Name me={me} />
          {me.hasPassword && <PasswordChange />}
          <Sessions />
          <ApiKeys />
        </>
      )}
    </Page>
  )
}

function Name({ me }: { readonly me: Me }) {
  const [name, setName] = useState(me.name ?? '')
  const saving = useDeed()
  const save = () =>
    saving.run(async () => {
      await account.rename(name)
      toasts.add({ title: words.saved })
    })
  return (
    <Section title={signInText.name} explanation={me.email ?? ''}>
      <Problem of={saving.problem} />
      <form
        className="flex flex-wrap gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <input
          aria-label={signInText.name}
          autoComplete="name"
          required
          maxLength={100}
          value={name}
          onChange={({ target }) => setName(target.value)}
          className={`${FIELD} max-w-sm`}
        />
        <Button type="submit" disabled={saving.isBusy}>
          {words.save}
        </Button>
      </form>
    </Section>
  )
}

function PasswordChange() {
  const [said, setSaid] = useState({ current: '', next: '' })
  const changing = useDeed()
  const change = () =>
    changing.run(async () => {
      await account.changePassword(said)
      setSaid({ current: '', next: '' })
      toasts.add({ title: words.saved })
    })
  return (
    <Section title={words.passwordTitle} explanation={words.passwordNote}>
      <form
        className="max-w-sm space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          void change()
        }}
      >
        <Problem of={changing.problem} />
        <Field
          label={words.current}
          type="password"
          autoComplete="current-password"
          required
          value={said.current}
          onChange={({ target }) => setSaid({ ...said, current: target.value })}
        />
        <Field
          label={signInText.newPassword}
          hint={signInText.passwordHint}
          type="password"
          autoComplete="new-password"
          required
          value={said.next}
          onChange={({ target }) => setSaid({ ...said, next: target.value })}
        />
        <Button type="submit" disabled={changing.isBusy}>
          {words.change}
        </Button>
      </form>
    </Section>
  )
}

function Sessions() {
  const sessions = useList(account.sessions)
  const ending = useDeed()
  const end = (id: string) =>
    ending.run(async () => {
      await account.endSession(id)
      sessions.reload()
    })
  return (
    <Section title={words.sessions}>
      <Problem of={ending.problem ?? sessions.problem} />
      <ul className="divide-y divide-line rounded-lg border border-line">
        {sessions.value?.map(({ id, browser, seenAt, isThis }) => (
          <li key={id} className="flex min-h-12 items-center gap-3 py-2 ps-4 pe-2 text-sm">
            <span className="min-w-0 flex-1">
              <span className="block truncate">{browserName(browser)}</span>
              <span className="text-xs text-faint">
                {isThis
                  ? words.here
                  : words.seen(formatMoment(new Date(seenAt).toISOString(), new Date(), text.locale))}
              </span>
            </span>
            {!isThis && (
              <Button look="danger" aria-label={words.endLabel(browserName(browser))} onClick={() => void end(id)}>
                {words.end}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** What people call the browser that says this of itself. */
function browserName(agent: string): string {
  const name = [/Edg/, /Firefox/, /Chrome/, /Safari/].find((pattern) => pattern.test(agent))?.source
  const system = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS', 'Linux'].find((one) => agent.includes(one))
  const known = [name === 'Edg' ? 'Edge' : name, system].filter(Boolean).join(' · ')
  return known || agent || words.unknownBrowser
}
