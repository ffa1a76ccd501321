import type { Invited, SignInWays } from '@streambed/client'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { useNewsInTitle, useTitle } from '../shell/use-title.ts'
import { signInText } from '../text/sign-in.ts'
import { Button } from '../ui/button.tsx'
import { Logo } from '../ui/logo.tsx'
import { account } from './account.ts'
import { Field } from './field.tsx'
import { Problem } from './problem.tsx'
import { useDeed } from './use-deed.ts'
import { beginAs } from './whose.ts'

/** The pages before the app: signing in, accepting an invitation, setting a new password. */
export function EntryPage({ name }: { readonly name: 'sign-in' | 'welcome' | 'reset' }) {
  const [token] = useState(() => location.hash.slice(1)) // after the #, so that it is in no server's log
  useEffect(() => {
    if (location.hash !== '') history.replaceState(null, '', location.pathname) // nor on in the history
  }, [])
  if (name === 'welcome') return <WelcomePage token={token} />
  if (name === 'reset') return <ResetPage token={token} />
  return <SignInPage />
}

function SignInPage() {
  const words = signInText.signIn
  const [ways, setWays] = useState<SignInWays | null>(null)
  const [said, setSaid] = useState({ email: '', password: '' })
  const [came] = useState(() => new URLSearchParams(location.search).get('error'))
  const asking = useDeed()
  const signing = useDeed()
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once
  useEffect(() => {
    void asking.run(async () => {
      const answer = await account.ways()
      if (answer.me) beginAs(answer.me)
      else setWays(answer)
    })
  }, [])

  const submit = () => signing.run(async () => beginAs(await account.signIn(said)))
  const fromProvider = came === 'not-invited' ? words.notInvited : came === null ? null : words.failed
  return (
    <Card title={words.title}>
      <Problem of={signing.problem ?? asking.problem ?? fromProvider} />
      {!ways && !asking.problem && <p role="status">{signInText.wait}</p>}
      {ways?.ways.length === 0 && <p className="text-sm text-soft">{words.none}</p>}
      {ways?.ways.includes('password') && (
        <Form onSubmit={submit}>
          <Field
            label={signInText.email}
            type="email"
            autoComplete="username"
            required
            autoFocus
            value={said.email}
            onChange={({ target }) => setSaid({ ...said, email: target.value })}
          />
          <Field
            label={signInText.password}
            type="password"
            autoComplete="current-password"
            required
            value={said.password}
            onChange={({ target }) => setSaid({ ...said, password: target.value })}
          />
          <Submit isBusy={signing.isBusy}>{words.action}</Submit>
        </Form>
      )}
      {ways && ways.ways.length === 2 && <p className="text-center text-xs text-faint">{words.or}</p>}
      {ways?.provider && (
        <a
          href="/v1/auth/oidc"
          className="flex min-h-10 w-full items-center justify-center rounded-md border border-line bg-raised px-3 text-sm font-medium shadow-low hover:bg-hover"
        >
          {words.provider(ways.provider)}
        </a>
      )}
      {ways?.ways.includes('password') && (
        <p className="text-xs text-pretty text-faint">{ways.firstRun ? words.firstRun : words.forgotten}</p>
      )}
    </Card>
  )
}

