import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConverseRequest } from '../wire.ts'
import { CLAUDE, checkConversation, type ModelLimits } from './conversation.ts'

const messages = [{ role: 'user', content: [{ text: 'Hi' }] }]
const closed = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }

function output(schema: unknown): ConverseRequest {
  const text = typeof schema === 'string' ? schema : JSON.stringify(schema)
  return { messages, outputConfig: { textFormat: { structure: { jsonSchema: { schema: text } } } } }
}

function tools(...schemas: unknown[]): ConverseRequest {
  const specs = schemas.map((json, i) => ({ toolSpec: { name: `t${i}`, inputSchema: { json }, strict: true } }))
  return { messages, toolConfig: { tools: specs } }
}

function optional(count: number) {
  const names = Array.from({ length: count }, (_, i) => [`p${i}`, { type: 'string' }])
  return { ...closed, properties: Object.fromEntries(names), required: [] }
}

const within = (value: unknown) => ({ ...closed, properties: { a: { type: 'array', items: value } } })

test('a closed schema is taken, for the answer and for tools', () => {
  assert.equal(checkConversation(output(closed)), undefined)
  assert.equal(checkConversation(tools(closed, within({ type: 'integer', enum: [1, 2] }))), undefined)
  assert.equal(checkConversation(tools(optional(24))), undefined)
})

const refused: readonly [title: string, request: ConverseRequest, says: RegExp, model?: ModelLimits][] = [
  ['a model that cannot', output(closed), /output_config.format: Extra inputs/, { ...CLAUDE, jsonOutput: false }],
  ['a model without strict tools', tools(closed), /tools.0.custom.strict: Extra/, { ...CLAUDE, strictTools: false }],
  [
    "another maker's model",
    output(closed),
    /doesn't support structured output/,
    { provider: 'Amazon', contextTokens: 1_000, maxOutputTokens: 100 },
  ],
  ['a schema that is no JSON', output('{'), /not valid JSON/],
  ['an open object', output({ type: 'object' }), /format.schema: For 'object' type, 'additionalProperties' must be/],
  ['an open object within', tools(within({ type: 'object' })), /tools.0.custom: For 'object' type/],
  ['bounds of numbers', tools(within({ type: 'integer', minimum: 1 })), /'minimum' is not supported/],
  ['lengths of strings', tools(within({ type: 'string', maxLength: 9 })), /'maxLength' is not supported/],
  ['unknown formats', tools(within({ type: 'string', format: 'iban' })), /format 'iban' is not supported/],
  ['lists of at least two', tools({ ...closed, properties: { a: { type: 'array', minItems: 2 } } }), /'minItems'/],
  ['oneOf', tools(within({ oneOf: [{ type: 'string' }] })), /'oneOf' is not supported/],
  ['references to elsewhere', tools(within({ $ref: 'https://example.com/a.json' })), /External references/],
  ['a schema of anything', tools(within({})), /must say a type/],
  ['21 strict tools', tools(...Array(21).fill(closed)), /Too many strict tools \(21\)/],
  ['25 optional parameters', tools(optional(13), optional(12)), /too many optional parameters \(25\)/],
  ['17 unions', tools(...Array(17).fill(within({ type: ['string', 'null'] }))), /union types \(17\)/],
]

for (const [title, request, says, model] of refused) {
  test(`refused: ${title}`, () => assert.match(checkConversation(request, model) ?? 'nothing', says))
}
