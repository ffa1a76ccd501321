import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passagesOf } from './passages.ts'

test('a document is split at its headings, each passage with the headings above it', () => {
  const markdown = `Before.

# Guide

Welcome.

## Start **here**!

Type this:

\`\`\`sh
# not a heading
npm start
\`\`\`

### Deep
Down.

## Start here
Again.

## Empty
`
  assert.deepEqual(passagesOf(markdown), [
    { heading: '', anchor: '', text: 'Before.' },
    { heading: 'Guide', anchor: 'guide', text: 'Welcome.' },
    {
      heading: 'Guide › Start **here**!',
      anchor: 'start-here',
      text: 'Type this:\n\n```sh\n# not a heading\nnpm start\n```',
    },
    { heading: 'Guide › Start **here**! › Deep', anchor: 'deep', text: 'Down.' },
    { heading: 'Guide › Start here', anchor: 'start-here-1', text: 'Again.' },
  ])
})

test('long sections are split at paragraphs, longer paragraphs anywhere, and nothing is lost', () => {
  const paragraphs = [...Array.from({ length: 5 }, (_, i) => `${i}`.repeat(900)), 'x'.repeat(4_500)]
  const texts = passagesOf(`# Long\n\n${paragraphs.join('\n\n')}`).map(({ text }) => text)
  assert.deepEqual(
    texts.map(({ length }) => length),
    [1_802, 1_802, 900, 2_000, 2_000, 500],
  )
  assert.equal(texts.join('').replaceAll('\n', ''), paragraphs.join(''))
})
