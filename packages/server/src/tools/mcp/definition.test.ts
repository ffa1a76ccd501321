import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { definitionsOf } from './definition.ts'
import { inputSchemaOf, UnusableSchema } from './input-schema.ts'
import { visible } from './visible.ts'

const object = { type: 'object' }

test('a tool is named after its server, in letters that Bedrock takes, and no two alike', () => {
  const tools = [
    'plain',
    'with.dots/and more',
    'with-dots',
    'x'.repeat(100),
    `${'x'.repeat(99)}y`,
    'with_dots_and_more',
    'é',
  ]
  const names = definitionsOf(
    'docs',
    tools.map((name) => ({ name, inputSchema: object })),
  ).map(({ name }) => name)
  assert.deepEqual(names.slice(0, 3), ['docs__plain', 'docs__with_dots_and_more', 'docs__with-dots'])
  assert.equal(new Set(names).size, tools.length)
  for (const name of names) assert.match(name, /^[a-zA-Z0-9_-]{1,64}$/)
})

test('its hash is the same as long as all that is said of it is', () => {
  const hash = (more: object) => definitionsOf('docs', [{ name: 'a', inputSchema: object, ...more }])[0]!.hash
  assert.equal(hash({ description: 'd', title: 't' }), hash({ title: 't', description: 'd' }))
  const others = [
    { description: 'D' },
    { inputSchema: { type: 'object', properties: {} } },
    { annotations: { readOnlyHint: true } },
    { description: 'd\u200B' },
  ]
  assert.equal(new Set([{ description: 'd' }, ...others].map(hash)).size, 5)
})

test('descriptions are visible and short', () => {
  const [tool] = definitionsOf('docs', [
    {
      name: 'a',
      title: 'A',
      description: `Reads\u{E0053}\u{E0065} it.\u202E${'x'.repeat(3_000)}`,
      inputSchema: { ...object, properties: { q: { description: 'The\u200B query\u0007', type: 'string' } } },
    },
  ])
  assert.ok(tool!.description.startsWith('A\nReads it.xxx'))
  assert.equal(tool!.description.length, 2_000)
  assert.deepEqual(tool!.inputSchema.properties, { q: { description: 'The query', type: 'string' } })
  assert.equal(visible('a\tb\nc\u0000👍🏽 é ä'), 'a\tb\nc👍🏽 é ä')
})

test('references are written out, and what models do not understand is left out', () => {
  const { json, check } = inputSchemaOf({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'x',
    type: 'object',
    $defs: {
      Day: { enum: ['mon', 'tue'], description: 'A day.' },
      Tree: { properties: { kids: { type: 'array', items: { $ref: '#/$defs/Tree' } } } },
    },
    properties: {
      day: { $ref: '#/$defs/Day', description: 'When.' },
      tree: { $ref: '#/$defs/Tree' },
      code: { type: 'string', pattern: '(a+)+$', 'x-odd': 1 },
    },
    required: ['day'],
    allOf: [{ required: ['code'] }],
    additionalProperties: false,
  })
  assert.deepEqual(json, {
    type: 'object',
    properties: {
      day: { enum: ['mon', 'tue'], description: 'When.' },
      tree: { properties: { kids: { type: 'array', items: {} } } },
      code: { type: 'string' },
    },
    required: ['day'],
    additionalProperties: false,
  })
  assert.equal(check.safeParse({ day: 'mon', code: `${'a'.repeat(40)}!` }).success, true)
  assert.deepEqual(check.safeParse({ day: 'wed' }).error?.issues[0]?.path, ['day'])
  assert.equal(check.safeParse({ day: 'mon', more: 1 }).success, false)
})

test('a schema of which nothing can be made is refused, with the reason', () => {
  const deep = (levels: number): object => (levels === 0 ? {} : { type: 'object', properties: { a: deep(levels - 1) } })
  const wide = { properties: Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`p${i}`, {}])) }
  const large = {
    properties: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`p${i}`, { default: 'x'.repeat(60) }])),
  }
  const loop = {
    $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
    properties: { x: { $ref: '#/$defs/a' } },
  }
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [undefined, /no object/],
    ['string', /no object/],
    [[], /no object/],
    [{ type: 'string' }, /its input is no object/],
    [{ type: ['object', 'null'] }, /its input is no object/],
    [deep(20), /deeper than 16/],
    [wide, /more than 1000 parts/],
    [large, /larger than 16 KiB/],
    [loop, /refers to/],
    [{ properties: { x: { $ref: 'https://example.com/schema' } } }, /refers to/],
    [{ properties: { x: { $ref: '#/$defs/__proto__' } } }, /refers to/],
    [{ properties: { '': {} } }, /a field named ""/],
  ]
  for (const [schema, reason] of wrong) assert.throws(() => inputSchemaOf(schema), { message: reason })
})

test('whatever a server says, its tools are fit for a model or refused with a reason', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ name: fc.string(), description: fc.anything(), inputSchema: fc.anything() })),
      (tools) => {
        for (const { name, description, inputSchema, fault } of definitionsOf('odd', tools)) {
          assert.match(name, /^[a-zA-Z0-9_-]{1,64}$/)
          assert.ok(description.length > 0 && description.length <= 2_000)
          assert.equal(inputSchema['type'], 'object')
          assert.equal(JSON.stringify(inputSchema).includes('$ref'), false)
          assert.ok(fault === null || fault.length > 0)
        }
      },
    ),
    { numRuns: 2_000 },
  )
  fc.assert(
    fc.property(
      fc.object({ key: fc.constantFrom('type', 'properties', '$ref', '$defs', 'items', 'anyOf', 'a'), maxDepth: 6 }),
      (schema) => {
        try {
          assert.equal(typeof inputSchemaOf(schema).check.safeParse({}).success, 'boolean')
        } catch (error) {
          assert.ok(error instanceof UnusableSchema, String(error))
        }
      },
    ),
    { numRuns: 2_000 },
  )
})