function WelcomePage({ token }: { readonly token: string }) {
  const words = signInText.welcome
  const [invited, setInvited] = useState<Invited | null>(null)
  const [said, setSaid] = useState({ name: '', email: '', password: '' })
  const reading = useDeed()
  const joining = useDeed()
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once
  useEffect(() => {
    void reading.run(async () => setInvited(await account.readInvitation(token)))
  }, [])

  const submit = () =>
    joining.run(async () => {
      const { name, email, password } = said
      const me = await account.accept({
        token,
        password,
        name: invited?.isKnown ? '-' : name,
        ...(invited?.email === null && { email }),
      })
      beginAs(me)
    })
  if (reading.problem) {
    return (
      <Card title={words.title}>
        <Problem of={reading.problem.code === 'link-spent' ? words.spent : reading.problem} />
        <ToSignIn />
      </Card>
    )
  }
  if (!invited) return <Card title={words.title}>{signInText.wait}</Card>
  const { organisation, email, isKnown } = invited
  return (
    <Card title={words.title} note={organisation === null ? words.first : words.invited(organisation)}>
      {isKnown && <p className="text-sm text-soft">{words.known}</p>}
      <Problem of={joining.problem} />
      <Form onSubmit={submit}>
        <Field
          label={signInText.email}
          type="email"
          autoComplete="username"
          required
          readOnly={email !== null}
          value={email ?? said.email}
          onChange={({ target }) => setSaid({ ...said, email: target.value })}
        />
        {!isKnown && (
          <Field
            label={signInText.name}
            autoComplete="name"
            required
            maxLength={100}
            value={said.name}
            onChange={({ target }) => setSaid({ ...said, name: target.value })}
          />
        )}
        <Field
          label={signInText.password}
          {...(isKnown ? {} : { hint: signInText.passwordHint })}
          type="password"
          autoComplete={isKnown ? 'current-password' : 'new-password'}
          required
          value={said.password}
          onChange={({ target }) => setSaid({ ...said, password: target.value })}
        />
        <Submit isBusy={joining.isBusy}>{isKnown ? words.join : words.action}</Submit>
      </Form>
    </Card>
  )
}

function ResetPage({ token }: { readonly token: string }) {
  const words = signInText.reset
  const [password, setPassword] = useState('')
  const [isDone, setDone] = useState(false)
  const setting = useDeed()
  const submit = () =>
    setting.run(async () => {
      await account.resetPassword({ token, password })
      setDone(true)
    })
  if (isDone) {
    return (
      <Card title={words.title} note={words.done}>
        <ToSignIn />
      </Card>
    )
  }
  return (
    <Card title={words.title}>
      <Problem of={setting.problem?.code === 'link-spent' ? signInText.welcome.spent : setting.problem} />
      <Form onSubmit={submit}>
        <Field
          label={signInText.newPassword}
          hint={signInText.passwordHint}
          type="password"
          autoComplete="new-password"
          required
          autoFocus
          value={password}
          onChange={({ target }) => setPassword(target.value)}
        />
        <Submit isBusy={setting.isBusy}>{words.action}</Submit>
      </Form>
    </Card>
  )
}

interface CardProps {
  readonly title: string
  readonly note?: string
  readonly children: ReactNode
}

function Card({ title, note, children }: CardProps) {
  useTitle(title)
  useNewsInTitle(0)
  return (
    <main className="grid min-h-dvh place-items-center overflow-y-auto bg-bed p-4">
      <div className="w-full max-w-sm animate-appear space-y-4 rounded-2xl border border-line bg-raised p-6 shadow-low">
        <Logo className="size-9 text-accent" />
        <div>
          <h1 className="text-lg font-semibold">{title}</h1>
          {note && <p className="mt-1 text-sm text-pretty text-soft">{note}</p>}
        </div>
        {children}
      </div>
    </main>
  )
}

function Form({ onSubmit, children }: { readonly onSubmit: () => unknown; readonly children: ReactNode }) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void onSubmit()
  }
  return (
    <form onSubmit={submit} className="space-y-4">
      {children}
    </form>
  )
}

function Submit({ isBusy, children }: { readonly isBusy: boolean; readonly children: ReactNode }) {
  return (
    <Button type="submit" look="primary" disabled={isBusy} className="min-h-10 w-full">
      {isBusy ? signInText.wait : children}
    </Button>
  )
}

function ToSignIn() {
  return (
    <a href="/sign-in" className="text-sm font-medium text-accent hover:underline">
      {signInText.welcome.toSignIn}
    </a>
  )
}
