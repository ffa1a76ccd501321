import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { fieldWords } from './field-words.ts'

const Order = z.object({
  who: z.string().min(2),
  age: z.int().min(0).max(120),
  weight: z.number().gt(0).multipleOf(5),
  address: z.object({
    street: z.string().min(1),
    zip: z.string().regex(/^\d{4}$/),
    country: z.string('Which country?'),
  }),
  tags: z.array(z.string().max(5)).min(1).max(2),
  agree: z.boolean(),
  colour: z.enum(['red', 'blue']),
  kind: z.literal('gift'),
  day: z.iso.date(),
  mail: z.email(),
})

const wrongWith = (value: object): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (Order.safeParse(value, { error: fieldWords }).error?.issues ?? []).map(({ path, message }) => [
      path.join('.'),
      message,
    ]),
  )

test('what is wrong with a field is said to the person who fills it in, at every depth', () => {
  assert.deepEqual(wrongWith({ address: { street: '' } }), {
    who: 'This is needed.',
    age: 'This is needed.',
    weight: 'This is needed.',
    'address.street': 'This is needed.',
    'address.zip': 'This is needed.',
    'address.country': 'Which country?',
    tags: 'This is needed.',
    agree: 'This is needed.',
    colour: 'This is needed.',
    kind: 'This is needed.',
    day: 'This is needed.',
    mail: 'This is needed.',
  })
  assert.deepEqual(
    wrongWith({
      who: 'A',
      age: 'old',
      weight: 7,
      address: { street: 5, zip: '12', country: 'NO' },
      tags: ['too long'],
      agree: 'perhaps',
      colour: 'green',
      kind: 'loan',
      day: '31 May',
      mail: 'ada',
    }),
    {
      who: 'Write at least 2 characters.',
      age: 'Write a number.',
      weight: 'Write a multiple of 5.',
      'address.street': 'Write a text.',
      'address.zip': 'It must fit /^\\d{4}$/.',
      'tags.0': 'Write at most 5 characters.',
      agree: 'Say yes or no.',
      colour: 'Choose red or blue.',
      kind: 'It can only be gift.',
      day: 'Write a date as YYYY-MM-DD.',
      mail: 'Write an e-mail address.',
    },
  )
  assert.deepEqual(wrongWith({ ...right, age: 121, weight: 0, tags: [], day: '2027-02-30' }), {
    age: 'Write a number that is at most 120.',
    weight: 'Write a number that is more than 0.',
    tags: 'This is needed.',
    day: 'Write a date as YYYY-MM-DD.',
  })
  assert.deepEqual(wrongWith({ ...right, age: 1.5, tags: ['a', 'b', 'c'] }), {
    age: 'Write a whole number.',
    tags: 'At most 2 of them.',
  })
  assert.deepEqual(wrongWith(right), {})
})

const right = {
  who: 'Ada',
  age: 36,
  weight: 50,
  address: { street: 'Main', zip: '0150', country: 'NO' },
  tags: ['a'],
  agree: true,
  colour: 'red',
  kind: 'gift',
  day: '2027-03-01',
  mail: 'ada@example.org',
}
