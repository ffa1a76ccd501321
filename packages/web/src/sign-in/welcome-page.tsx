import type { Invited, Me, SignInWays } from '@streambed/client'
import { useEffect, useState } from 'react'
import { signInText } from '../text/sign-in.ts'
import { Button } from '../ui/button.tsx'
import { account } from './account.ts'
import { Card, Form, Submit, ToProvider, ToSignIn } from './entry-card.tsx'
import { Field } from './field.tsx'
import { Problem } from './problem.tsx'
import { useDeed } from './use-deed.ts'
import { beginAs } from './whose.ts'

const words = signInText.welcome

interface Welcome {
  readonly invited: Invited
  readonly ways: SignInWays
  /** Who is signed in here already. */
  readonly me: Me | null
}

/** An invitation: for whoever is signed in, for an account that there is, or for a new one. */
export function WelcomePage({ token }: { readonly token: string }) {
  const [welcome, setWelcome] = useState<Welcome | null>(null)
  const reading = useDeed()
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once
  useEffect(() => {
    void reading.run(async () => {
      const [invited, ways] = await Promise.all([account.readInvitation(token), account.ways()])
      setWelcome({ invited, ways, me: ways.me })
    })
  }, [])

  if (reading.problem) {
    return (
      <Card title={words.title}>
        <Problem of={reading.problem.code === 'link-spent' ? words.spent : reading.problem} />
        <ToSignIn />
      </Card>
    )
  }
  if (!welcome) return <Card title={words.title}>{signInText.wait}</Card>
  const { invited, ways, me } = welcome
  const { organisation } = invited
  return (
    <Card title={words.title} note={organisation === null ? words.first : words.invited(organisation)}>
      {me && <Joining token={token} me={me} invited={invited} onLeft={() => setWelcome({ ...welcome, me: null })} />}
      {!me && ways.ways.includes('password') && <Account token={token} invited={invited} />}
      {!me && ways.provider && <ToProvider name={ways.provider} />}
    </Card>
  )
}

interface JoiningProps {
  readonly token: string
  readonly me: Me
  readonly invited: Invited
  readonly onLeft: () => void
}

/** For somebody who is signed in. An invitation is for one address: as somebody else one signs out first. */
function Joining({ token, me, invited, onLeft }: JoiningProps) {
  const deed = useDeed()
  const isMine = invited.email !== null && invited.email === me.email?.toLowerCase()
  const signOut = () =>
    deed.run(async () => {
      await account.signOut()
      onLeft()
    })
  return (
    <>
      <p className="text-sm text-pretty text-soft">
        {words.signedIn(me.email ?? me.user)} {!isMine && words.forAnother(invited.email)}
      </p>
      <Problem of={deed.problem?.code === 'link-spent' ? words.spent : deed.problem} />
      <Form onSubmit={() => (isMine ? deed.run(async () => beginAs(await account.join(token))) : signOut())}>
        <Submit isBusy={deed.isBusy}>{isMine ? words.joinAs(invited.organisation ?? '') : words.signOut}</Submit>
      </Form>
      <Button look="quiet" className="w-full" onClick={() => location.assign('/')}>
        {words.notNow}
      </Button>
    </>
  )
}

/** For somebody who is not: signs in with the password of the account, or makes one. */
function Account({ token, invited }: { readonly token: string; readonly invited: Invited }) {
  const [said, setSaid] = useState({ name: '', email: '', password: '' })
  const joining = useDeed()
  const { email, isKnown } = invited
  const submit = () =>
    joining.run(async () => {
      const { name, email, password } = said
      const isAsked = invited.email === null
      beginAs(await account.accept({ token, password, name: isKnown ? '-' : name, ...(isAsked && { email }) }))
    })
  return (
    <>
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
    </>
  )
}
