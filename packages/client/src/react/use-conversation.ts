import type { ConversationId } from '@streambed/protocol'
import { useEffect, useState } from 'react'
import type { Client } from '../client.ts'
import type { ConversationHandle, ConversationView } from '../conversation/handle.ts'
import { useClient } from './provider.ts'
import { useReadable } from './use-readable.ts'

export interface ConversationInUse {
  readonly view: ConversationView
  readonly handle: ConversationHandle
}

interface Options {
  /** Who answers in a new conversation. Once something has been said it stays who it was. */
  readonly agent?: string
}

/** Follows a conversation while the component is drawn; null is a new one, which begins with the first message. */
export function useConversation(id: ConversationId | null, { agent }: Options = {}): ConversationInUse {
  const client = useClient()
  const [held, setHeld] = useState(() => hold(client, id, agent))
  const isRight = held.client === client && held.id === id && (held.agent === agent || id !== null || hasBegun(held))
  const current = isRight ? held : hold(client, id, agent)
  if (!isRight) setHeld(current)
  const { handle } = current
  useEffect(() => handle.follow(), [handle])
  return { view: useReadable(handle.view), handle }
}

interface Held {
  readonly client: Client
  readonly id: ConversationId | null
  readonly agent: string | undefined
  readonly handle: ConversationHandle
}

function hold(client: Client, id: ConversationId | null, agent: string | undefined): Held {
  const handle = id === null ? client.startConversation(agent === undefined ? {} : { agent }) : client.conversation(id)
  return { client, id, agent, handle }
}

function hasBegun({ handle }: Held): boolean {
  return handle.id.get() !== null || handle.view.get().pending.length > 0
}
