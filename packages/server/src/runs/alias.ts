import { createHash } from 'node:crypto'
import type { ConversationId, Owner } from '@streambed/protocol'
import type { Engine } from './engine.ts'

/** The id of the conversation that an owner's client calls `alias`: the same for the same owner and name, every time. */
export function aliasId({ org, user }: Owner, alias: string): ConversationId {
  const hash = createHash('sha256')
    .update(JSON.stringify([org, user, alias]))
    .digest('hex')
  return `a_${BigInt(`0x${hash.slice(0, 32)}`)
    .toString(36)
    .padStart(25, '0')}` as ConversationId
}

/** The conversation that a client calls so: by its own name or by the id. */
export async function findConversation(
  { store }: Pick<Engine, 'store'>,
  owner: Owner,
  name: string,
): Promise<ConversationId | undefined> {
  for (const id of [name as ConversationId, aliasId(owner, name)]) if (await store.find(owner, id)) return id
  return undefined
}
