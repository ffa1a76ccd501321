import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { formulaFromMarkdown } from '../math/math.ts'
import { formulaSyntax } from '../math/syntax.ts'
import { blockSplitter, splitBlocks } from './split-blocks.ts'

test('takes a text apart where its blocks end', () => {
  const blocks = [
    '# Title\n\n',
    'A paragraph\nof two lines.\n\n',
    '- one\n- two\n\n  still two\n\n',
    '```ts\nconst a = 1\n\nconst b = 2\n```\n\n',
    '| a | b |\n|---|---|\n| 1 | 2 |\n\n',
    '> quoted\n\n',
    'The end.',
  ]
  assert.deepEqual(splitBlocks(blocks.join('')), blocks)
})

test('an unclosed fence is one block to the end', () => {
  assert.deepEqual(splitBlocks('Look:\n\n```py\nprint(1)\n\n# not a title\n'), [
    'Look:\n\n',
    '```py\nprint(1)\n\n# not a title\n',
  ])
})

test('a fence that may be part of HTML parts nothing that comes after it', () => {
  const text = '<div>\n~~~\n\n~~~\n\n* * *'
  assert.deepEqual(splitBlocks(text), [text])
  assert.deepEqual(splitBlocks('<div>\n\n~~~\na\n~~~\n\nb'), ['<div>\n\n', '~~~\na\n~~~\n\n', 'b'])
})

test('keeps a text whole whose definitions or footnotes reach over its blocks', () => {
  const text = 'See [the docs][docs].\n\nAnd more.\n\n[docs]: https://example.com\n'
  assert.deepEqual(splitBlocks(text), [text])
  const note = 'A claim[^1].\n\nAnd more.\n\n[^1]: Its source.\n'
  assert.deepEqual(splitBlocks(note), [note])
})

const line = fc.constantFrom(
  '',
  '',
  'words and `code` and **bold',
  'more words',
  '# title',
  '===',
  '---',
  '- item',
  '  - inner',
  '  continued',
  '    indented',
  '1. first',
  '2) second',
  '> quote',
  '```',
  '```ts',
  '~~~',
  '| a | b |',
  '|---|---|',
  '<div>',
  '</div>',
  '<!-- comment',
  '-->',
  '\ttab',
  '* * *',
  '[x]: not',
  '- [ ] task',
  '$$',
  '  $$ x = 1',
  '\\[',
  'y \\]',
  'so $a$ and \\(b',
  'a\\',
  '🙂 é',
)
const document = fc.oneof(
  fc.array(line, { maxLength: 14 }).map((lines) => lines.join('\n')),
  fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\r\n')),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
)

test('the blocks joined are the text', () => {
  fc.assert(
    fc.property(document, (text) => {
      assert.equal(splitBlocks(text).join(''), text.replace(/\r\n?/g, '\n'))
    }),
    { numRuns: 1000 },
  )
})

test('drawn one by one the blocks are what the text is as a whole', () => {
  fc.assert(
    fc.property(document, (text) => {
      const source = text.replace(/\r\n?/g, '\n')
      assert.deepEqual(splitBlocks(source).flatMap(meaning), meaning(source))
    }),
    { numRuns: 1500 },
  )
})

/** What a text means, wherever it stands. */
function meaning(text: string): unknown[] {
  const tree = fromMarkdown(text, {
    extensions: [gfm(), formulaSyntax()],
    mdastExtensions: [gfmFromMarkdown(), formulaFromMarkdown()],
  })
  return JSON.parse(JSON.stringify(tree.children, (key, value) => (key === 'position' ? undefined : value)))
}

test('while a text grows, its blocks joined are always what there is of it', () => {
  fc.assert(
    fc.property(document, fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 }), (text, sizes) => {
      const splitter = blockSplitter()
      let end = 0
      for (const size of [...sizes, text.length]) {
        end = Math.min(text.length, end + size)
        const part = text.slice(0, end)
        assert.equal(splitter(part).join(''), part.replace(/\r\n?/g, '\n'))
      }
    }),
    { numRuns: 500 },
  )
})

test('a text that changes instead of growing is taken apart anew', () => {
  const splitter = blockSplitter()
  splitter('one\n\ntwo\n\nthree')
  assert.deepEqual(splitter('other\n\ntext'), ['other\n\n', 'text'])
})

test('blocks that are settled stay the same while the last one grows', () => {
  const splitter = blockSplitter()
  const text = 'First.\n\n- a\n- b\n\nSecond paragraph.\n\n```js\nlet x\n```\n\nLast.'
  const seen: (readonly string[])[] = []
  for (let end = 1; end <= text.length; end++) seen.push(splitter(text.slice(0, end)))
  assert.deepEqual(seen.at(-1), splitBlocks(text))
})
