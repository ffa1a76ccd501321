import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldsOf, schemaOfValue } from './fields.ts'

const kinds = (properties: object, more: object = {}) =>
  Object.fromEntries(fieldsOf({ type: 'object', properties, ...more }).map(({ name, control }) => [name, control.kind]))

test('each kind of value has a control that fits it', () => {
  const properties = {
    label: { type: 'string' },
    message: { type: 'string' },
    count: { type: 'integer' },
    share: { type: 'number' },
    loud: { type: 'boolean' },
    size: { enum: ['small', 'large'] },
    days: { type: 'array', items: { enum: ['mon', 'tue'] } },
    guests: { type: 'array', items: { type: 'string' } },
    day: { type: 'string', format: 'date' },
    at: { type: 'string', format: 'date-time' },
    time: { type: 'string', pattern: '^([01]?\\d|2[0-3]):[0-5]\\d$' },
    zone: { type: 'string' },
    mail: { type: 'string', format: 'email' },
    place: { type: 'object', properties: { street: { type: 'string' }, more: { properties: { a: {} } } } },
    anything: {},
  }
  assert.deepEqual(kinds(properties), {
    label: 'text',
    message: 'text',
    count: 'number',
    share: 'number',
    loud: 'switch',
    size: 'choice',
    days: 'choices',
    guests: 'lines',
    day: 'date',
    at: 'moment',
    time: 'time',
    zone: 'zone',
    mail: 'email',
    place: 'group',
    anything: 'json',
  })
})

test('references are followed, also in a circle, and what may be null is what it is otherwise', () => {
  const $defs = { Day: { enum: ['mon'] }, Loop: { $ref: '#/$defs/Loop' } }
  const properties = {
    day: { $ref: '#/$defs/Day' },
    maybe: { anyOf: [{ type: 'string', format: 'date' }, { type: 'null' }] },
    either: { type: ['integer', 'null'] },
    loop: { $ref: '#/$defs/Loop' },
    nowhere: { $ref: '#/nothing' },
  }
  assert.deepEqual(kinds(properties, { $defs }), {
    day: 'choice',
    maybe: 'date',
    either: 'number',
    loop: 'json',
    nowhere: 'json',
  })
})

test('keeps names, words, bounds and what is required', () => {
  const schema = {
    type: 'object',
    properties: {
      people: { type: 'integer', title: 'People', description: 'How many come', minimum: 1, maximum: 9007199254740991 },
      plan: { oneOf: [{ const: 'a', title: 'The first' }, { const: 2 }] },
    },
    required: ['people'],
  }
  assert.deepEqual(fieldsOf(schema), [
    {
      name: 'people',
      title: 'People',
      description: 'How many come',
      isRequired: true,
      control: { kind: 'number', min: 1, max: null, isWhole: true },
    },
    {
      name: 'plan',
      title: null,
      description: null,
      isRequired: false,
      control: {
        kind: 'choice',
        options: [
          { value: 'a', title: 'The first' },
          { value: 2, title: null },
        ],
      },
    },
  ])
})

test('a value of plain fields has a schema, any other has none', () => {
  const schema = schemaOfValue({ to: 'Ada', copies: 2, urgent: false, text: 'Dear\nAda' })!
  const controls = Object.fromEntries(fieldsOf(schema).map(({ name, control }) => [name, control.kind]))
  assert.deepEqual(controls, { to: 'text', copies: 'number', urgent: 'switch', text: 'text' })
  for (const value of [null, 'text', 3, [], {}, { inner: {} }, { list: ['a'] }, { nothing: null }])
    assert.equal(schemaOfValue(value), null, JSON.stringify(value))
})
