import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { whatIsWrong } from './what-is-wrong.ts'

const Order = z.object({ item: z.object({ name: z.string(), count: z.int().max(9, 'at most nine') }) })
const wrongWith = (value: unknown): string => whatIsWrong(Order.safeParse(value).error!)

test('what is wrong is said in sentences, with its place', () => {
  assert.equal(
    wrongWith({ item: { count: 12 } }),
    'item.name: expected string, received undefined. item.count: at most nine.',
  )
  assert.equal(wrongWith('x'), 'Expected object, received string.')
})

test('of many mistakes the first five are named', () => {
  const many = z.array(z.string()).safeParse([1, 2, 3, 4, 5, 6, 7]).error!
  assert.match(whatIsWrong(many), /^0: expected string, received number\. .* And 2 more\.$/)
})
