import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunId } from '@streambed/protocol'
import { erasedTopic } from './bus/bus.ts'
import { eraseAll, eraseRemoved } from './erase-removed.ts'
import { ask, type Guest, type House, openHouse } from './gateway/auth/house.fixture.ts'
import { says } from './model/scripted.ts'

async function say(house: House, { headers }: Guest, requestId: string): Promise<void> {
  const [status, { run }] = await ask(house, headers, 'POST', '/v1/messages', { requestId, text: 'A secret word' })
  assert.equal(status, 202)
  await house.engine.active.get(run as RunId)?.over
}

const budget = { scope: 'user', period: 'day', microDollars: null, tokens: 1_000_000, action: 'cut' } as const

const keptFor = async (house: House, { principal }: Guest) =>
  (await house.engine.store.list(principal.owner, { limit: 100 })).items.length

test('what an organisation keeps for somebody goes with them: nothing of others, nothing elsewhere', async () => {
  await using house = await openHouse({ answers: Array.from({ length: 4 }, () => says('Yes')) })
  const ada = await house.join('lab', 'owner', 'ada')
  const bob = await house.join('lab', 'member', 'bob')
  const bobAtMill = await house.join('mill', 'member', 'bob')
  for (const [i, guest] of [ada, bob, bob, bobAtMill].entries()) await say(house, guest, `q${i}`)
  const gone = Promise.withResolvers<void>()
  using list = house.engine.bus.listen(erasedTopic(bob.principal.owner))
  void list.next(AbortSignal.timeout(5_000), 5_000).then(() => gone.resolve())
  const budgets = [bob.user, ada.user, null].map((of) => ({ ...budget, of }))
  for (const one of budgets) await house.engine.store.budgets.set('lab', one)
  await using _ = eraseRemoved(house.engine, house.accounts)
  assert.equal((await ask(house, ada.headers, 'DELETE', `/v1/people/${bob.user}`))[0], 204)
  await gone.promise
  assert.deepEqual(await Promise.all([ada, bob, bobAtMill].map((guest) => keptFor(house, guest))), [1, 0, 1])
  assert.equal((await ask(house, bob.headers, 'GET', '/v1/conversations'))[0], 401)
  assert.equal((await ask(house, bobAtMill.headers, 'GET', '/v1/conversations'))[1].items.length, 1)

  house.clock.now += 10_000
  await eraseAll(house.engine, house.accounts)
  const { items } = await house.engine.store.audit.list('lab', { limit: 10, kind: 'deletion' })
  assert.deepEqual(
    items.map(({ user, data }) => [user, data['user']]),
    [[ada.user, bob.user]],
  )
  const named = (await house.engine.store.budgets.list('lab')).map(({ of }) => of)
  assert.deepEqual(named.toSorted(), [ada.user, null].toSorted(), 'nor is a budget kept that names them')
  const [, usage] = await ask(house, ada.headers, 'GET', '/v1/usage?by=user')
  assert.deepEqual(
    usage.items.map(({ key, calls }: { readonly key: string; readonly calls: number }) => [key, calls]).sort(),
    [
      ['erased', 2],
      [ada.user, 1],
    ],
  )
})

test('a removal that was acknowledged is carried out by the next server, whenever the first one dies', async () => {
  await using house = await openHouse({ answers: [says('Yes'), says('Yes')] })
  const ada = await house.join('lab', 'owner', 'ada')
  const bob = await house.join('lab', 'member', 'bob')
  await say(house, bob, 'q1')
  assert.equal((await ask(house, ada.headers, 'DELETE', `/v1/people/${bob.user}`))[0], 204)
  assert.equal(await keptFor(house, bob), 1, 'nobody looks after it')
  await eraseAll(house.engine, house.accounts)
  assert.equal(await keptFor(house, bob), 0)
  await house.engine.store.append('c_late0000000000000000000' as never, [
    { type: 'conversation-start', agent: 'assistant', title: null, owner: bob.principal.owner },
  ])
  house.clock.now += 10_000
  await eraseAll(house.engine, house.accounts)
  assert.equal(await keptFor(house, bob), 0, 'nor what was under way then')
  assert.equal(await house.accounts.store.find('person', bob.user), undefined)
})
