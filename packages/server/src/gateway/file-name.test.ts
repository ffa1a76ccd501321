import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { attachment, fileName } from './file-name.ts'

test('a file is called as its conversation, without what file systems do not take', () => {
  const names = {
    'What is Streambed, in three sentences?': 'What is Streambed, in three sentences',
    ' a/b\\c: "d" <e>|f*\n\tg ': 'a b c d e f g',
    '../../etc/passwd': 'etc passwd',
    'Größe 5 € שלום 🙂': 'Größe 5 € שלום 🙂',
    'con.': 'con',
    '???': 'c_1',
    '': 'c_1',
  }
  assert.deepEqual(
    Object.keys(names).map((title) => fileName(title, 'c_1')),
    Object.values(names),
  )
  assert.equal(fileName('🙂'.repeat(200), 'c_1'), '🙂'.repeat(80))
  assert.equal(fileName(null, 'c_1'), 'c_1')
})

test('a browser is told the name in full, and others as much of it as they can read', () => {
  assert.equal(
    attachment("Größe (it's).md"),
    `attachment; filename="Gr__e (it's).md"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%28it%27s%29.md`,
  )
  assert.equal(attachment('Notes.json'), `attachment; filename="Notes.json"; filename*=UTF-8''Notes.json`)
})

test('whatever a title is, its header is one that HTTP can carry, and names no folder', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (title) => {
      const name = fileName(title, 'c_1')
      assert.match(name, /^[^\\/]+$/)
      assert.match(attachment(`${name}.md`), /^[ -~]+$/)
    }),
  )
})
