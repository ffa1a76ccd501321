import assert from 'node:assert/strict'
import { test } from 'node:test'
import { says } from '../model/scripted.ts'
import { ask, type Guest, type House, openHouse } from './auth/house.fixture.ts'

const MB = 1_000_000

test('a user’s files fit into the room that a user has, however they come, and who is refused is told what to do', async () => {
  await using house = await openHouse({ answers: [says('Read.')], storagePerUser: 4 * MB })
  const ada = await house.join('lab', 'member', 'ada')
  const bob = await house.join('lab', 'member', 'bob')
  const statuses = await Promise.all(['a', 'b', 'c', 'd'].map(async (name) => (await upload(house, ada, name))[0]))
  assert.deepEqual(statuses.sort(), [201, 201, 409, 409])
  const [, body] = await upload(house, ada, 'e')
  assert.equal(body.error.code, 'storage-full')
  assert.match(body.error.message, /Delete conversations whose files you no longer need. You may keep 4 MB of them./)
  assert.equal((await upload(house, bob, 'a'))[0], 201, 'nobody else is in the way')

  const url = `data:text/plain;base64,${Buffer.alloc(1.5 * MB, 'x').toString('base64')}`
  const content = [
    { type: 'text', text: 'Read this' },
    { type: 'file', file: { filename: 'a.txt', file_data: url } },
  ]
  const chat = { model: 'assistant', messages: [{ role: 'user', content }] }
  const [status, refused] = await ask(house, ada.headers, 'POST', '/openai/v1/chat/completions', chat)
  assert.deepEqual([status, refused.error.code], [409, 'storage-full'])
})

test('uploads that go with their conversation make room for others', async () => {
  await using house = await openHouse({ answers: [says('Read.')], storagePerUser: 2 * MB })
  const ada = await house.join('lab', 'member', 'ada')
  const [, { id: file }] = await upload(house, ada, 'a')
  const sent = { requestId: 'q-file', parts: [{ type: 'file', file }] }
  const [, { conversation }] = await ask(house, ada.headers, 'POST', '/v1/messages', sent)
  assert.equal((await upload(house, ada, 'b'))[0], 409)
  await ask(house, ada.headers, 'DELETE', `/v1/conversations/${conversation}`)
  assert.equal((await upload(house, ada, 'b'))[0], 201)
})

function upload(house: House, guest: Guest, name: string) {
  const headers = { ...guest.headers, 'content-type': 'text/plain', 'x-file-name': `${name}.txt` }
  return ask(house, headers, 'POST', '/v1/files', Buffer.alloc(1.5 * MB, name))
}
