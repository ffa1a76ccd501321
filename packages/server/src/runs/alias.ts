import { createHash } from 'node:crypto'
import type { ConversationId, Owner } from '@streambed/protocol'

/** The id of the conversation that an owner's client calls `alias`: the same for the same owner and name, every time. */
export function aliasId({ org, user }: Owner, alias: string): ConversationId {
  const hash = createHash('sha256')
    .update(JSON.stringify([org, user, alias]))
    .digest('hex')
  return `a_${BigInt(`0x${hash.slice(0, 32)}`)
    .toString(36)
    .padStart(25, '0')}` as ConversationId
}
