import { type ERRORS, type ErrorBody, StreambedError, whatIsWrong } from '@streambed/protocol'
import type { FastifyError, FastifyReply } from 'fastify'
import * as z from 'zod'

/** Fastify's own refusals, and what they are to our clients. */
const FASTIFY: Readonly<Record<string, keyof typeof ERRORS>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'wrong-content-type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'bad-request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'bad-request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad-request',
  FST_ERR_BAD_URL: 'bad-request',
}

/** Any failure of a request as the one its client sees. What is not the client's business goes to the log alone. */
export function failureOf(thrown: unknown): StreambedError {
  if (thrown instanceof StreambedError) return thrown
  if (thrown instanceof z.ZodError) return new StreambedError('bad-request', whatIsWrong(thrown))
  const { code, validation, message, statusCode } = thrown as FastifyError // everything may be missing
  if (validation) return new StreambedError('bad-request', message)
  if (code && code in FASTIFY)
    return new StreambedError(FASTIFY[code]!, code.includes('JSON') ? 'It is not valid JSON.' : undefined)
  if (statusCode && statusCode >= 400 && statusCode < 500) return new StreambedError('bad-request', message)
  return StreambedError.of(thrown)
}

/** Answers with a failure, unless the answer is under way already. */
export function refuse(
  reply: FastifyReply,
  failure: StreambedError,
  body: (error: ErrorBody) => object = ownBody,
): FastifyReply {
  if (failure.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(failure.retryAfterMs / 1000))
  return reply
    .code(failure.status)
    .type('application/json')
    .send(JSON.stringify(body(failure.body)))
}

function ownBody(error: ErrorBody): object {
  return { error }
}
