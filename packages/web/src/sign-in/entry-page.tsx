import type { SignInWays } from '@streambed/client'
import { useEffect, useState } from 'react'
import { useRoute } from '../routes/navigation.ts'
import { signInText } from '../text/sign-in.ts'
import { account } from './account.ts'
import { Card, Form, Submit, ToProvider, ToSignIn } from './entry-card.tsx'
import { Field } from './field.tsx'
import { Problem } from './problem.tsx'
import { useDeed } from './use-deed.ts'
import { WelcomePage } from './welcome-page.tsx'
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
  const goesOn = useRoute().name !== 'sign-in' // it stands in the place of the page that was asked for
  const [came] = useState(() => new URLSearchParams(location.search).get('error'))
  const asking = useDeed()
  const signing = useDeed()
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once
  useEffect(() => {
    void asking.run(async () => {
      const answer = await account.ways()
      if (answer.me) beginAs(answer.me, { goesOn })
      else setWays(answer)
    })
  }, [])

  const submit = () => signing.run(async () => beginAs(await account.signIn(said), { goesOn }))
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
      {ways?.provider && <ToProvider name={ways.provider} />}
      {ways?.ways.includes('password') && (
        <p className="text-xs text-pretty text-faint">{ways.firstRun ? words.firstRun : words.forgotten}</p>
      )}
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
