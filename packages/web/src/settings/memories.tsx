import type { Kept } from '@streambed/client'
import { useClient, useCollections } from '@streambed/client/react'
import { Check, Pencil, Plus, Trash2, X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { removeUndoably, useHidden } from '../conversations/undoable.ts'
import { useRecords } from '../records/use-records.ts'
import { pagesText } from '../text/pages.ts'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { FIELD } from '../ui/field.ts'
import { toasts } from '../ui/toast.tsx'
import { Section } from './section.tsx'

const words = pagesText.settings.memories
const MAX_CHARACTERS = 500

interface Memory {
  readonly text: string
}

/** What agents are told about the user: to read, to change, to erase. */
export function Memories() {
  const isKept = useCollections().value?.some(({ name }) => name === 'memories') ?? false
  const records = useClient().records<Memory>('memories')
  const list = useRecords<Memory>('memories', { limit: 100 }, isKept)
  const hidden = useHidden()
  const [edited, setEdited] = useState<string | null>(null)
  if (!isKept) return null

  const attempt = (change: Promise<unknown>) =>
    change.then(
      () => {
        setEdited(null)
        list.reload()
      },
      (error: Error) => toasts.add({ title: `${words.failed} ${inWords(error)}` }),
    )
  const shown = list.items.filter(({ id }) => !hidden.has(id))
  return (
    <Section title={words.title} explanation={words.explanation}>
      {list.problem && <p className="mb-3 text-sm text-danger">{list.problem}</p>}
      {list.status === 'ready' && shown.length === 0 && <p className="mb-3 text-sm text-faint">{words.empty}</p>}
      {shown.length > 0 && (
        <ul className="mb-3 divide-y divide-line rounded-lg border border-line">
          {shown.map((memory) => (
            <li key={memory.id} className="flex min-h-11 items-center gap-1 py-1.5 ps-4 pe-1.5 text-sm">
              {edited === memory.id ? (
                <MemoryField
                  text={memory.text}
                  onCancel={() => setEdited(null)}
                  onSave={(text) => void attempt(records.patch(memory.id, { text }))}
                />
              ) : (
                <MemoryLine
                  memory={memory}
                  onEdit={() => setEdited(memory.id)}
                  onRemove={() => removeUndoably(memory.id, words.removed, () => attempt(records.remove(memory.id)))}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {edited === 'new' ? (
        <MemoryField
          text=""
          onCancel={() => setEdited(null)}
          onSave={(text) => void attempt(records.create({ text }))}
        />
      ) : (
        <Button icon={Plus} onClick={() => setEdited('new')}>
          {words.add}
        </Button>
      )}
    </Section>
  )
}

interface MemoryLineProps {
  readonly memory: Kept<Memory>
  readonly onEdit: () => void
  readonly onRemove: () => void
}

function MemoryLine({ memory, onEdit, onRemove }: MemoryLineProps) {
  return (
    <>
      <span className="min-w-0 flex-1 break-words">{memory.text}</span>
      <IconButton size="small" icon={Pencil} label={words.edit(memory.text)} onClick={onEdit} />
      <IconButton size="small" icon={Trash2} label={words.remove(memory.text)} onClick={onRemove} />
    </>
  )
}

interface MemoryFieldProps {
  readonly text: string
  readonly onSave: (text: string) => void
  readonly onCancel: () => void
}

function MemoryField({ text: before, onSave, onCancel }: MemoryFieldProps) {
  const [draft, setDraft] = useState(before)
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (draft.trim() === '') return
    if (draft.trim() === before) onCancel()
    else onSave(draft.trim())
  }
  return (
    <form onSubmit={save} className="flex flex-1 items-center gap-1">
      <input
        // biome-ignore lint/a11y/noAutofocus: it opens where somebody has just asked for it
        autoFocus
        aria-label={words.label}
        value={draft}
        maxLength={MAX_CHARACTERS}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onCancel()}
        className={FIELD}
      />
      <IconButton type="submit" icon={Check} label={words.save} />
      <IconButton icon={X} label={text.message.cancel} onClick={onCancel} />
    </form>
  )
}
