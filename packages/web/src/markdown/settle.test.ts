import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle } from './settle.ts'

test('closes what is open at the end of a block that is still being written', () => {
  const cases = [
    ['Some **bold wor', 'Some **bold wor**'],
    ['Some **bold** and', 'Some **bold** and'],
    ['Some **', 'Some '],
    ['Call `run(', 'Call `run(`'],
    ['Call `', 'Call '],
    ['A ~~struck', 'A ~~struck~~'],
    ['See [the docs](https://exa', 'See the docs'],
    ['See [the do', 'See the do'],
    ['See [the docs](https://example.com) and', 'See [the docs](https://example.com) and'],
    ['![a picture](https://evil.exa', 'a picture'],
    ['Power `2 ** 3` is', 'Power `2 ** 3` is'],
    ['plain', 'plain'],
  ] as const
  assert.deepEqual(
    cases.map(([block]) => settle(block)),
    cases.map(([, settled]) => settled),
  )
})

test('leaves fenced code alone', () => {
  const code = '```py\nvalue = a ** b[\n'
  assert.equal(settle(code), code)
})
