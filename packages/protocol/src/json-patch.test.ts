import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { applyPatch, diff } from './json-patch.ts'

/** Plain JSON, which has no -0, with names in it that no patch may reach. */
const json = fc
  .tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom('__proto__', 'constructor', 'prototype', 'name'))
  .map(([value, name]) => JSON.parse(JSON.stringify(value).replaceAll(/"\w?":/g, `"${name}":`)) as unknown)

test('a difference applied to the one gives the other', () => {
  fc.assert(
    fc.property(json, json, (before, after) => {
      assert.deepEqual(applyPatch(before, diff(before, after)), after)
    }),
  )
})

test('a patch shares what it does not change, and changes nothing in place', () => {
  const before = { a: { deep: [1, 2] }, b: { other: true } }
  const copy = structuredClone(before)
  const after = applyPatch(before, [{ op: 'add', path: '/a/deep/-', value: 3 }]) as typeof before
  assert.deepEqual(after, { a: { deep: [1, 2, 3] }, b: { other: true } })
  assert.deepEqual(before, copy)
  assert.equal(after.b, before.b)
})

test('keys with slashes and tildes are escaped', () => {
  const steps = diff({}, { 'a/b~c': 1 })
  assert.deepEqual(steps, [{ op: 'add', path: '/a~1b~0c', value: 1 }])
  assert.deepEqual(applyPatch({}, steps), { 'a/b~c': 1 })
})

test('a path that is not there, or that reaches for prototypes, is refused', () => {
  for (const path of ['/a/b', '/list/9', '/list/01', '/list/-1', 'a', '/__proto__/x', '/constructor/prototype/x']) {
    assert.throws(() => applyPatch({ list: [1] }, [{ op: 'replace', path, value: 1 }]), RangeError, path)
  }
  assert.deepEqual(Object.keys(Object.prototype), [])
})
