import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConversationId, ConversationSummary } from '@streambed/protocol'
import { hastyClock } from '../../testing/fake-clock.ts'
import { FakeServer } from '../../testing/fake-server.ts'
import { sampleLog } from '../../testing/sample-log.ts'
import { until } from '../../testing/until.ts'
import { createClient } from '../client.ts'
import type { ConversationListView } from './list.ts'

const [one, two] = ['one', 'two'] as ConversationId[]

test('the list is read, and read again when the server says that it has changed', async () => {
  await using server = await startServer()
  using client = connect(server)
  const { conversations } = client
  assert.deepEqual(conversations.view.get(), { status: 'loading', items: [], more: false, error: null })
  using _ = { [Symbol.dispose]: conversations.watch() }
  const view = await until(conversations.view, ({ status }) => status === 'ready')
  assert.deepEqual(idsOf(view), [one, two])
  server.logs.set('three', [...sampleLog(1)])
  server.changed('three')
  assert.deepEqual(idsOf(await until(conversations.view, ({ items }) => items.length === 3)), [one, two, 'three'])
})

test('changes show at once and stay when the server has them', async () => {
  await using server = await startServer()
  using client = connect(server)
  const { conversations } = client
  using _ = { [Symbol.dispose]: conversations.watch() }
  await until(conversations.view, ({ status }) => status === 'ready')
  const changes = [conversations.rename(one!, 'Brooks'), conversations.setPinned(two!, true)]
  const look = () => conversations.view.get().items.map(({ id, title, pinned }) => ({ id, title, pinned }))
  const expected = [
    { id: two, title: 'Rivers', pinned: true },
    { id: one, title: 'Brooks', pinned: false },
  ]
  assert.deepEqual(look(), expected)
  await Promise.all(changes)
  assert.deepEqual(look(), expected)
  const removal = conversations.remove(one!)
  assert.deepEqual(idsOf(conversations.view.get()), [two])
  await removal
  assert.deepEqual(idsOf(conversations.view.get()), [two])
  assert.deepEqual([...server.logs.keys()], [two])
})

test('a change that the server refuses is taken back, and says so', async () => {
  await using server = await startServer()
  using client = connect(server)
  const { conversations } = client
  using _ = { [Symbol.dispose]: conversations.watch() }
  await until(conversations.view, ({ status }) => status === 'ready')
  server.refusal = { code: 'store-failed', message: 'The disk is full.', retry: true }
  const change = conversations.setArchived(one!, true)
  assert.deepEqual(idsOf(conversations.view.get()), [two])
  await assert.rejects(change, { name: 'Failure', code: 'store-failed' })
  assert.deepEqual(idsOf(conversations.view.get()), [one, two])
})

test('pages are read one after the other, and all of them again after a change', async () => {
  const items = Array.from({ length: 120 }, (_, i) => ({ id: `conversation-${i}` }) as ConversationSummary)
  const asked: string[] = []
  const fetch = async (input: string | URL | Request) => {
    const query = new URL(String(input)).searchParams
    const from = Number(query.get('cursor') ?? 0)
    if (query.get('limit') === '50') asked.push(String(from))
    return Response.json({ items: items.slice(from, from + 50), cursor: from + 50 < 120 ? String(from + 50) : null })
  }
  using client = createClient({ url: 'http://127.0.0.1:9', clock: hastyClock, transports: ['sse'], fetch })
  const { conversations } = client
  const release = conversations.watch()
  assert.partialDeepStrictEqual(await until(conversations.view, ({ status }) => status === 'ready'), { more: true })
  await until(client.connection, ({ status }) => status === 'connected')
  asked.length = 0
  await Promise.all([conversations.loadMore(), conversations.loadMore()])
  assert.equal(conversations.view.get().items.length, 100)
  await conversations.loadMore()
  await conversations.loadMore()
  assert.partialDeepStrictEqual(conversations.view.get(), { more: false, error: null })
  assert.deepEqual(
    conversations.view.get().items.map(({ id }) => id),
    items.map(({ id }) => id),
  )
  release()
})

test('the list survives that the server goes away', async () => {
  await using server = await startServer()
  using client = connect(server)
  const { conversations } = client
  using _ = { [Symbol.dispose]: conversations.watch() }
  await until(conversations.view, ({ status }) => status === 'ready')
  server.refusal = { code: 'draining', message: 'Come back.', retry: true, retryAfterMs: 20 }
  server.changed('one')
  const failed = await until(conversations.view, ({ error }) => error !== null)
  assert.deepEqual([failed.status, idsOf(failed)], ['ready', [one, two]])
  server.refusal = null
  await until(conversations.view, ({ error }) => error === null)
})

async function startServer(): Promise<FakeServer> {
  const server = await FakeServer.start()
  server.logs.set('one', [...sampleLog(1)])
  server.logs.set('two', [...sampleLog(1)])
  return server
}

function connect(server: FakeServer) {
  return createClient({ url: server.url, clock: hastyClock, transports: ['websocket'] })
}

function idsOf({ items }: ConversationListView): readonly string[] {
  return items.map(({ id }) => id)
}
