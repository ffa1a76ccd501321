import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunId } from '@streambed/protocol'
import { says } from '../model/scripted.ts'
import { ask, openHouse } from './auth/house.fixture.ts'
import { testGateway } from './gateway.fixture.ts'

test('the export has files that no message names, links, sessions and keys as well, without what they open by', async () => {
  await using house = await openHouse({ answers: [says('They flow.')] })
  const ada = await house.join('lab', 'member', 'ada')
  const bob = await house.join('lab', 'owner', 'bob')
  const upload = (name: string) =>
    ask(
      house,
      { ...ada.headers, 'content-type': 'text/plain', 'x-file-name': name },
      'POST',
      '/v1/files',
      Buffer.from('eggs'),
    )
  const uploads = await Promise.all(Array.from({ length: 120 }, (_, i) => upload(`${i}.txt`)))
  const [, { conversation, run }] = await ask(house, ada.headers, 'POST', '/v1/messages', {
    requestId: 'q-rivers',
    text: 'Rivers?',
  })
  await house.engine.active.get(run as RunId)?.over
  await ask(house, ada.headers, 'PATCH', `/v1/conversations/${conversation}`, { archived: true })
  const [, link] = await ask(house, ada.headers, 'POST', `/v1/conversations/${conversation}/share`)
  const key = await house.keyOf(ada, ['read'])
  await house.keyOf(bob, ['read'])

  const [status, exported] = await ask(house, ada.headers, 'GET', '/v1/me/export')
  assert.equal(status, 200)
  const about = { mediaType: 'text/plain', size: 4, base64: Buffer.from('eggs').toString('base64') }
  const named = Object.fromEntries(uploads.map(([, { id, name }]) => [id, { id, name, ...about }]))
  assert.equal(exported.files.length, 120)
  for (const file of exported.files) assert.deepEqual(file, named[file.id])
  assert.deepEqual(exported.links, [{ conversation, id: link.id, createdAt: link.createdAt, seq: link.seq }])
  const made = house.clock.now
  assert.deepEqual(exported.keys, [
    {
      id: key.split('_')[1],
      title: 'test',
      scopes: ['read'],
      createdAt: made,
      usedAt: null,
      expiresAt: made + 30 * DAY_MS,
    },
  ])
  assert.deepEqual(exported.sessions, [
    {
      id: ada.token.split('_')[1],
      via: 'password',
      browser: 'test',
      createdAt: made,
      seenAt: made,
      until: made + 7 * DAY_MS,
    },
  ])
  const told = JSON.stringify(exported)
  for (const token of [link.token, key, ada.token]) assert.ok(!told.includes(token.split('_')[2]))
  assert.ok(!told.includes('hash'))

  await ask(house, ada.headers, 'DELETE', '/v1/me')
  const [, after] = await ask(house, ada.headers, 'GET', '/v1/me/export')
  assert.deepEqual([after.files, after.links], [[], []])
})

test('where nobody signs in the export has neither sessions nor keys', async () => {
  await using gateway = await testGateway([])
  const exported = (await (await fetch(`${gateway.url}/v1/me/export`)).json()) as Record<string, unknown>
  assert.deepEqual([exported['sessions'], exported['keys'], exported['links'], exported['files']], [[], [], [], []])
})

const DAY_MS = 86_400_000
