import { Popover } from '@base-ui/react/popover'
import type { Conversation } from '@streambed/client'
import { useClient } from '@streambed/client/react'
import { Bookmark } from 'lucide-react'
import { type FormEvent, useEffect, useState } from 'react'
import { navigate } from '../routes/navigation.ts'
import { builderText } from '../text/builder.ts'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { useOverlayHost } from '../ui/overlay-host.tsx'
import { POPUP } from '../ui/popup.ts'
import { toasts } from '../ui/toast.tsx'
import { FIELD, Field } from './field.tsx'
import { formatDollars } from './numbers.ts'
import { type KeptStrategy, MAX_NAME, savedStrategies } from './saved-strategy.ts'
import type { Strategy } from './strategy.ts'

interface SaveButtonProps {
  readonly conversation: Conversation
  readonly strategy: Strategy
  /** Whether it is whole and nobody is at it. */
  readonly isReady: boolean
}

/** Keeps the strategy under a name, in My Strategies. */
export function SaveButton({ conversation, strategy, isReady }: SaveButtonProps) {
  const [isOpen, setOpen] = useState(false)
  const host = useOverlayHost()
  const { save } = builderText
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen} modal>
      <Popover.Trigger
        disabled={!isReady}
        render={
          <Button look="primary" icon={Bookmark} className="mx-1">
            <span className="max-sm:sr-only">{save.action}</span>
          </Button>
        }
      />
      <Popover.Portal container={host}>
        <Popover.Positioner positionMethod="fixed" align="end" sideOffset={6} collisionPadding={12} className="z-50">
          <Popover.Popup className={classes(POPUP, 'max-h-(--available-height) w-[min(20rem,calc(100vw-1.5rem))] p-4')}>
            <Popover.Title className="text-sm font-semibold">{save.title}</Popover.Title>
            <SaveForm conversation={conversation} strategy={strategy} onDone={() => setOpen(false)} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

interface SaveFormProps {
  readonly conversation: Conversation
  readonly strategy: Strategy
  readonly onDone: () => void
}

function SaveForm({ conversation, strategy, onDone }: SaveFormProps) {
  const client = useClient()
  const [name, setName] = useState(() => conversation.title ?? usualName(strategy))
  const [before, setBefore] = useState<KeptStrategy | null>(null)
  const [key] = useState(newKey)
  const [isSaving, setSaving] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const { save } = builderText

  useEffect(() => {
    let isWanted = true
    savedStrategies(client)
      .list({ where: { conversation: conversation.id }, limit: 1 })
      .then(({ items: [known] }) => {
        if (!isWanted || !known) return
        setBefore(known)
        setName(known.name)
      })
      .catch(() => {}) // then it is saved as a new one
    return () => {
      isWanted = false
    }
  }, [client, conversation.id])

  const keep = async (isNew: boolean) => {
    const records = savedStrategies(client)
    const fields = { name: name.trim(), strategy: conversation.state.value }
    setSaving(true)
    setProblem(null)
    try {
      if (before && !isNew) await records.patch(before.id, fields)
      else await records.create({ ...fields, conversation: conversation.id }, { key })
      toasts.add({
        title: save.saved(fields.name),
        actionProps: { children: save.show, onClick: () => navigate({ name: 'strategies' }) },
      })
      onDone()
    } catch (error) {
      setProblem(`${save.failed} ${inWords(error as Error)}`) // a `Failure`: what it says is for people
      setSaving(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '') void keep(false)
  }
  const isIdle = !isSaving && name.trim() !== ''
  return (
    <form onSubmit={submit} className="mt-3 space-y-3">
      <Field label={save.name}>
        <input value={name} maxLength={MAX_NAME} onChange={(event) => setName(event.target.value)} className={FIELD} />
      </Field>
      {problem && (
        <p role="alert" className="text-xs text-pretty text-danger">
          {problem}
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        {before && (
          <Button look="quiet" disabled={!isIdle} onClick={() => void keep(true)}>
            {save.keepNew}
          </Button>
        )}
        <Button look="primary" type="submit" disabled={!isIdle}>
          {isSaving ? save.saving : before ? save.keepAgain : save.keep}
        </Button>
      </div>
    </form>
  )
}

function usualName({ risk, capital }: Strategy): string {
  if (risk === null || capital === null) return builderText.untitled
  return builderText.save.defaultName(builderText.instruments.risks[risk], formatDollars(capital, text.locale))
}

/** What is sent twice under one key is kept once. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
