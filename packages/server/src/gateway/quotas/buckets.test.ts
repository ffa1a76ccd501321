import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { buckets } from './buckets.ts'
import { places } from './places.ts'

test('a burst is let through up to what ten seconds bring, then one for each that comes in', () => {
  let time = 0
  const all = buckets(60, { now: () => time })
  const burst = Array.from({ length: 12 }, () => all.take('ada'))
  assert.deepEqual(burst, [...Array(10).fill(0), 1_000, 1_000])
  assert.equal(all.take('bob'), 0, 'others have their own')
  time = 999
  assert.equal(all.take('ada'), 1)
  time = 1_000
  assert.deepEqual([all.take('ada'), all.take('ada')], [0, 1_000])
})

test('whoever comes back when told is let in', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.array(fc.nat(5_000), { maxLength: 200 }),
      (perMinute, waits) => {
        let time = 0
        const all = buckets(perMinute, { now: () => time })
        for (const wait of waits) {
          time += wait
          const after = all.take('ada')
          time += after
          if (after > 0) assert.equal(all.take('ada'), 0)
        }
      },
    ),
  )
})

test('no burst is longer than its rate allows, whenever one looks', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2_000), { minLength: 1, maxLength: 300 }), (waits) => {
      let time = 0
      const all = buckets(600, { now: () => time })
      const taken = waits.flatMap((wait) => {
        time += wait
        return all.take('ada') === 0 ? [time] : []
      })
      for (const [i, from] of taken.entries())
        for (const [k, to] of taken.entries()) if (k >= i) assert.ok(k - i + 1 <= (to - from) / 100 + 101)
    }),
    { numRuns: 30 },
  )
})

test('a clock that is set forward or back neither fills a bucket nor empties it', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-11-20') })
  const all = buckets(60)
  const take = () => Array.from({ length: 12 }, () => all.take('ada')).filter((after) => after === 0).length
  assert.equal(take(), 10)
  t.mock.timers.setTime(Date.parse('2036-11-20'))
  assert.equal(take(), 0)
  t.mock.timers.setTime(Date.parse('2016-11-20'))
  assert.ok(all.take('ada') <= 1_000, 'the wait is no longer either')
})

test('there are never more than a bound, however many names come', () => {
  let time = 0
  const all = buckets(60, { now: () => time, most: 100 })
  for (let i = 0; i < 1_000; i++) all.take(`name ${i}`)
  assert.equal(all.size, 100)
  time += 60_000
  all.take('one more')
  assert.equal(all.size, 1, 'those that are full again are forgotten')
})

test('a place is taken for all names or for none, and given back once', () => {
  const room = places()
  const seats = (user: string) => [
    { name: user, most: 2 },
    { name: 'all', most: 3 },
  ]
  const leave = room.enter(seats('ada'))!
  room.enter(seats('ada'))
  assert.equal(room.enter(seats('ada')), undefined)
  room.enter(seats('bob'))
  assert.equal(room.enter(seats('eve')), undefined)
  assert.deepEqual([room.count('eve'), room.count('all')], [0, 3])
  leave()
  leave()
  assert.deepEqual([room.count('ada'), room.count('all')], [1, 2])
})
