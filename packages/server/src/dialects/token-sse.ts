import type { ErrorBody } from '@streambed/protocol'
import * as z from 'zod'
import { type AnswerSoFar, answerSoFar } from './answer-so-far.ts'
import type { Asked, Encoder } from './dialect.ts'
import { type RunEnd, troubleOf } from './run-end.ts'

/** The body of `POST /api/chat`. */
export const TokenRequest = z.object({
  prompt: z.string(),
  conversationId: z.string().min(1).max(128).nullish(),
  agent: z.string().nullish(),
  /** Lets the run go on when the request is closed. */
  detached: z.boolean().nullish(),
})
export type TokenRequest = z.infer<typeof TokenRequest>

/**
 * The token stream of `POST /api/chat`: one `{"token"}` per piece of text, then `event: done`, or `event: error`. The tokens
 * joined are the stored message; what a guardrail takes back comes as `event: replace` with the text that stands.
 */
export function tokenSse({ session }: Asked): Encoder {
  const answer = answerSoFar()

  return (event) => {
    const piece = answer.take(event)
    if (piece !== '') return [`data: {"token":${JSON.stringify(piece)}}\n\n`]
    if (event.type === 'text-retracted') return [frame('replace', { text: answer.text() })]
    if (event.type === 'run-end') return [end(session, event, answer)]
    return [] // this dialect shows words alone
  }
}

/** A failure as this dialect says it, in a body and in an event. */
export function tokenError({ code, message }: ErrorBody): object {
  return { error: { code, message } }
}

/** A failure after the first token, which is the last that the stream says. */
export function tokenFailure(error: ErrorBody): string {
  return frame('error', tokenError(error))
}

function end(conversationId: string, event: RunEnd, answer: AnswerSoFar): string {
  const trouble = troubleOf(event)
  if (trouble) return tokenFailure(trouble)
  const stopped = event.reason === 'stopped' ? { stopped: true } : {}
  return frame('done', { conversationId, messageId: event.run, usage: answer.usage(), ...stopped })
}

function frame(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}
