import type { InputPart, UserMessage as Message, Part } from '@streambed/client'
import { Pencil } from 'lucide-react'
import { useRef, useState } from 'react'
import { text } from '../text/text.ts'
import { IconButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Pager } from '../ui/pager.tsx'
import { Bubble, FilePart } from './bubble.tsx'
import { useChatActions } from './chat-actions.ts'
import { FilledForm } from './filled-form.tsx'
import { MessageEditor } from './message-editor.tsx'

interface UserMessageProps {
  readonly message: Message
  readonly versions: readonly Message['id'][]
}

/** What a user said, with its other versions and the way to make a new one. */
export function UserMessage({ message, versions }: UserMessageProps) {
  const actions = useChatActions()
  const [isEditing, setEditing] = useState(false)
  const editButton = useRef<HTMLButtonElement>(null)
  const words = wordsOf(message.parts)

  const stopEditing = () => {
    setEditing(false)
    requestAnimationFrame(() => editButton.current?.focus())
  }
  const resend = (words: string) => {
    stopEditing()
    actions.resend(message.id, [
      ...(words === '' ? [] : [{ type: 'text' as const, text: words }]),
      ...filesOf(message.parts),
    ])
  }
  if (isEditing) return <MessageEditor words={words} onCancel={stopEditing} onSend={resend} canBeEmpty={words === ''} />
  return (
    <div className="group/message flex flex-col items-end">
      <h2 className="sr-only">{text.message.yours}</h2>
      <Bubble words={words}>
        {message.parts
          .filter((part) => part.type !== 'text')
          .map((part) =>
            part.type === 'form' ? (
              <FilledForm key={part.form} part={part} />
            ) : (
              <FilePart key={part.file} part={part} />
            ),
          )}
      </Bubble>
      <div className="flex h-8 items-center gap-0.5 pointer-coarse:h-10">
        <div className="flex opacity-0 transition-opacity group-focus-within/message:opacity-100 group-hover/message:opacity-100 pointer-coarse:opacity-100">
          {words !== '' && <CopyButton label={text.message.copy} content={() => words} />}
          {isOwnWords(message.parts) && (
            <IconButton
              ref={editButton}
              size="small"
              icon={Pencil}
              label={text.message.edit}
              onClick={() => setEditing(true)}
            />
          )}
        </div>
        {versions.length > 1 && (
          <Pager
            index={versions.indexOf(message.id)}
            count={versions.length}
            onChange={(index) => actions.showVersion(versions[index]!)}
          />
        )}
      </div>
    </div>
  )
}

function wordsOf(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}

/** A form was filled in once, and cannot be written anew. */
function isOwnWords(parts: readonly Part[]): boolean {
  return parts.every((part) => part.type !== 'form')
}

function filesOf(parts: readonly Part[]): readonly InputPart[] {
  return parts.flatMap((part) => ('file' in part ? [{ type: 'file' as const, file: part.file }] : []))
}
