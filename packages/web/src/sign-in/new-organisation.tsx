import { useState } from 'react'
import { signInText } from '../text/sign-in.ts'
import { Button } from '../ui/button.tsx'
import { account } from './account.ts'
import { Field } from './field.tsx'
import { Problem } from './problem.tsx'
import { useDeed } from './use-deed.ts'
import { beginAs } from './whose.ts'

const words = signInText.menu

/** Makes an organisation and goes on there. */
export function NewOrganisation() {
  const [title, setTitle] = useState('')
  const making = useDeed()
  const make = () =>
    making.run(async () => {
      const { id } = await account.createOrganisation(title)
      beginAs(await account.enter(id))
    })
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        void make()
      }}
    >
      <p className="text-sm text-pretty text-soft">{words.makeNote}</p>
      <Problem of={making.problem} />
      <Field
        label={words.makeName}
        autoComplete="organization"
        required
        maxLength={100}
        value={title}
        onChange={({ target }) => setTitle(target.value)}
      />
      <Button type="submit" look="primary" disabled={making.isBusy || title.trim() === ''}>
        {words.makeAction}
      </Button>
    </form>
  )
}
