import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { defineAgent } from '../agent/agent.ts'
import { defineCollection } from '../agent/collection.ts'
import { says } from '../model/scripted.ts'
import { ask, type Guest, type House, openHouse, PASSWORD } from './auth/house.fixture.ts'
import { connect } from './gateway.fixture.ts'

const notes = defineCollection({ name: 'notes', schema: z.object({ text: z.string() }) })
const agents = [defineAgent({ name: 'assistant', instructions: 'Be brief.', collections: [notes] })]

interface Entry {
  readonly user: string | null
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>>
}

async function auditOf(house: House, { headers }: Guest, query = ''): Promise<readonly Entry[]> {
  const [, { items }] = await ask(house, headers, 'GET', `/v1/audit${query}`)
  return items.toReversed()
}

/** Says something and waits for the answer's end. */
async function talk(house: House, { headers, user }: Guest, text = 'Hi'): Promise<string> {
  const [status, accepted] = await ask(house, headers, 'POST', '/v1/messages', { requestId: `q-${user}`, text })
  assert.equal(status, 202)
  await house.engine.active.get(accepted.run)?.over
  return accepted.conversation
}

test('the audit tells who did what, and not what was said', async () => {
  await using house = await openHouse({ agents, answers: [says('canary-answer')] })
  const ada = await house.join('lab', 'owner', 'ada')
  const bob = await house.join('lab', 'member', 'bob')
  const { email } = bob
  await ask(house, {}, 'POST', '/v1/auth/sign-in', { email, password: 'canary-password' })
  await ask(house, {}, 'POST', '/v1/auth/sign-in', { email, password: PASSWORD })
  const conversation = await talk(house, bob, 'canary-question')
  await ask(house, bob.headers, 'GET', `/v1/conversations/${conversation}/export`)
  await ask(house, bob.headers, 'DELETE', `/v1/conversations/${conversation}`)
  const budget = { scope: 'user', of: null, period: 'day', microDollars: 5, tokens: null, action: 'cut' }
  assert.equal((await ask(house, bob.headers, 'PUT', '/v1/budgets', budget))[0], 403)
  assert.equal((await ask(house, ada.headers, 'PUT', '/v1/budgets', budget))[0], 200)
  assert.equal((await ask(house, ada.headers, 'PATCH', `/v1/people/${bob.user}`, { role: 'viewer' }))[0], 200)

  const entries = await auditOf(house, ada)
  assert.deepEqual(
    entries.map(({ user, kind, data }) => [user, kind, data['did'] ?? data['outcome'] ?? data['conversation']]),
    [
      [bob.user, 'sign-in', 'POST /v1/auth/sign-in'],
      [bob.user, 'model-call', 'done'],
      [bob.user, 'export', 'GET /v1/conversations/:id/export'],
      [bob.user, 'deletion', conversation],
      [ada.user, 'budget-change', 'PUT /v1/budgets'],
      [ada.user, 'permission-change', 'PATCH /v1/people/:user'],
    ],
  )
  const { request, address, ...did } = entries.at(-1)!.data
  assert.deepEqual(did, { did: 'PATCH /v1/people/:user', user: bob.user, role: 'viewer', status: 200 })
  assert.deepEqual([typeof request, address], ['string', '127.0.0.1'])
  assert.deepEqual({ ...budget, ...entries.at(-2)!.data }, entries.at(-2)!.data)
  const { items: home } = await house.engine.store.audit.list('local', { limit: 10 })
  assert.deepEqual(
    home.map(({ user, kind, data }) => [user, kind, data['status']]),
    [[null, 'sign-in', 401]],
  )
  assert.doesNotMatch(JSON.stringify([entries, home]), /canary/)
})

test('only admins read the audit, and only that of their organisation', async () => {
  await using house = await openHouse({ agents })
  const ada = await house.join('lab', 'admin', 'ada')
  const bob = await house.join('lab', 'member', 'bob')
  const eve = await house.join('mill', 'owner', 'eve')
  await ask(house, ada.headers, 'PUT', '/v1/budgets', { scope: 'user', period: 'day', tokens: 1 })
  assert.equal((await auditOf(house, ada, '?kind=budget-change')).length, 1)
  assert.deepEqual(await auditOf(house, eve), [])
  assert.equal((await ask(house, bob.headers, 'GET', '/v1/audit'))[0], 403)
})

