import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { labelStep, scaleOf } from './scale.ts'

test('an axis has round numbers, and zero', () => {
  assert.deepEqual(scaleOf([3, 17]).ticks, [0, 5, 10, 15, 20])
  assert.deepEqual(scaleOf([0.012]).ticks, [0, 0.005, 0.01, 0.015])
  assert.deepEqual(scaleOf([-3, 4]).ticks, [-4, -2, 0, 2, 4])
  assert.deepEqual(scaleOf([120_000]).ticks, [0, 50_000, 100_000, 150_000])
  assert.deepEqual(scaleOf([]).ticks, [0, 1])
  assert.deepEqual(scaleOf([0, 0]), scaleOf([]))
})

test('every value stands on its axis, which has few steps', () => {
  const value = fc.double({ min: -1e9, max: 1e9, noNaN: true }).filter((value) => value === 0 || Math.abs(value) > 1e-6)
  fc.assert(
    fc.property(fc.array(value, { maxLength: 20 }), (values) => {
      const { min, max, ticks } = scaleOf(values)
      const slack = (max - min) * 1e-9
      assert.ok(values.every((value) => value >= min - slack && value <= max + slack))
      assert.ok(ticks.includes(0) && ticks.length >= 2 && ticks.length <= 8, String(ticks))
    }),
  )
})

test('only as many labels are written as have room', () => {
  assert.deepEqual([labelStep(7, 10), labelStep(30, 10), labelStep(31, 10), labelStep(5, 0)], [1, 3, 4, 5])
})
