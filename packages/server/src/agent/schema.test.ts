import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { inputSchema } from './schema.ts'
import { defineTool } from './tool.ts'

test('an input is told to the model without what it cannot use', () => {
  const input = z.object({
    zone: z.string().describe('IANA name').optional(),
    count: z.int().default(3),
    from: z.int().min(1).max(10),
  })
  assert.deepEqual(inputSchema(input), {
    type: 'object',
    properties: {
      zone: { type: 'string', description: 'IANA name' },
      count: { type: 'integer', default: 3 },
      from: { type: 'integer', minimum: 1, maximum: 10 },
    },
    required: ['from'],
  })
})

test('a tool whose input JSON Schema cannot say, or that is no object, is refused by name', () => {
  const define = (input: z.ZodType) => () => defineTool({ name: 'odd', description: 'Odd.', input, run: async () => 1 })
  assert.throws(define(z.object({ when: z.date() })), /^TypeError: tool odd: /)
  assert.throws(define(z.string()), /^TypeError: tool odd: the input of a tool must be an object$/)
  assert.throws(define(z.union([z.object({ a: z.string() }), z.object({ b: z.string() })])), /must be an object/)
})

test('a tool name that Bedrock would refuse is refused', () => {
  const named = (name: string) => () => defineTool({ name, description: '', input: z.object({}), run: async () => 1 })
  assert.throws(named('no spaces'), /Bedrock takes 1 to 64 letters/)
  assert.doesNotThrow(named('current_time-2'))
})
