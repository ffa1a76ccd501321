import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathOf, routeOf } from './route.ts'

test('reads the places of the app from their addresses', () => {
  assert.deepEqual(routeOf('/'), { name: 'start' })
  assert.deepEqual(routeOf('/c/c_0a1B-2'), { name: 'conversation', id: 'c_0a1B-2' })
  assert.deepEqual(routeOf('/c/c_0a1B-2/'), { name: 'conversation', id: 'c_0a1B-2' })
})

test('knows no other addresses', () => {
  for (const path of ['/c', '/c/', '/c/a', '/c/a b', '/c/x/y', '/c/%2e%2e', '/builder2', '//evil.example'])
    assert.deepEqual(routeOf(path), { name: 'unknown' }, path)
})

test('writes the address that it reads', () => {
  for (const path of ['/', '/c/c_0a1B-2']) {
    const route = routeOf(path)
    assert.ok(route.name !== 'unknown')
    assert.equal(pathOf(route), path)
  }
})
