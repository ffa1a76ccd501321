import type { ConversationHandle, ConversationId, ConversationView, Readable } from '@streambed/client'
import { useClient, useReadable } from '@streambed/client/react'
import { useEffect } from 'react'

export interface KnownConversation {
  readonly handle: ConversationHandle
  readonly view: ConversationView
}

/** A conversation, followed while the component is drawn; nothing while it has no id. */
export function useKnownConversation(id: string | null): KnownConversation | null {
  const client = useClient()
  const handle = id === null ? null : client.conversation(id as ConversationId) // an address may name any
  useEffect(() => handle?.follow(), [handle])
  const view = useReadable<ConversationView | null>(handle?.view ?? NOTHING)
  return handle && view ? { handle, view } : null
}

const NOTHING: Readable<null> = { get: () => null, subscribe: () => () => {} }
