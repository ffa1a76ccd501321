import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RecordId } from '@streambed/protocol'
import { createClient } from '../client.ts'

const one = 'd_1' as RecordId

test('records are asked for as the protocol says', async () => {
  const asked: unknown[] = []
  const fetch = async (input: string | URL | Request, { method, body }: RequestInit = {}) => {
    asked.push([method, String(input).replace('http://127.0.0.1:9', ''), ...(body ? [JSON.parse(String(body))] : [])])
    return method === 'DELETE' ? new Response(null, { status: 204 }) : Response.json({ items: [], cursor: null })
  }
  using client = createClient({ url: 'http://127.0.0.1:9', transports: ['sse'], fetch })
  const notes = client.records<{ text: string; done: boolean }>('notes')
  asked.length = 0
  await notes.list()
  await notes.list({ where: { done: false }, order: '-text', limit: 5, cursor: 'a b' })
  await notes.get(one)
  await notes.create({ text: 'Milk', done: false }, { key: 'k' })
  await notes.patch(one, { done: true }, { revision: 2 })
  assert.equal(await notes.remove(one), undefined)
  await notes.act(one, 'remind', { minutes: 5 })
  await notes.act(one, 'done')
  await notes.view('counts')
  const ours = asked.filter((ask) => String((ask as string[])[1]).startsWith('/v1/notes'))
  assert.deepEqual(ours, [
    ['GET', '/v1/notes'],
    ['GET', '/v1/notes?done=false&order=-text&limit=5&cursor=a+b'],
    ['GET', '/v1/notes/d_1'],
    ['POST', '/v1/notes', { text: 'Milk', done: false, key: 'k' }],
    ['PATCH', '/v1/notes/d_1', { done: true, revision: 2 }],
    ['DELETE', '/v1/notes/d_1'],
    ['POST', '/v1/notes/d_1/remind', { minutes: 5 }],
    ['POST', '/v1/notes/d_1/done', {}],
    ['GET', '/v1/notes/counts'],
  ])
})
