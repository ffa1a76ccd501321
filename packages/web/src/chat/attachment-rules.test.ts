import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusalOf } from './attachment-rules.ts'

const file = (name: string, type: string, size = 1000) => ({ name, type, size })

test('lets images, documents and text go with a message', () => {
  for (const good of [
    file('a.png', 'image/png', 3_750_000),
    file('a.pdf', 'application/pdf', 4_500_000),
    file('A.MD', ''),
    file('main.ts', 'text/plain'),
  ])
    assert.equal(refusalOf(good), null, good.name)
})

test('says why a file cannot go', () => {
  assert.deepEqual(refusalOf(file('a.zip', 'application/zip')), { reason: 'kind' })
  assert.deepEqual(refusalOf(file('a.svg', 'image/svg+xml')), { reason: 'kind' })
  assert.deepEqual(refusalOf(file('a.txt', 'text/plain', 0)), { reason: 'empty' })
  assert.deepEqual(refusalOf(file('a.png', 'image/png', 3_750_001)), { reason: 'too-large', limit: 3_750_000 })
  assert.deepEqual(refusalOf(file('a.pdf', 'application/pdf', 4_500_001)), { reason: 'too-large', limit: 4_500_000 })
})
