import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunId, SharedConversation } from '@streambed/protocol'
import { says } from '../model/scripted.ts'
import type { AuditEntry } from '../store/audit.ts'
import { ask, type Guest, type House, openHouse } from './auth/house.fixture.ts'

const NOBODY = {}
const by = (token: string) => ({ authorization: `Bearer ${token}` })

test('a link shows anybody what was said when it was made, its files included, and nothing of its owner', async () => {
  await using house = await openHouse({ answers: [says('They flow.'), says('SECRET')] })
  const ada = await house.join('local', 'member', 'ada')
  const [, file] = await ask(
    house,
    { ...ada.headers, 'content-type': 'text/plain', 'x-file-name': 'rivers.txt' },
    'POST',
    '/v1/files',
    Buffer.from('Rhine'),
  )
  const parts = [
    { type: 'text', text: 'Rivers?' },
    { type: 'file', file: file.id },
  ]
  const conversation = await said(house, ada, { parts })
  const [status, link] = await ask(house, ada.headers, 'POST', `/v1/conversations/${conversation}/share`)
  assert.equal(status, 201)
  assert.equal(link.url, `${house.url}/shared#${link.token}`, 'after the #, so that it is in no server’s log')
  await said(house, ada, { text: 'SECRET?' }, conversation)

  const [read, answer] = await ask(house, by(link.token), 'GET', '/v1/shared')
  assert.equal(read, 200)
  const shared = answer as SharedConversation
  assert.equal(shared.conversation.position.seq, link.seq)
  assert.deepEqual(
    shared.conversation.messages.map((message) =>
      message.role === 'user' ? message.parts : message.blocks.map((block) => 'text' in block && block.text),
    ),
    [
      [
        { type: 'text', text: 'Rivers?' },
        { type: 'document', file: file.id, mediaType: 'text/plain', name: 'rivers.txt' },
      ],
      ['They flow.'],
    ],
  )
  for (const secret of ['SECRET', ada.user, 'q-']) assert.ok(!JSON.stringify(shared).includes(secret), secret)
  const [found, bytes] = await ask(house, by(link.token), 'GET', `/v1/shared/files/${file.id}`)
  assert.deepEqual([found, bytes], [200, 'Rhine'])
})

test('a file that is not shown is not there, nor is one by a link that was taken back', async () => {
  await using house = await openHouse({ answers: [says('They flow.')] })
  const ada = await house.join('local', 'member', 'ada')
  const type = { 'content-type': 'text/plain' }
  const [, other] = await ask(house, { ...ada.headers, ...type }, 'POST', '/v1/files', Buffer.from('mine'))
  const links = `/v1/conversations/${await said(house, ada, { text: 'Rivers?' })}/share`
  const [, { id, token }] = await ask(house, ada.headers, 'POST', links)
  assert.equal((await ask(house, by(token), 'GET', `/v1/shared/files/${other.id}`))[0], 404)

  const [, { items }] = await ask(house, ada.headers, 'GET', links)
  assert.deepEqual(Object.keys(items[0]).sort(), ['createdAt', 'id', 'seq'])
  assert.equal((await ask(house, ada.headers, 'DELETE', `${links}/${id}`))[0], 204)
  assert.equal((await ask(house, ada.headers, 'DELETE', `${links}/${id}`))[0], 204)
  const [status, body] = await ask(house, by(token), 'GET', '/v1/shared')
  assert.deepEqual([status, body.error.code], [404, 'not-found'])
})

test('nobody else sees the links of a conversation, makes one or takes one back', async () => {
  await using house = await openHouse({ answers: [says('They flow.')] })
  const ada = await house.join('local', 'member', 'ada')
  const links = `/v1/conversations/${await said(house, ada, { text: 'Rivers?' })}/share`
  const [, { id, token }] = await ask(house, ada.headers, 'POST', links)
  for (const other of [await house.join('local', 'owner', 'bob'), await house.join('bank', 'owner', 'eve')]) {
    assert.equal((await ask(house, other.headers, 'GET', links))[0], 404)
    assert.equal((await ask(house, other.headers, 'POST', links))[0], 404)
    assert.equal((await ask(house, other.headers, 'DELETE', `${links}/${id}`))[0], 404)
    const own = `/v1/conversations/${await said(house, other, { text: 'Mine' })}/share`
    assert.equal((await ask(house, other.headers, 'DELETE', `${own}/${id}`))[0], 204, 'as if it had never been')
  }
  assert.equal((await ask(house, by(token), 'GET', '/v1/shared'))[0], 200)
  const guessed = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`
  assert.equal((await ask(house, by(guessed), 'GET', '/v1/shared'))[0], 404)
  const withoutOne = [NOBODY, ada.headers, { authorization: token }, by(await house.keyOf(ada, ['read']))]
  for (const headers of withoutOne) assert.equal((await ask(house, headers, 'GET', '/v1/shared'))[0], 404)
  assert.equal((await ask(house, by(token), 'GET', '/v1/conversations'))[0], 401, 'it opens nothing else')
  assert.equal((await ask(house, NOBODY, 'GET', `/v1/shared/${token}`))[0], 404, 'in an address it is not looked for')
})

test('who makes a link and who takes it back is in the audit, without the link', async () => {
  await using house = await openHouse({ answers: [says('They flow.')] })
  const ada = await house.join('local', 'owner', 'ada')
  const conversation = await said(house, ada, { text: 'Rivers?' })
  const links = `/v1/conversations/${conversation}/share`
  const [, { id, token }] = await ask(house, ada.headers, 'POST', links)
  await ask(house, by(token), 'GET', '/v1/shared')
  await ask(house, ada.headers, 'DELETE', `${links}/${id}`)
  const [, { items }] = await ask(house, ada.headers, 'GET', '/v1/audit')
  assert.deepEqual(
    items.slice(0, 2).map(({ user, kind, data }: AuditEntry) => [user, kind, data['did'], data['id']]),
    [
      [ada.user, 'deletion', 'DELETE /v1/conversations/:id/share/:share', conversation],
      [ada.user, 'export', 'POST /v1/conversations/:id/share', conversation],
    ],
  )
  assert.ok(!JSON.stringify(items).includes(token))
})

test('a link ends with its conversation, and a conversation has at most twenty, whoever asks at once', async () => {
  await using house = await openHouse({ answers: [says('They flow.')] })
  const ada = await house.join('local', 'member', 'ada')
  const conversation = await said(house, ada, { text: 'Rivers?' })
  const links = `/v1/conversations/${conversation}/share`
  const asked = await Promise.all(Array.from({ length: 24 }, () => ask(house, ada.headers, 'POST', links)))
  const made = asked.filter(([status]) => status === 201)
  assert.equal(made.length, 20)
  const [status, body] = await ask(house, ada.headers, 'POST', links)
  assert.deepEqual([status, body.error.code], [429, 'too-many'])
  await ask(house, ada.headers, 'DELETE', `/v1/conversations/${conversation}`)
  assert.equal((await ask(house, by(made[0]![1].token), 'GET', '/v1/shared'))[0], 404)
  assert.deepEqual(await house.engine.store.accounts.list('share', { org: ada.org }), [])
})

/** Says something and waits for the answer. The conversation's id. */
async function said(house: House, guest: Guest, what: object, conversation?: string): Promise<string> {
  const path = conversation ? `/v1/conversations/${conversation}/messages` : '/v1/messages'
  const body = { requestId: `q-${crypto.randomUUID()}`, ...what }
  const [, sent] = await ask(house, guest.headers, 'POST', path, body)
  await house.engine.active.get(sent.run as RunId)?.over
  return sent.conversation
}
