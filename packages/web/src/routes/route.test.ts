import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathOf, routeOf, routeTo } from './route.ts'

test('reads the places of the app from their addresses', () => {
  assert.deepEqual(routeOf('/'), { name: 'start' })
  assert.deepEqual(routeOf('/c/c_0a1B-2'), { name: 'conversation', id: 'c_0a1B-2' })
  assert.deepEqual(routeOf('/c/c_0a1B-2/'), { name: 'conversation', id: 'c_0a1B-2' })
  assert.deepEqual(routeOf('/builder'), { name: 'builder', id: null })
  assert.deepEqual(routeOf('/builder/c_1'), { name: 'builder', id: 'c_1' })
  assert.deepEqual(routeOf('/strategies'), { name: 'strategies' })
  assert.deepEqual(routeOf('/strategies/d_1/d_2'), { name: 'comparison', one: 'd_1', other: 'd_2' })
})

test('knows no other addresses', () => {
  const paths = [
    '/shared/sbv_1',
    '/c',
    '/c/',
    '/c/a',
    '/c/a b',
    '/c/x/y',
    '/c/%2e%2e',
    '/builder2',
    '//evil.example',
    '/builder/a/b',
  ]
  for (const path of [...paths, '/strategies/d_1', '/strategies/d_1/d_2/d_3', '/builder//', '//x', '/constructor'])
    assert.deepEqual(routeOf(path), { name: 'unknown' }, path)
})

test('writes the address that it reads', () => {
  const pages = [
    '/shared',
    '/alarms',
    '/predictions',
    '/predictions/d_1',
    '/usage',
    '/settings',
    '/account',
    '/people',
    '/budgets',
    '/audit',
    '/limits',
    '/sign-in',
    '/welcome',
    '/reset',
  ]
  const paths = ['/', '/c/c_0a1B-2', '/builder', '/builder/c_1', '/strategies', '/strategies/d_1/d_2', ...pages]
  for (const path of paths) {
    const route = routeOf(path)
    assert.ok(route.name !== 'unknown')
    assert.equal(pathOf(route), path)
  }
})

test('a conversation is shown beside what it builds, where it builds something', () => {
  assert.equal(pathOf(routeTo('c_1', 'strategy-builder')), '/builder/c_1')
  assert.equal(pathOf(routeTo('c_1', 'assistant')), '/c/c_1')
})
