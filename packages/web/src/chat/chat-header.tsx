import type { Conversation } from '@streambed/client'
import { type ReactNode, useRef, useState } from 'react'
import { ConversationMenu } from '../conversations/conversation-menu.tsx'
import { RenameField } from '../conversations/rename-field.tsx'
import { useChanges } from '../conversations/use-changes.ts'
import { PageHeader } from '../shell/page-header.tsx'
import { text } from '../text/text.ts'
import { titleOf } from './title.ts'

interface ChatHeaderProps {
  /** Of what the title says nothing yet while it is being read. */
  readonly isLoading: boolean
  readonly conversation: Conversation
  /** Who answers, where there is a choice. */
  readonly agent: string | undefined
  /** What else can be done on this page. */
  readonly actions?: ReactNode
}

/** The title of a conversation, and what can be done to it. */
export function ChatHeader({ isLoading, conversation, agent, actions }: ChatHeaderProps) {
  const title = titleOf(conversation)
  const named = { ...conversation, title }
  const changes = useChanges(named)
  const [isRenaming, setRenaming] = useState(false)
  const menuButton = useRef<HTMLButtonElement>(null)
  const isStored = conversation.position.seq > 0

  const finishRenaming = (title: string | null) => {
    setRenaming(false)
    if (title !== null) changes.rename(title)
    requestAnimationFrame(() => menuButton.current?.focus())
  }
  const menu = (
    <ConversationMenu size="normal" conversation={named} buttonRef={menuButton} onRename={() => setRenaming(true)} />
  )
  return (
    <PageHeader
      actions={
        <>
          {actions}
          {isStored && menu}
        </>
      }
    >
      <h1 className={isRenaming || isLoading ? 'sr-only' : 'min-w-0 truncate text-sm font-semibold'}>
        {isLoading ? text.conversation.loading : (title ?? text.conversation.untitled)}
      </h1>
      {isRenaming && (
        <div className="w-full max-w-sm">
          <RenameField title={title ?? ''} onDone={finishRenaming} />
        </div>
      )}
      {agent && !isRenaming && !isLoading && <span className="shrink-0 text-xs text-faint max-sm:hidden">{agent}</span>}
    </PageHeader>
  )
}
