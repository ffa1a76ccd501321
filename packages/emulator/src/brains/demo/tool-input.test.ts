import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as z from 'zod'
import { expressionIn, searchWords, toolInput } from './tool-input.ts'

test('fills what a schema requires and what the words give, in its types', () => {
  const schema = z.object({
    city: z.string(),
    unit: z.enum(['celsius', 'fahrenheit']),
    days: z.int().min(1).max(7),
    details: z.boolean(),
    tags: z.array(z.string()).min(1),
    when: z.iso.date(),
    at: z.object({ zone: z.string().describe('IANA time zone'), note: z.string().max(10) }),
    contact: z.email().optional(),
    nothing: z.null(),
    either: z.union([z.int(), z.string()]),
  })
  const input = toolInput(z.toJSONSchema(schema), 'Weather in Oslo for 30 days in fahrenheit, to ada@example.com')
  const parsed = schema.parse(input)
  assert.deepEqual(
    { city: parsed.city, unit: parsed.unit, days: parsed.days, zone: parsed.at.zone, contact: parsed.contact },
    { city: 'Oslo', unit: 'fahrenheit', days: 7, zone: 'Europe/Oslo', contact: 'ada@example.com' },
  )
})

test('is valid whatever the words are', () => {
  const schema = z.object({
    query: z.string().min(3).max(20),
    limit: z.int().min(1).max(10),
    kind: z.enum(['a', 'b']),
    depth: z.number().gt(2),
  })
  const json = z.toJSONSchema(schema)
  fc.assert(fc.property(fc.string(), (text) => void schema.parse(toolInput(json, text))))
})

test('follows references and gives up on endless ones', () => {
  const schema = {
    type: 'object',
    required: ['node'],
    properties: { node: { $ref: '#/$defs/node' } },
    $defs: {
      node: {
        type: 'object',
        required: ['next'],
        properties: { next: { $ref: '#/$defs/node' }, label: { const: 'x' } },
      },
    },
  }
  assert.ok('node' in toolInput(schema, 'Hello'))
  assert.deepEqual(toolInput(undefined, 'Hello'), {})
})

test('finds the sum and the search in a sentence', () => {
  assert.equal(expressionIn('what is 3 times (4 plus 1)?'), '3 * (4 + 1)')
  assert.equal(expressionIn('call me at 5 or on 2026-11'), undefined)
  assert.equal(searchWords('How do I configure the port?'), 'configure port')
})
