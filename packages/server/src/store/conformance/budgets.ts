import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Budget, Owner } from '@streambed/protocol'
import fc from 'fast-check'
import { type Amount, type BudgetLine, MAX_BUDGETS, type Reservation } from '../budgets.ts'
import type { OpenStore } from '../conformance.ts'
import { Fenced } from '../store.ts'
import { ada, begun, bob, end, id, run, usage } from './conversations.fixture.ts'

/** What every store does with budgets. */
export function budgetsConformance(open: OpenStore): void {
  suite('budgets', () => {
    test('are listed as they were set, one for each key, an organisation apart from others', async () => {
      await using store = await open({ now: () => NOON })
      const general = budget({ scope: 'user', microDollars: 5 })
      const bobs = budget({ scope: 'user', of: 'bob', tokens: 9 })
      await store.budgets.set('lab', bobs)
      await store.budgets.set('lab', budget({ scope: 'user', microDollars: 1 }))
      await store.budgets.set('lab', general)
      await store.budgets.set('mill', budget({ scope: 'organisation', tokens: 1 }))
      assert.deepEqual(await store.budgets.list('lab'), [general, bobs])
      assert.equal(await store.budgets.remove('lab', bobs), true)
      assert.equal(await store.budgets.remove('lab', bobs), false)
      assert.deepEqual(await store.budgets.list('lab'), [general])
    })

    test('are no more than an organisation may have', async () => {
      await using store = await open({ now: () => NOON })
      for (let i = 0; i < MAX_BUDGETS; i++) await store.budgets.set('lab', budget({ scope: 'agent', of: `a${i}` }))
      await assert.rejects(store.budgets.set('lab', budget({ scope: 'user' })), { code: 'too-many' })
      await store.budgets.set('lab', budget({ scope: 'agent', of: 'a0', tokens: 2 }))
    })

    test('a call gets all it asks for, then what is left, then nothing', async () => {
      await using store = await open({ now: () => NOON })
      for (const name of ['a', 'b', 'c']) await begun(store, name)
      const lines = [line({ microDollars: 250 })]
      const reserve = (name: string) => store.budgets.reserve(asking(name), lines)
      assert.deepEqual(await reserve('a'), amount(100, 1000))
      assert.deepEqual(await reserve('a'), amount(100, 1000), 'again, in place of the first')
      assert.deepEqual(await reserve('b'), amount(100, 1000))
      assert.deepEqual(await reserve('c'), amount(50, 1000))
      assert.deepEqual(await store.budgets.standing(lines), [{ spent: amount(0, 0), reserved: amount(250, 3000) }])
      await begun(store, 'd')
      assert.equal(await reserve('d'), undefined)
    })

    test('all lines must have room, in money and in tokens', async () => {
      await using store = await open({ now: () => NOON })
      await begun(store, 'a')
      const least = amount(30, 300)
      for (const [lines, expected] of [
        [[], amount(100, 1000)],
        [[line({ microDollars: 100, tokens: 500 })], amount(100, 500)],
        [[line({ tokens: 400 }), line({ account: ['lab'], microDollars: 40 })], amount(40, 400)],
        [[line({ tokens: 400 }), line({ account: ['lab'], microDollars: 29 })], undefined],
        [[line({ tokens: 299 })], undefined],
      ] as const)
        assert.deepEqual(await store.budgets.reserve(asking('a', { least }), lines), expected)
    })

    test('a model without a price is not held up by money, but by tokens', async () => {
      await using store = await open({ now: () => NOON })
      await begun(store, 'a')
      const unpriced = asking('a', { most: amount(0, 1000), least: amount(0, 10), isPriced: false })
      assert.deepEqual(await store.budgets.reserve(unpriced, [line({ microDollars: 0 })]), amount(0, 1000))
      assert.equal(await store.budgets.reserve(unpriced, [line({ tokens: 9 })]), undefined)
    })

    test('what a call cost counts for its user, its agent and its organisation, in place of what was set aside', async () => {
      let time = NOON
      await using store = await open({ now: () => time })
      const fence = await begun(store, 'a')
      const accounts = [['lab'], ['lab', 'ada'], ['lab', 'ada', 'guide'], ['lab', 'bob'], ['mill']] as const
      const lines = accounts.map((account) => line({ account, microDollars: 1_000 }))
      await store.budgets.reserve(asking('a'), lines)
      const [before] = await store.budgets.standing(lines)
      assert.deepEqual(before, { spent: amount(0, 0), reserved: amount(100, 1000) })
      await store.append(id('a'), [usage('a', 7), usage('a', null)], { fence })
      time += 86_400_000
      await store.append(id('a'), [usage('a', 5)], { fence })
      const none = { spent: amount(0, 0), reserved: amount(0, 0) }
      const all = { spent: amount(12, 30), reserved: amount(0, 0) }
      assert.deepEqual(await store.budgets.standing(lines), [all, all, all, none, none])
      const today = await store.budgets.standing([line({ from: '2026-11-21' })])
      assert.deepEqual(today, [{ spent: amount(5, 10), reserved: amount(0, 0) }])
      await store.erase(ada, id('a'))
      assert.deepEqual((await store.budgets.standing(lines))[0], all, 'it outlives its conversation')
    })

    test('what was spent is known until the month after it is over', async () => {
      let time = NOON
      await using store = await open({ now: () => time })
      const spend = async (day: string, name: string, owner: Owner) => {
        time = Date.parse(day)
        const fence = await begun(store, name, owner)
        await store.append(id(name), [usage(name, 1)], { fence })
      }
      const lines = [line({ from: '2026-11-01' }), line({ account: ['lab'], from: '2026-11-01' })]
      const sums = async () => (await store.budgets.standing(lines)).map(({ spent }) => spent.microDollars)
      for (const day of ['2026-11-01', '2026-11-30', '2026-12-31']) await spend(day, `a${day}`, ada)
      assert.deepEqual(await sums(), [3, 3])
      await spend('2027-01-01', 'b', bob)
      assert.deepEqual(await sums(), [1, 2], 'those who spend no more are no exception')
    })

    test('a run that ends, parks or is erased has nothing set aside, nor has one that nobody answers', async () => {
      await using store = await open({ now: () => NOON })
      const lines = [line({ microDollars: 1_000 })]
      for (const [name, leave] of [
        ['end', (fence: number) => store.append(id('end'), [end('end')], { fence })],
        ['park', (fence: number) => store.append(id('park'), [{ type: 'run-park', run: run('park') }], { fence })],
        ['erase', () => store.erase(ada, id('erase'))],
      ] as const) {
        const fence = await begun(store, name)
        assert.ok(await store.budgets.reserve(asking(name), lines))
        await leave(fence)
        assert.deepEqual((await store.budgets.standing(lines))[0]?.reserved, amount(0, 0), name)
        await assert.rejects(store.budgets.reserve(asking(name), lines), Fenced, name)
      }
    })

    test('somebody is told once in a period', async () => {
      await using store = await open({ now: () => NOON })
      const day = line({ microDollars: 1 })
      const told = []
      for (const [to, percent] of [
        [day, 50],
        [day, 50],
        [day, 80],
        [{ ...day, from: '2026-11-21' }, 50],
        [{ ...day, period: 'month' as const }, 50],
      ] as const)
        told.push(await store.budgets.tell(to, percent))
      assert.deepEqual(told, [true, false, true, true, true])
    })

    test('whatever is asked for at once, no line is ever overdrawn', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 500 }),
          fc.array(fc.record({ most: fc.integer({ min: 0, max: 200 }), least: fc.integer({ min: 0, max: 200 }) }), {
            maxLength: 12,
          }),
          async (limit, calls) => {
            await using store = await open({ now: () => NOON })
            for (const i of calls.keys()) await begun(store, `${i}`)
            const lines = [line({ microDollars: limit }), line({ account: ['lab'], tokens: limit * 2 })]
            const grants = await Promise.all(
              calls.map(({ most, least }, i) => {
                const [lower, upper] = [Math.min(most, least), Math.max(most, least)]
                const asked = { most: amount(upper, upper), least: amount(lower, lower) }
                return store.budgets.reserve(asking(`${i}`, asked), lines)
              }),
            )
            const granted = grants.reduce((sum, grant) => sum + (grant?.microDollars ?? 0), 0)
            const [first] = await store.budgets.standing(lines)
            assert.equal(first!.reserved.microDollars, granted)
            assert.ok(granted <= limit)
          },
        ),
        { numRuns: 30 },
      )
    })
  })
}

const NOON = Date.parse('2026-11-20T12:00:00Z')
const amount = (microDollars: number, tokens: number): Amount => ({ microDollars, tokens })

function budget(some: Partial<Budget> & Pick<Budget, 'scope'>): Budget {
  return { of: null, period: 'day', microDollars: null, tokens: null, action: 'cut', ...some }
}

function line(some: Partial<BudgetLine> = {}): BudgetLine {
  return { account: ['lab', 'ada'], from: '2026-11-20', period: 'day', microDollars: null, tokens: null, ...some }
}

function asking(name: string, some: Partial<Reservation> = {}): Reservation {
  const most = amount(100, 1000)
  return { run: run(name), owner: ada, agent: 'guide', most, least: amount(10, 10), isPriced: true, ...some }
}
