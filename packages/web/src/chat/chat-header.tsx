import type { Conversation } from '@streambed/client'
import { useRef, useState } from 'react'
import { ConversationMenu } from '../conversations/conversation-menu.tsx'
import { RenameField } from '../conversations/rename-field.tsx'
import { useChanges } from '../conversations/use-changes.ts'
import { PageHeader } from '../shell/page-header.tsx'
import { text } from '../text/text.ts'

interface ChatHeaderProps {
  readonly conversation: Conversation
  /** Who answers, where there is a choice. */
  readonly agent: string | undefined
}

/** The title of a conversation, and what can be done to it. */
export function ChatHeader({ conversation, agent }: ChatHeaderProps) {
  const changes = useChanges(conversation)
  const [isRenaming, setRenaming] = useState(false)
  const menuButton = useRef<HTMLButtonElement>(null)
  const isStored = conversation.position.seq > 0

  const finishRenaming = (title: string | null) => {
    setRenaming(false)
    if (title !== null) changes.rename(title)
    requestAnimationFrame(() => menuButton.current?.focus())
  }
  const menu = (
    <ConversationMenu
      size="normal"
      conversation={conversation}
      buttonRef={menuButton}
      onRename={() => setRenaming(true)}
    />
  )
  return (
    <PageHeader actions={isStored && menu}>
      <h1 className={isRenaming ? 'sr-only' : 'min-w-0 truncate text-sm font-semibold'}>
        {conversation.title ?? text.conversation.untitled}
      </h1>
      {isRenaming && (
        <div className="w-full max-w-sm">
          <RenameField title={conversation.title ?? ''} onDone={finishRenaming} />
        </div>
      )}
      {agent && !isRenaming && <span className="shrink-0 text-xs text-faint max-sm:hidden">{agent}</span>}
    </PageHeader>
  )
}
