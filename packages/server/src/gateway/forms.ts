import { AnswerForm, ConversationId, FormId, MessageId, Position, RunId } from '@streambed/protocol'
import * as z from 'zod'
import { answerForm } from '../runs/forms.ts'
import type { App, Door } from './door.ts'

const Answered = z.object({
  conversation: ConversationId,
  form: FormId,
  position: Position,
  message: MessageId.optional(),
  run: RunId.optional(),
})

/** What people put into forms (P50 to P54). */
export function forms(app: App, { engine }: Door): void {
  app.post(
    '/v1/conversations/:id/forms/:form',
    {
      schema: {
        summary: 'Sends or cancels a form that an agent asked back with.',
        description:
          'Right values start a run that uses them as they are. Wrong ones are refused with `form-refused`; what is wrong with ' +
          'them is in the `form-request` event that replaces the form. The same `requestId` again gets the same answer.',
        tags: ['conversations'],
        params: z.object({ id: ConversationId, form: FormId }),
        body: AnswerForm,
        response: { 202: Answered },
      },
    },
    async ({ owner, params, body }, reply) =>
      reply.code(202).send(await answerForm(engine, owner, params.id, params.form, body)),
  )
}
