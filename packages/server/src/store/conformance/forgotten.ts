import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { FileId, Owner, RecordId, RequestId } from '@streambed/protocol'
import type { BudgetLine } from '../budgets.ts'
import type { OpenStore } from '../conformance.ts'
import { ERASED } from '../store.ts'
import { ada, begun, bob, id, run, usage } from './conversations.fixture.ts'

/** What every store keeps of a user who is forgotten, and what not. */
export function forgottenConformance(open: OpenStore): void {
  suite('a user who is forgotten', () => {
    test('leaves nothing but what the organisation has spent, and what it lets them spend', async () => {
      await using store = await open({ now: () => NOON })
      for (const owner of [ada, bob]) {
        const { user } = owner
        const fence = await begun(store, user, owner)
        await store.append(id(user), [usage(user), { type: 'run-end', run: run(user), reason: 'done' }], { fence })
        await store.saveFile(owner, { ...file, id: `f_${user}` as FileId })
        const record = { id: `d_${user}` as RecordId, key: user, value: {}, index: { done: true } }
        await store.records.create(owner, 'notes', record, 10)
        const timer = { owner, key: 'tea', agent: 'guide', kind: 'bell', at: 1, conversation: null, data: {} }
        await store.timers.set(timer)
        const budget = { scope: 'user', of: user, period: 'day', microDollars: 1, tokens: null, action: 'cut' } as const
        await store.budgets.set('lab', budget)
        await store.budgets.tell(line([owner.org, owner.user]), 50)
        for (const org of ['lab', 'sea']) {
          const data = { hash: 'h', owner: user, seq: 2 }
          await store.accounts.apply([{ add: { kind: 'share', id: `${user} ${org}`, org, user: 'c_gone', data } }])
        }
      }
      await store.erase(ada, id('ada'))
      await store.forget(ada)
      await store.forget({ org: 'lab', user: 'nobody' })

      const left = async ({ org, user }: Owner) => ({
        request: await store.findRequest({ org, user }, `q_${user}` as RequestId),
        file: (await store.file({ org, user }, `f_${user}` as FileId))?.name,
        records: (await store.records.list({ org, user }, 'notes', { where: {}, limit: 10 })).items.length,
        timer: (await store.timers.find({ org, user }, 'tea'))?.kind,
        usage: (await store.usage.sum({ org, user }, { ...period, by: 'day' })).length,
        spent: (await store.budgets.standing([line([org, user]), line([org, user, 'guide'])])).map(
          ({ spent }) => spent.microDollars,
        ),
        isNews: await store.budgets.tell(line([org, user]), 50),
      })
      const nothing = { request: undefined, file: undefined, records: 0, timer: undefined, usage: 0 }
      assert.deepEqual(await left(ada), { ...nothing, spent: [7, 7], isNews: false })
      const { request, ...others } = await left(bob)
      assert.equal(request?.run, run('bob'))
      const all = { file: 'a.png', records: 1, timer: 'bell', usage: 1, spent: [7, 7], isNews: false }
      assert.deepEqual(others, all)

      const byUser = await store.usage.sum({ org: 'lab' }, { ...period, by: 'user' })
      assert.deepEqual(
        byUser.map(({ key, microDollars }) => [key, microDollars]),
        [
          ['bob', 7],
          [ERASED, 7],
        ],
      )
      const links = [...(await store.accounts.list('share', { user: 'c_gone' }))]
      assert.deepEqual(links.map(({ id }) => id).sort(), ['ada sea', 'bob lab', 'bob sea'])
      const [organisation] = await store.budgets.standing([line(['lab'])])
      assert.equal(organisation!.spent.microDollars, 14)
      assert.deepEqual(
        (await store.budgets.list('lab')).map(({ of }) => of),
        ['ada', 'bob'],
      )
      const again = await begun(store, 'again', ada)
      assert.ok(again > 0, 'and may come back')
    })
  })
}

const NOON = Date.parse('2026-11-20T12:00:00Z')
const period = { from: '2026-11-20', to: '2026-11-21' }
const file = { mediaType: 'image/png', name: 'a.png', bytes: new Uint8Array([1]) }
const line = (account: BudgetLine['account']): BudgetLine => ({
  account,
  from: '2026-11-20',
  period: 'day',
  microDollars: null,
  tokens: null,
})
