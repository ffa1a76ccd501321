import { useEffect } from 'react'
import type { ConversationList, ConversationListView } from '../conversations/list.ts'
import { useClient } from './provider.ts'
import { useReadable } from './use-readable.ts'

/** The list of conversations, kept fresh while the component is drawn, and what can be done with it. */
export function useConversations(): ConversationListView & { readonly list: ConversationList } {
  const { conversations } = useClient()
  useEffect(() => conversations.watch(), [conversations])
  return { ...useReadable(conversations.view), list: conversations }
}
