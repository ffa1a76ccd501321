import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shortcutOf } from './shortcuts.ts'

const press = (key: string, more: object = {}) =>
  shortcutOf({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    isComposing: false,
    target: null,
    ...more,
  })
const field = { tagName: 'TEXTAREA', isContentEditable: false }

test('keys mean what the help says', () => {
  assert.equal(press('k', { ctrlKey: true }), 'palette')
  assert.equal(press('K', { metaKey: true }), 'palette')
  assert.equal(press('O', { ctrlKey: true, shiftKey: true }), 'new-chat')
  assert.equal(press('?', { shiftKey: true }), 'help')
  assert.equal(press('/'), 'write')
})

test('what is written means only itself', () => {
  assert.equal(press('?', { target: field, shiftKey: true }), null)
  assert.equal(press('/', { target: field }), null)
  assert.equal(press('k', { ctrlKey: true, target: field }), 'palette')
  assert.equal(press('k', { ctrlKey: true, isComposing: true }), null)
  for (const other of [press('k'), press('o', { ctrlKey: true }), press('/', { altKey: true })])
    assert.equal(other, null)
})
