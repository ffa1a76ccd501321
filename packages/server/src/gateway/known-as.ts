import type { ConversationId, Owner } from '@streambed/protocol'
import { aliasId } from '../runs/alias.ts'
import type { App, Door } from './door.ts'
import { windowAlias } from './tasks-windows.ts'

/** Lets requests name a conversation as a dialect's client knows it: `conversation_id`, `sessionId`, `user_chat_id` (P38). */
export function knownAs(app: App, { engine }: Door): void {
  app.addHook('preValidation', async ({ routeOptions, owner, params }) => {
    if (!routeOptions.url?.startsWith('/v1/conversations/:id')) return
    const place = params as { id: string } // its route says so
    place.id = await find(owner, place.id)
  })

  async function find(owner: Owner, name: string): Promise<string> {
    const ids = [name as ConversationId, aliasId(owner, name), aliasId(owner, windowAlias(name))]
    for (const id of ids) if (await engine.store.find(owner, id)) return id
    return name
  }
}
