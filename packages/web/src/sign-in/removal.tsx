import type { PersonInfo } from '@streambed/client'
import { UserMinus } from 'lucide-react'
import { signInText } from '../text/sign-in.ts'
import { Button } from '../ui/button.tsx'
import { account } from './account.ts'
import { Problem } from './problem.tsx'
import { useDeed } from './use-deed.ts'

const words = signInText.people.removal

interface RemovalProps {
  readonly person: PersonInfo
  readonly onRemoved: () => void
  readonly onCancel: () => void
}

/** What goes with somebody, before they do. */
export function Removal({ person, onRemoved, onCancel }: RemovalProps) {
  const removing = useDeed()
  const remove = () =>
    removing.run(async () => {
      await account.removePerson(person.user)
      onRemoved()
    })
  return (
    <div className="space-y-4 text-sm">
      <ul className="list-disc space-y-1.5 ps-5 text-soft marker:text-faint">
        {[words.goes(person.name), ...words.stays].map((line) => (
          <li key={line} className="text-pretty">
            {line}
          </li>
        ))}
      </ul>
      {person.ours && <p className="text-pretty text-soft">{words.orDisable}</p>}
      <Problem of={removing.problem} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>{words.cancel}</Button>
        <Button look="danger" icon={UserMinus} disabled={removing.isBusy} onClick={() => void remove()}>
          {words.action}
        </Button>
      </div>
    </div>
  )
}
