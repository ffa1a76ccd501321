import { createHash } from 'node:crypto'
import { type ConversationId, type Owner, type RequestId, type RunId, StreambedError } from '@streambed/protocol'
import type { Accepted, Engine } from '../runs/engine.ts'
import { openConversation } from '../runs/open.ts'

// Conversations and runs as the clients of other people's protocols name them.

/** A run, and where its message stands in the log. */
export type Asked = Pick<Accepted, 'conversation' | 'run' | 'position'>

/** The run of a conversation, with its place. Throws `not-found` for one of another conversation. */
export async function askedRun(
  { store }: Engine,
  owner: Owner,
  conversation: ConversationId,
  run: RunId,
): Promise<Asked> {
  const record = await store.findRun(owner, run)
  if (record?.conversation !== conversation) throw new StreambedError('not-found')
  const { messages } = await openConversation(store, owner, conversation)
  const message = messages.find(({ id }) => id === record.message)
  const request = message?.role === 'user' ? await store.findRequest(owner, message.requestId) : undefined
  return { conversation, run, position: { epoch: store.epoch, seq: request?.seq ?? 1 } }
}

/** One request id for each thing a client has said, so that what is sent twice by one name is one message (P14). */
export function requestIdOf(dialect: string, conversation: string, said: string): RequestId {
  return createHash('sha256')
    .update(JSON.stringify([dialect, conversation, said]))
    .digest('hex') as RequestId
}
