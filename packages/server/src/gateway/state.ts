import { ConversationId, Patch } from '@streambed/protocol'
import * as z from 'zod'
import { editState, redo, stateAt, stateChanges, undo } from '../runs/state.ts'
import type { App, Door } from './door.ts'

const ById = z.object({ id: ConversationId })
/** The revision that is on show: whoever names it takes back no change that they have not seen. */
const OnShow = z.object({ revision: z.int().min(0).optional() }).nullish()
const tags = ['state']

/** A conversation's live UI state: what it is, what it was, and people's changes of it. */
export function state(app: App, { engine }: Door): void {
  app.get(
    '/v1/conversations/:id/state',
    {
      schema: {
        summary: 'The live UI state, now or at a place in the log.',
        tags,
        params: ById,
        querystring: z.object({ at: z.coerce.number().int().min(0).optional() }),
      },
    },
    async ({ owner, params, query }) => stateAt(engine.store, owner, params.id, query.at),
  )

  app.get(
    '/v1/conversations/:id/state/changes',
    { schema: { summary: 'Every change of the state, in order: what a timeline is drawn from.', tags, params: ById } },
    async ({ owner, params }) => ({ items: await stateChanges(engine.store, owner, params.id) }),
  )

  app.patch(
    '/v1/conversations/:id/state',
    {
      schema: {
        summary: 'Changes the state, as a person. The agent sees it on its next turn.',
        tags,
        params: ById,
        body: z.object({ revision: z.int().min(0), patch: Patch.min(1).max(500) }),
      },
    },
    async ({ owner, params, body }) => editState(engine, owner, params.id, body),
  )

  app.post(
    '/v1/conversations/:id/state/undo',
    { schema: { summary: 'Takes the last change back.', tags, params: ById, body: OnShow } },
    async ({ owner, params, body }) => undo(engine, owner, params.id, body?.revision),
  )

  app.post(
    '/v1/conversations/:id/state/redo',
    { schema: { summary: 'Brings back what was undone last.', tags, params: ById, body: OnShow } },
    async ({ owner, params, body }) => redo(engine, owner, params.id, body?.revision),
  )
}
