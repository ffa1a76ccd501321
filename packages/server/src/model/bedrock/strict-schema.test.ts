import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkConversation } from '@streambed/emulator'
import fc from 'fast-check'
import * as z from 'zod'
import { inputSchema } from '../../agent/schema.ts'
import { strictSchema } from './strict-schema.ts'

const ask = { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }

/** What Bedrock says of a schema that an answer shall be held to. */
function refusal(schema: unknown): string | undefined {
  const textFormat = { structure: { jsonSchema: { schema: JSON.stringify(schema) } } }
  return checkConversation({ ...ask, outputConfig: { textFormat } })
}

test('what no grammar can say is told in words', () => {
  const schema = inputSchema(
    z.object({
      name: z.string().min(1).max(9).describe('Who.'),
      age: z.number().int().min(0).optional(),
      tags: z.array(z.enum(['a', 'b'])).min(2),
      mail: z.email(),
      kind: z.discriminatedUnion('type', [z.object({ type: z.literal('x') }), z.object({ type: z.literal('y') })]),
    }),
  )
  assert.deepEqual(strictSchema(schema), {
    schema: {
      type: 'object',
      properties: {
        name: { description: 'Who. (minLength: 1, maxLength: 9)', type: 'string' },
        age: { description: '(minimum: 0)', type: 'integer' },
        tags: { description: '(minItems: 2)', type: 'array', items: { enum: ['a', 'b'] }, minItems: 1 },
        mail: { type: 'string', format: 'email' },
        kind: {
          anyOf: ['x', 'y'].map((type) => ({
            type: 'object',
            properties: { type: { const: type } },
            required: ['type'],
            additionalProperties: false,
          })),
        },
      },
      required: ['name', 'tags', 'mail', 'kind'],
      additionalProperties: false,
    },
    optional: 1,
    unions: 1,
  })
})

test('nothing is held to what would say something else: open objects, anything, itself, tuples, both of two', () => {
  const tree = z.object({
    get leaves() {
      return z.array(tree)
    },
  })
  const open = [z.record(z.string(), z.number()), z.looseObject({}), z.unknown(), tree, z.tuple([z.string()])]
  for (const type of open) assert.equal(strictSchema(inputSchema(z.object({ inner: type }))), undefined)
  assert.equal(strictSchema({ type: 'object', allOf: [{ type: 'object' }] }), undefined)
})

/** Schemas as tools and outputs have them, with values that fit. */
const { schema: anySchema } = fc.letrec<{ schema: z.ZodType; object: z.ZodObject }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<z.ZodType>(
      z.string(),
      z.string().min(1).max(5),
      z.iso.datetime(),
      z.number().min(0),
      z.int(),
      z.boolean(),
      z.null(),
      z.enum(['a', 'b']),
      z.literal(3),
    ),
    tie('schema').map((inner) => z.array(inner).max(3)),
    tie('schema').map((inner) => z.nullable(inner)),
    fc.tuple(tie('schema'), tie('schema')).map((both) => z.union(both)),
    tie('object'),
  ),
  object: fc
    .dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.tuple(tie('schema'), fc.boolean()), { maxKeys: 3 })
    .map((shape) =>
      z.object(
        Object.fromEntries(Object.entries(shape).map(([name, [type, may]]) => [name, may ? type.optional() : type])),
      ),
    ),
}))

test('Bedrock takes whatever comes out, and it stays as it is when it is made strict again', () => {
  fc.assert(
    fc.property(anySchema, (type) => {
      const strict = strictSchema(inputSchema(z.object({ inner: type })))
      assert.ok(strict)
      if (strict.optional > 24 || strict.unions > 16) return
      assert.equal(refusal(strict.schema), undefined)
      assert.deepEqual(strictSchema(strict.schema), strict)
    }),
    { numRuns: 500 },
  )
})

test('every value that fits the schema fits the strict one', () => {
  fc.assert(
    fc.property(
      anySchema,
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom('a', 3, null, 'b', [], {}),
      (type, json, odd) => {
        const outer = z.object({ inner: type })
        const strict = strictSchema(inputSchema(outer))!
        const held = z.fromJSONSchema(strict.schema as z.core.JSONSchema.JSONSchema)
        for (const inner of [json, odd, [odd], [[odd]], [json]]) {
          const parsed = outer.safeParse({ inner })
          if (parsed.success) assert.ok(held.safeParse(parsed.data).success)
        }
      },
    ),
    { numRuns: 500 },
  )
})
