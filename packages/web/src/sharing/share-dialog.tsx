import type { ConversationId, Failure } from '@streambed/client'
import { createSharing, type ShareInfo } from '@streambed/client/sharing'
import { Link2, Trash2 } from 'lucide-react'
import { useEffect, useId, useState } from 'react'
import { formatMoment } from '../format/time.ts'
import { whose } from '../sign-in/whose.ts'
import { inWords } from '../text/problems.ts'
import { sharingText as words } from '../text/sharing.ts'
import { text } from '../text/text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { FIELD } from '../ui/field.ts'
import { toasts } from '../ui/toast.tsx'

const sharing = createSharing({ ...(whose && { as: whose }) })

interface ShareDialogProps {
  readonly conversation: ConversationId
  readonly onClose: () => void
}

/** Makes links by which others read a conversation, and takes them back. */
export function ShareDialog({ conversation, onClose }: ShareDialogProps) {
  const field = useId()
  const [links, setLinks] = useState<readonly ShareInfo[]>([])
  const [made, setMade] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)

  const during = (work: Promise<unknown>) => {
    setBusy(true)
    setProblem(null)
    work
      .then(() => sharing.links(conversation))
      .then(setLinks, (failure: Failure) => setProblem(inWords(failure) || words.failed))
      .finally(() => setBusy(false))
  }
  useEffect(() => {
    sharing.links(conversation).then(setLinks, () => {}) // they are asked for again with every change
  }, [conversation])

  const make = () => during(sharing.share(conversation).then(({ token }) => setMade(addressOf(token))))
  const remove = ({ id }: ShareInfo) =>
    during(
      sharing.revoke(conversation, id).then(() => {
        setMade(null)
        toasts.add({ title: words.removed })
      }),
    )
  return (
    <Dialog title={words.title} isOpen onClose={onClose}>
      <p className="text-sm text-pretty text-soft">{words.explanation}</p>
      {made === null ? (
        <Button look="primary" icon={Link2} disabled={isBusy} className="mt-4" onClick={make}>
          {isBusy ? words.making : words.make}
        </Button>
      ) : (
        <div className="mt-4">
          <label htmlFor={field} className="text-sm font-medium">
            {words.made}
          </label>
          <div className="mt-1 flex items-center gap-1">
            <input
              id={field}
              readOnly
              value={made}
              onFocus={(event) => event.target.select()}
              className={`${FIELD} font-mono text-xs`}
            />
            <CopyButton label={words.copy} content={() => made} />
          </div>
        </div>
      )}
      {problem !== null && (
        <p role="alert" className="mt-3 text-sm text-danger">
          {problem}
        </p>
      )}
      {links.length > 0 && (
        <section aria-label={words.links} className="mt-5 border-t border-line pt-3">
          <h3 className="text-sm font-medium">{words.links}</h3>
          <ul className="mt-1 divide-y divide-line">
            {links.map((link) => {
              const moment = formatMoment(link.createdAt, new Date(), text.locale)
              return (
                <li key={link.id} className="flex items-center justify-between gap-3 py-1 text-sm text-soft">
                  {words.madeAt(moment)}
                  <IconButton
                    size="small"
                    icon={Trash2}
                    label={words.removeOne(moment)}
                    disabled={isBusy}
                    onClick={() => remove(link)}
                  />
                </li>
              )
            })}
          </ul>
        </section>
      )}
    </Dialog>
  )
}

/** The page that shows it: of this server, under the name by which one came here. */
function addressOf(token: string): string {
  return `${location.origin}/shared#${token}`
}
