import { ApprovalId, Approve, ConversationId, Position, RunId } from '@streambed/protocol'
import * as z from 'zod'
import { approve } from '../runs/approve.ts'
import type { App, Door } from './door.ts'

/** People's answers to what runs have asked them. */
export function approvals(app: App, { engine }: Door): void {
  app.post(
    '/v1/runs/:id/approvals/:approval',
    {
      schema: {
        summary: 'Allows or forbids a call that a run has asked for.',
        description:
          'Harmless when repeated. With `input` the tool runs with that in place of what the model asked for. The run goes on once ' +
          'all that it has asked is answered.',
        tags: ['runs'],
        params: z.object({ id: RunId, approval: ApprovalId }),
        body: Approve,
        response: { 202: z.object({ conversation: ConversationId, run: RunId, position: Position }) },
      },
    },
    async ({ owner, params, body }, reply) =>
      reply.code(202).send(await approve(engine, owner, params.id, params.approval, body)),
  )
}
