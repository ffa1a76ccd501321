import { type ConversationId, newRequestId } from '@streambed/protocol'
import { TokenRequest, tokenError, tokenFailure, tokenSse } from '../dialects/token-sse.ts'
import { send } from '../runs/start.ts'
import { stop } from '../runs/stop.ts'
import type { App, Door } from './door.ts'
import { failureOf, refuse } from './failures.ts'
import { EVENT_STREAM } from './openapi.ts'
import { streamWords } from './words-stream.ts'

/** `POST /api/chat`: a prompt in, its answer out as a stream of tokens. Closing the request stops the run, unless it is detached. */
export function tokenStream(app: App, { engine }: Door): void {
  app.post(
    '/api/chat',
    {
      schema: {
        summary: 'Answers a prompt as a stream of tokens.',
        tags: ['dialects'],
        body: TokenRequest,
        response: EVENT_STREAM,
      },
      errorHandler: (error, _, reply) => refuse(reply, failureOf(error), tokenError),
    },
    async (request, reply) => {
      const { prompt, conversationId, agent, detached } = request.body
      const accepted = await send(engine, request.owner, {
        requestId: newRequestId(),
        text: prompt,
        conversation: (conversationId ?? undefined) as ConversationId | undefined, // any string may be asked for; only ids are found
        agent: agent ?? undefined,
      })
      const encode = tokenSse({ session: accepted.conversation, id: accepted.message })
      const isOver = await streamWords(engine, request, reply, accepted, { encode, failure: tokenFailure })
      if (!isOver && !detached) await stop(engine, request.owner, accepted.run)
    },
  )
}
