import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { highlight } from './highlight.ts'

const pieces = (code: string, language: string) =>
  highlight(code, language)
    .filter((token) => token.kind !== 'plain')
    .map((token) => `${token.kind} ${token.text}`)

test('knows comments, strings, numbers, keywords and calls', () => {
  assert.deepEqual(pieces("const n = run('a', 0x1f) // it's", 'ts'), [
    'keyword const',
    'name run',
    "string 'a'",
    'number 0x1f',
    "comment // it's",
  ])
  assert.deepEqual(pieces('def f(x):\n  return "a" # b', 'python'), [
    'keyword def',
    'name f',
    'keyword return',
    'string "a"',
    'comment # b',
  ])
  assert.deepEqual(pieces('{"a": "b", "c": [1, true]}', 'json'), [
    'name "a"',
    'string "b"',
    'name "c"',
    'number 1',
    'keyword true',
  ])
  assert.deepEqual(pieces('SELECT a FROM b -- c', 'sql'), ['keyword SELECT', 'keyword FROM', 'comment -- c'])
})

test('leaves languages it does not know plain', () => {
  assert.deepEqual(highlight('const a = 1', 'klingon'), [{ kind: 'plain', text: 'const a = 1' }])
  assert.deepEqual(highlight('const a = 1', 'constructor'), [{ kind: 'plain', text: 'const a = 1' }])
})

test('the pieces joined are the code, in every language', () => {
  const language = fc.constantFrom('ts', 'python', 'json', 'bash', 'sql', 'yaml', 'css', 'html', 'go', 'ruby', 'other')
  const mark = fc.constantFrom(
    '"',
    "'",
    '`',
    '\\',
    '//',
    '/*',
    '*/',
    '#',
    '\n',
    '"""',
    '<',
    '>',
    'if',
    'a(',
    '1.5',
    '$x',
    ':',
  )
  const code = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(mark).map((marks) => marks.join('')),
  )
  fc.assert(
    fc.property(code, language, (code, language) => {
      assert.equal(
        highlight(code, language)
          .map((token) => token.text)
          .join(''),
        code,
      )
    }),
  )
})
