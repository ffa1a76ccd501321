import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '@streambed/client'
import { titleOf } from './title.ts'

const said = (text: string) => [{ role: 'user', parts: [{ type: 'text', text }] }] as unknown as Message[]

test('a conversation is called what somebody called it, or what it began with', () => {
  assert.equal(titleOf({ title: 'Mine', messages: said('Hello') }), 'Mine')
  assert.equal(titleOf({ title: null, messages: said('  Hello\n\n  there ') }), 'Hello there')
  assert.equal(titleOf({ title: null, messages: said('word '.repeat(40)) }), `${'word '.repeat(16).trim()}…`)
  assert.equal(titleOf({ title: null, messages: [] }), null)
})
