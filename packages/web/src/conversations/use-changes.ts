import type { ConversationSummary } from '@streambed/client'
import { useClient } from '@streambed/client/react'
import { navigate, useRoute } from '../routes/navigation.ts'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { toasts } from '../ui/toast.tsx'
import { removeUndoably } from './undoable.ts'

interface Changes {
  rename(title: string): void
  togglePinned(): void
  toggleArchived(): void
  remove(): void
}

/** What must be known of a conversation to change it. */
export type Changeable = Pick<ConversationSummary, 'id' | 'agent' | 'title' | 'pinned' | 'archived'>

/** What can be done to a conversation from the list or its page. Whatever fails says so. */
export function useChanges({ id, title, pinned, archived }: Changeable): Changes {
  const { conversations } = useClient()
  const route = useRoute()
  const name = title ?? text.conversation.untitled

  const attempt = (change: Promise<unknown>) =>
    change.catch((error) => toasts.add({ title: `${text.conversation.changeFailed} ${inWords(error)}` }))
  const leave = () => {
    if ((route.name === 'conversation' || route.name === 'builder') && route.id === id) navigate({ name: 'start' })
  }
  return {
    rename: (title) => void attempt(conversations.rename(id, title)),
    togglePinned: () => void attempt(conversations.setPinned(id, !pinned)),
    toggleArchived: () => {
      void attempt(conversations.setArchived(id, !archived))
      if (archived) return
      leave()
      toasts.add({
        title: text.conversation.archived(name),
        actionProps: {
          children: text.conversation.undo,
          onClick: () => void attempt(conversations.setArchived(id, false)),
        },
      })
    },
    remove: () => {
      leave()
      removeUndoably(id, text.conversation.deleted(name), () => attempt(conversations.remove(id)))
    },
  }
}
