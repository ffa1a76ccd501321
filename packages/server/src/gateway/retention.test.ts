import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunId } from '@streambed/protocol'
import { says } from '../model/scripted.ts'
import { removeOld } from '../runs/retention.ts'
import { ask, type Guest, type House, openHouse } from './auth/house.fixture.ts'

const DAY_MS = 86_400_000
const PATH = '/v1/organisation/retention'

async function say(house: House, { headers }: Guest): Promise<void> {
  const requestId = crypto.randomUUID()
  const [status, { run }] = await ask(house, headers, 'POST', '/v1/messages', { requestId, text: 'Hi' })
  assert.equal(status, 202)
  await house.engine.active.get(run as RunId)?.over
}

async function kept(house: House, { principal }: Guest): Promise<number> {
  return (await house.engine.store.list(principal.owner, { limit: 100 })).items.length
}

test('an organisation keeps conversations as long as its admins say, and the others theirs', async () => {
  await using house = await openHouse({ answers: Array.from({ length: 4 }, () => says('Yes')) })
  const ada = await house.join('lab', 'admin', 'ada')
  const bob = await house.join('lab', 'member', 'bob')
  const eve = await house.join('mill', 'owner', 'eve')
  const engine = { ...house.engine, now: () => new Date(house.clock.now) }
  assert.deepEqual((await ask(house, ada.headers, 'GET', PATH))[1], { conversationDays: null, atMost: null })
  assert.equal((await ask(house, bob.headers, 'PUT', PATH, { conversationDays: 1 }))[0], 403)
  const [status, set] = await ask(house, ada.headers, 'PUT', PATH, { conversationDays: 30 })
  assert.deepEqual([status, set], [200, { conversationDays: 30, atMost: null }])

  await say(house, bob)
  await say(house, eve)
  house.clock.now += 30 * DAY_MS
  const amy = await house.join('lab', 'admin', 'amy')
  await say(house, amy)
  await removeOld(engine)
  assert.equal(await kept(house, bob), 1, 'it is just as old as it may become')
  house.clock.now += 1
  await removeOld(engine)
  assert.deepEqual(await Promise.all([amy, bob, eve].map((guest) => kept(house, guest))), [1, 0, 1])
  const { items } = await house.engine.store.audit.list('lab', { limit: 3 })
  assert.deepEqual(
    items.map(({ user, kind, data }) => [user, kind, data['did'] ?? null]),
    [
      [bob.user, 'deletion', 'retention'],
      [amy.user, 'model-call', null],
      [bob.user, 'model-call', null],
    ],
  )
  const changes = await house.engine.store.audit.list('lab', { limit: 3, kind: 'permission-change' })
  assert.deepEqual(
    changes.items.map(({ user, data }) => [user, data['did'], data['conversationDays']]),
    [[ada.user, `PUT ${PATH}`, 30]],
  )

  await ask(house, amy.headers, 'PUT', PATH, { conversationDays: null })
  house.clock.now += 300 * DAY_MS
  await removeOld(engine)
  assert.equal(await kept(house, amy), 1)
})

test('nobody goes beyond what the server keeps', async () => {
  await using house = await openHouse({ answers: [says('Yes'), says('Yes')] })
  const ada = await house.join('lab', 'admin', 'ada')
  const eve = await house.join('mill', 'owner', 'eve')
  Object.assign(house.engine.settings, { conversationDays: 90 })
  const engine = { ...house.engine, now: () => new Date(house.clock.now) }
  const [status, refused] = await ask(house, ada.headers, 'PUT', PATH, { conversationDays: 91 })
  assert.deepEqual([status, refused.error.code], [400, 'bad-request'])
  assert.match(refused.error.message, /90 days at most/)
  await ask(house, ada.headers, 'PUT', PATH, { conversationDays: 10 })
  assert.deepEqual((await ask(house, ada.headers, 'GET', PATH))[1], { conversationDays: 10, atMost: 90 })
  for (const days of [0, 1.5, -3, '30', 40_000])
    assert.equal((await ask(house, ada.headers, 'PUT', PATH, { conversationDays: days }))[0], 400, String(days))

  await say(house, ada)
  await say(house, eve)
  house.clock.now += 11 * DAY_MS
  await removeOld(engine)
  assert.deepEqual([await kept(house, ada), await kept(house, eve)], [0, 1])
  house.clock.now += 80 * DAY_MS
  await removeOld(engine)
  assert.equal(await kept(house, eve), 0)
})