test('the audit is a file too, by time and kind, and taking it along is told in it', async () => {
  await using house = await openHouse({ agents })
  const ada = await house.join('lab', 'owner', 'ada')
  const budget = { scope: 'user', period: 'day', tokens: 1 }
  await ask(house, ada.headers, 'PUT', '/v1/budgets', budget)
  house.clock.now += 13 * 3_600_000
  await ask(house, ada.headers, 'DELETE', '/v1/budgets?scope=user&period=day')
  await ask(house, ada.headers, 'POST', '/v1/account/keys', { title: '=cmd' })
  const days = async (query: string) => (await auditOf(house, ada, query)).map(({ data }) => data['did'])
  assert.deepEqual(await days('?to=2026-11-20'), ['PUT /v1/budgets'])
  assert.deepEqual(await days('?from=2026-11-21&to=2026-11-21'), ['DELETE /v1/budgets', 'POST /v1/account/keys'])
  const [status, text, headers] = await ask(house, ada.headers, 'GET', '/v1/audit?format=csv&kind=budget-change')
  assert.deepEqual([status, headers.get('content-type')], [200, 'text/csv; charset=utf-8'])
  const [titles, removed, set, end] = text.split('\r\n')
  assert.deepEqual([titles, end], ['at,user,name,kind,data', ''])
  assert.match(
    removed,
    /^2026-11-21T01:00:00\.000Z,u_ada,ada,budget-change,"\{.*""scope"":""user"",""period"":""day"".*\}"$/,
  )
  assert.match(set, /^2026-11-20T12:00:00\.000Z,u_ada,ada,budget-change,".*""tokens"":1.*"$/)
  const [told] = await auditOf(house, ada, '?kind=export')
  const { request, address, ...did } = told!.data
  assert.deepEqual([told!.user, did], [ada.user, { did: 'GET /v1/audit', kind: 'budget-change', status: 200 }])
  assert.equal((await ask(house, ada.headers, 'GET', '/v1/audit?from=yesterday'))[0], 400)
})

test('usage by user as a file has the names of those who are still here', async () => {
  await using house = await openHouse({ agents, answers: [says('Hi')] })
  const ada = await house.join('lab', 'owner', 'ada')
  await talk(house, ada)
  const [, text] = await ask(house, ada.headers, 'GET', '/v1/usage?by=user&format=csv')
  assert.match(text, /^user,calls,.*,name\r\nu_ada,1,.*,ada\r\n$/)
})

test('somebody takes along all that is kept for them, then has it removed', async () => {
  await using house = await openHouse({ agents, answers: [says('To Ada'), says('To Bob'), says('To Ada')] })
  const ada = await house.join('lab', 'member', 'ada')
  const bob = await house.join('lab', 'owner', 'bob')
  await talk(house, ada, 'From Ada')
  const kept = await talk(house, bob, 'From Bob')
  await ask(house, ada.headers, 'POST', '/v1/notes', { text: 'a note of mine' })
  const about = { ...ada.headers, 'content-type': 'text/plain', 'x-file-name': 'list.txt' }
  const [, file] = await ask(house, about, 'POST', '/v1/files', Buffer.from('eggs'))
  await ask(house, ada.headers, 'POST', '/v1/messages', {
    requestId: 'q-file',
    parts: [{ type: 'file', file: file.id }],
  })
  await Promise.all([...house.engine.active.values()].map(({ over }) => over))
  const [status, exported, headers] = await ask(house, ada.headers, 'GET', '/v1/me/export')
  assert.equal(status, 200)
  assert.match(headers.get('content-disposition')!, /^attachment/)
  assert.deepEqual([exported.owner, exported.conversations.length], [{ org: 'lab', user: ada.user }, 2])
  assert.equal(exported.account.email, ada.email)
  assert.match(JSON.stringify(exported.conversations), /From Ada.*To Ada/)
  assert.doesNotMatch(JSON.stringify(exported), /Bob/)
  assert.equal(exported.records.notes[0].value.text, 'a note of mine')
  assert.deepEqual(exported.files, [{ ...file, base64: Buffer.from('eggs').toString('base64') }])
  assert.equal(exported.usage[0].calls, 2)

  await using window = await connect(house.url, '/ws', ada.headers)
  window.send({ type: 'watch' })
  await using others = await connect(house.url, '/ws', bob.headers)
  others.send({ type: 'watch' })
  await Promise.all([window.next(), others.next()])
  assert.equal((await ask(house, ada.headers, 'DELETE', '/v1/me'))[0], 204)
  await window.next(({ type }) => type === 'erased')
  others.send({ type: 'ping' })
  assert.equal((await others.next()).type, 'pong', 'nobody else is told')
  const [, after] = await ask(house, ada.headers, 'GET', '/v1/me/export')
  assert.deepEqual([after.conversations, after.files, after.records.notes, after.usage], [[], [], [], []])
  assert.equal((await ask(house, bob.headers, 'GET', `/v1/conversations/${kept}`))[0], 200)
  const [, { items }] = await ask(house, bob.headers, 'GET', '/v1/usage?by=user')
  assert.deepEqual(
    items.map(({ key, calls }: { key: string; calls: number }) => [key, calls]),
    [
      ['erased', 2],
      [bob.user, 1],
    ],
  )
})
