import { ERRORS } from '@streambed/protocol'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import * as z from 'zod'

const DONE = 'It is done; there is no more to say.'

/** For routes that only say that it is done. To the description that is null, to the route that sends nothing it is void. */
export const NOTHING = { 204: z.null().describe(DONE) as unknown as z.ZodType<void> }

/** For routes that answer with an event stream. */
export const EVENT_STREAM = {
  200: { description: 'Server-Sent Events.', content: { 'text/event-stream': { schema: z.string() } } },
}

/**
 * A route as `/v1/openapi.json` describes it: by its schemas. Where they have no word for the answer it is nothing after a DELETE,
 * otherwise JSON of any kind; and every route may answer with a failure.
 */
export const described: typeof jsonSchemaTransform = (document) => {
  const transformed = jsonSchemaTransform(document)
  const { schema } = transformed
  if (!schema || schema.hide) return transformed
  const unsaid = document.route.method === 'DELETE' ? NOTHING_SAID : ANYTHING
  return { ...transformed, schema: { ...schema, response: { ...(schema.response ?? unsaid), default: FAILURE } } }
}

const NOTHING_SAID = { 204: { type: 'null', description: DONE } }
const ANYTHING = { 200: { description: 'What was asked for.', content: { 'application/json': { schema: {} } } } }

const FAILURE = {
  description: 'What went wrong, and what to do about it. docs/errors.md tells what the codes mean.',
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string', examples: Object.keys(ERRORS).slice(0, 3) },
        message: { type: 'string' },
        retry: { type: 'boolean', description: 'Whether doing the same again later can help.' },
        retryAfterMs: { type: 'integer' },
      },
    },
  },
}
