import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ErrorCode, StreambedError } from '@streambed/protocol'
import type { Role } from '../store/accounts.ts'
import { type Action, authorize, LOCAL, type Principal, type Resource } from './principal.ts'

const ACTIONS = ['read', 'write', 'erase', 'account', 'people', 'server'] as const
const ada: Principal = { ...LOCAL, owner: { org: 'local', user: 'ada' }, via: 'session', credential: 'session 1' }

/** What somebody may do; of the rest the code of the refusal. */
function may(principal: Principal, resource?: Resource): Readonly<Record<Action, true | ErrorCode>> {
  const answers = ACTIONS.map((action) => {
    try {
      authorize(principal, action, resource)
      return [action, true]
    } catch (error) {
      if (error instanceof StreambedError) return [action, error.code]
      throw error
    }
  })
  return Object.fromEntries(answers)
}

const ALL = { read: true, write: true, erase: true, account: true, people: true, server: true }
const OWN = { ...ALL, people: 'forbidden', server: 'forbidden' }

test('a role says what one may do', () => {
  const by = (role: Role) => may({ ...ada, role })
  assert.deepEqual([by('owner'), by('admin'), by('member')], [ALL, ALL, OWN])
  assert.deepEqual(by('viewer'), { ...OWN, write: 'forbidden' })
})

test('what is of a colleague does not exist, but for those who look after people', () => {
  const nothing = {
    read: 'not-found',
    write: 'not-found',
    erase: 'not-found',
    account: 'not-found',
    server: 'not-found',
  }
  const bens = { org: 'local', user: 'ben' }
  assert.deepEqual(may(ada, bens), { ...nothing, people: true })
  assert.deepEqual(may({ ...ada, role: 'member' }, bens), { ...nothing, people: 'forbidden' })
})

test('what is of another organisation does not exist for anybody', () => {
  const codes = new Set(Object.values(may(ada, { org: 'other' })))
  assert.deepEqual([...codes], ['not-found'])
})

test('who looks after another organisation does not look after the server', () => {
  assert.deepEqual(may({ ...ada, owner: { org: 'other', user: 'ada' } }), { ...ALL, server: 'forbidden' })
})

test('a key does what it is for and nothing to accounts; nor does the token of another issuer', () => {
  const none = { read: 'forbidden', write: 'forbidden', erase: 'forbidden', account: 'forbidden', people: 'forbidden' }
  const key: Principal = { ...ada, via: 'key', credential: 'key 1' }
  assert.deepEqual(may({ ...key, scopes: ['read'] }), { ...none, read: true, server: 'forbidden' })
  assert.deepEqual(may(key), { ...ALL, erase: 'forbidden', account: 'forbidden' })
  assert.deepEqual(may({ ...ada, via: 'token' }), { ...ALL, account: 'forbidden' })
})
