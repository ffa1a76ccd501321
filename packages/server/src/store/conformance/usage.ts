import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { OpenStore } from '../conformance.ts'
import type { NewEvent } from '../store.ts'
import { ada, ask, bob, chat, claim, clock, id, run, start } from './conversations.fixture.ts'

/** How every store sums up usage. */
export function usageConformance(open: OpenStore): void {
  suite('usage', () => {
    test('is summed for a period by day, model, agent or conversation, and outlives its conversation', async () => {
      let time = Date.parse('2026-11-19T23:59:00Z')
      await using store = await open({ now: () => time })
      await store.append(chat, [start(), ask('one')])
      const fence = await claim(store, 'one')
      const call = (model: string, microDollars: number | null, more: object = {}): NewEvent => ({
        type: 'usage',
        run: run('one'),
        model,
        inputTokens: 10,
        outputTokens: 5,
        cacheReadTokens: 2,
        cacheWriteTokens: 1,
        microDollars,
        priceDate: null,
        estimated: false,
        ...more,
      })
      await store.append(chat, [call('a', 7, { firstTokenMs: 100 })], { fence })
      time += 120_000
      await store.append(chat, [call('b', null, { estimated: true }), call('a', 3, { firstTokenMs: 300 })], { fence })
      const period = { from: '2026-11-01', to: '2026-12-01' }
      const one = { calls: 1, inputTokens: 10, outputTokens: 5, cacheReadTokens: 2, cacheWriteTokens: 1 }
      const two = { calls: 2, inputTokens: 20, outputTokens: 10, cacheReadTokens: 4, cacheWriteTokens: 2 }
      assert.deepEqual(await store.usage.sum(ada, { ...period, by: 'day' }), [
        { key: '2026-11-19', ...one, microDollars: 7, unpricedCalls: 0, estimatedCalls: 0, firstTokenMs: 100 },
        { key: '2026-11-20', ...two, microDollars: 3, unpricedCalls: 1, estimatedCalls: 1, firstTokenMs: 300 },
      ])
      await store.erase(ada, chat)
      assert.deepEqual(await store.usage.sum(ada, { ...period, by: 'model' }), [
        { key: 'a', ...two, microDollars: 10, unpricedCalls: 0, estimatedCalls: 0, firstTokenMs: 200 },
        { key: 'b', ...one, microDollars: 0, unpricedCalls: 1, estimatedCalls: 1, firstTokenMs: null },
      ])
      const [sum] = await store.usage.sum(ada, { from: '2026-11-20', to: '2026-11-21', by: 'conversation' })
      assert.deepEqual([sum!.key, sum!.calls], [chat, 2])
      assert.deepEqual(await store.usage.sum({ org: ada.org, user: 'eve' }, { ...period, by: 'agent' }), [])
    })

    test('is summed over an organisation by its users, and over all by organisations', async () => {
      await using store = await open(clock())
      const mill = { org: 'mill', user: 'ada' }
      for (const [i, owner] of [ada, bob, bob, mill].entries()) {
        const [conversation, name] = [id(`${i}`), `${i}`]
        await store.append(conversation, [start({ owner }), ask(name)])
        const fence = await store.claim(conversation, run(name), 'server', 60_000)
        const none = { cacheReadTokens: 0, cacheWriteTokens: 0, priceDate: null, estimated: false }
        const used = { inputTokens: 1, outputTokens: 1, microDollars: 10 ** i, ...none }
        await store.append(conversation, [{ type: 'usage', run: run(name), model: 'm', ...used }], { fence: fence! })
      }
      const sums = async (whose: object, by: 'user' | 'organisation') =>
        (await store.usage.sum(whose, { from: '2026-11-01', to: '2026-12-01', by })).map(({ key, microDollars }) => [
          key,
          microDollars,
        ])
      assert.deepEqual(await sums({ org: 'lab' }, 'user'), [
        ['ada', 1],
        ['bob', 110],
      ])
      assert.deepEqual(await sums({}, 'organisation'), [
        ['lab', 111],
        ['mill', 1000],
      ])
    })
  })
}
