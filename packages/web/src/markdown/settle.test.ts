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

test('a formula is text until it is whole, and then as it is written', () => {
  const cases = [
    ['So \\[ x_1 *', 'So &#92;&#91; x&#95;1 &#42;'],
    ['$$\n- a', '&#36;&#36;\n&#45; a'],
    ['\\(a', '&#92;&#40;a'],
    ['**So \\(a', '**So &#92;&#40;a**'],
    ['In $[0, 1)$ **and', 'In $[0, 1)$ **and**'],
    ['By \\[ a [b \\] and [the do', 'By \\[ a [b \\] and the do'],
    ['$$a ** b$$ and `c', '$$a ** b$$ and `c`'],
    ['For $5 **or', 'For $5 **or**'],
    ['`$$` and `\\(` **or', '`$$` and `\\(` **or**'],
    ['Escaped \\\\( **or', 'Escaped \\\\( **or**'],
    ['- \\( never closed\n\n  and **more', '- \\( never closed\n\n  and **more**'],
  ] as const
  assert.deepEqual(
    cases.map(([block]) => settle(block)),
    cases.map(([, settled]) => settled),
  )
})

test('a fenced formula is code until its fence is closed', () => {
  assert.equal(settle('```math\nx = '), '```tex\nx = ')
  assert.equal(settle('```math\nx = 1\n```'), '```math\nx = 1\n```')
  assert.equal(settle('```js\n1\n```\n```math\nx'), '```js\n1\n```\n```tex\nx')
})

test('leaves fenced code alone', () => {
  const code = '```py\nvalue = a ** b[\n'
  assert.equal(settle(code), code)
})
