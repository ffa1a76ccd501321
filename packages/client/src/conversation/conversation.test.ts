import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConversationId, emptyConversation, foldAll, type NewEvent, textOf } from '@streambed/protocol'
import { hastyClock } from '../../testing/fake-clock.ts'
import { FakeServer } from '../../testing/fake-server.ts'
import { sampleLog } from '../../testing/sample-log.ts'
import { until } from '../../testing/until.ts'
import { type Client, type ClientOptions, createClient } from '../client.ts'
import type { ConversationHandle, ConversationView } from './handle.ts'

const id = 'rivers' as ConversationId

test('C10: an old conversation costs its fold, not its events', async () => {
  await using server = await startServer(150)
  let events = 0
  server.deliver = () => {
    events += 1
    return 'pass'
  }
  using client = connect(server)
  const conversation = client.conversation(id)
  assert.equal(conversation.view.get().status, 'loading')
  using _ = following(conversation)
  const view = await until(conversation.view, ({ live }) => live)
  assert.deepEqual(view.conversation, foldAll(emptyConversation(id, 'epoch-1'), sampleLog(150)))
  assert.equal(events, 0)
})

test('a conversation that is not there is missing', async () => {
  await using server = await startServer(1)
  using client = connect(server)
  const conversation = client.conversation('nowhere' as ConversationId)
  using _ = following(conversation)
  const view = await until(conversation.view, ({ status }) => status !== 'loading')
  assert.partialDeepStrictEqual(view, { status: 'missing', live: false, error: { code: 'not-found' } })
})

test('what could not be read is read when the server is there again', async () => {
  await using server = await startServer(1)
  server.refusal = { code: 'draining', message: 'Come back.', retry: true, retryAfterMs: 10 }
  using client = connect(server)
  const conversation = client.conversation(id)
  using _ = following(conversation)
  const { status } = await until(conversation.view, ({ error }) => error?.code === 'draining')
  assert.equal(status, 'loading')
  server.refusal = null
  assert.equal((await until(conversation.view, ({ live }) => live)).error, null)
})

test('C14: a restored log is read anew, and the old reading stays on show until then', async () => {
  await using server = await startServer(60)
  using client = connect(server)
  const conversation = client.conversation(id)
  using _ = following(conversation)
  await until(conversation.view, ({ live }) => live)
  const statuses = new Set<string>()
  conversation.view.subscribe(() => statuses.add(conversation.view.get().status))
  for (const length of [30, 60, 12]) {
    server.epoch = `epoch-${length}`
    server.logs.set(id, [...sampleLog(length)])
    server.cut()
    const { conversation: read } = await until(
      conversation.view,
      ({ live, conversation }) => live && conversation.position.epoch === server.epoch,
    )
    assert.deepEqual(read, foldAll(emptyConversation(id, server.epoch), sampleLog(length)))
  }
  assert.deepEqual([...statuses], ['ready'])
})

test('C12: a gap is followed up once, whatever is still on its way', async () => {
  await using server = await startServer(1)
  const skipped = new Set([20])
  server.deliver = ({ seq }) => (skipped.delete(seq) ? 'skip' : 'pass')
  using client = connect(server)
  const conversation = client.conversation(id)
  using _ = following(conversation)
  await until(conversation.view, ({ live }) => live)
  server.append(id, ...sampleLog(60).slice(1))
  const view = await until(conversation.view, (view) => view.conversation.position.seq === 60)
  assert.deepEqual(view.conversation, foldAll(emptyConversation(id, 'epoch-1'), sampleLog(60)))
  assert.deepEqual([server.count('ws'), server.count('follow')], [1, 2])
})

test('P6: events of an unknown kind are counted and change nothing else', async () => {
  await using server = await startServer(1)
  using client = connect(server)
  const conversation = client.conversation(id)
  using _ = following(conversation)
  await until(conversation.view, ({ live }) => live)
  const before = conversation.view.get().conversation
  server.append(id, { type: 'from-the-future', thing: 1 } as unknown as NewEvent)
  const { conversation: after } = await until(conversation.view, (view) => view.conversation.position.seq === 2)
  assert.deepEqual(after, { ...before, position: { epoch: 'epoch-1', seq: 2 } })
})

test('C30: however many events come, there is one notification per frame', async () => {
  await using server = await startServer(1)
  let frames = 0
  const frame = (call: () => void) =>
    hastyClock.after(10, () => {
      frames += 1
      call()
    })
  using client = connect(server, { clock: { ...hastyClock, frame } })
  const conversation = client.conversation(id)
  using _ = following(conversation)
  await until(conversation.view, ({ live }) => live)
  let notifications = 0
  frames = 0
  conversation.view.subscribe(() => void (notifications += 1))
  server.append(id, ...sampleLog(200).slice(1))
  await until(conversation.view, (view) => view.conversation.position.seq === 200)
  assert.ok(notifications <= frames && notifications < 20, `${notifications} notifications in ${frames} frames`)
})

test('a new conversation begins with its first message and is the same handle ever after', async () => {
  await using server = await startServer(1)
  using client = connect(server)
  const conversation = client.startConversation({ agent: 'guide' })
  using _ = following(conversation)
  assert.partialDeepStrictEqual(conversation.view.get(), { status: 'ready', conversation: { agent: 'guide' } })
  const statuses = new Set<string>()
  conversation.view.subscribe(() => statuses.add(conversation.view.get().status))
  conversation.send('One')
  conversation.send('Two')
  const made = (await until(conversation.id, (id) => id !== null)) as ConversationId
  assert.equal(client.conversation(made), conversation)
  const view = await until(conversation.view, ({ pending, live }) => live && pending.length === 0)
  assert.deepEqual(wordsOf(view), ['One', 'Two'])
  assert.equal(view.conversation.agent, 'guide')
  assert.deepEqual([...statuses], ['ready'])
  assert.equal(server.count('GET /v1/conversations/:id'), 0, 'its fold was known from the start')
  assert.deepEqual(
    server.sends.map(({ agent, conversation }) => ({ agent, conversation })),
    [
      { agent: 'guide', conversation: undefined },
      { agent: 'guide', conversation: made },
    ],
  )
})

test('a conversation is read while somebody follows it, and coming back reads on', async () => {
  await using server = await startServer(1)
  const log = sampleLog(70)
  server.logs.set(id, log.slice(0, 50))
  using client = connect(server)
  const conversation = client.conversation(id)
  const [release, releaseToo] = [conversation.follow(), conversation.follow()]
  await until(conversation.view, ({ live }) => live)
  release()
  release()
  server.append(id, ...log.slice(50, 60))
  await until(conversation.view, (view) => view.conversation.position.seq === 60)
  releaseToo()
  await until(conversation.view, ({ live }) => !live)
  server.append(id, ...log.slice(60))
  assert.equal(client.conversation(id), conversation)
  using _ = following(conversation)
  const view = await until(conversation.view, ({ live }) => live)
  assert.deepEqual(view.conversation, foldAll(emptyConversation(id, 'epoch-1'), log))
  assert.equal(server.count('GET /v1/conversations/:id'), 1)
})

test('F12: two readers of one conversation see the same', async () => {
  await using server = await startServer(1)
  let n = 0
  server.deliver = () => (++n % 23 === 0 ? 'cut' : 'pass')
  using one = connect(server)
  using other = connect(server)
  const handles = [one.conversation(id), other.conversation(id)]
  using _ = following(handles[0]!)
  using __ = following(handles[1]!)
  for (const handle of handles) await until(handle.view, ({ live }) => live)
  server.append(id, ...sampleLog(120).slice(1))
  const whole = foldAll(emptyConversation(id, 'epoch-1'), sampleLog(120))
  for (const handle of handles) {
    const { conversation } = await until(handle.view, (view) => view.live && view.conversation.position.seq === 120)
    assert.deepEqual(conversation, whole)
  }
})

test('a stop of a run that is not there fails with the server’s error, and crashes nobody who does not look', async () => {
  await using server = await startServer(1)
  using client = connect(server)
  const conversation = client.conversation(id)
  void conversation.stop('nothing' as never)
  await assert.rejects(conversation.stop('nothing' as never), { name: 'Failure', code: 'not-found', retry: false })
})

test('after it is disposed of, a client leaves nothing behind', async () => {
  await using server = await startServer(1)
  const client = connect(server)
  const conversation = client.conversation(id)
  conversation.follow()
  await until(conversation.view, ({ live }) => live)
  const stopped = conversation.stop('nothing' as never)
  client[Symbol.dispose]()
  await assert.rejects(stopped, { code: 'closed' })
  await assert.rejects(client.agents(), { code: 'closed' })
  conversation.send('into the void')
  conversation.follow()
})

async function startServer(length: number): Promise<FakeServer> {
  const server = await FakeServer.start()
  server.logs.set(id, [...sampleLog(length)])
  return server
}

function connect(server: FakeServer, options: ClientOptions = {}): Client {
  return createClient({ url: server.url, clock: hastyClock, transports: ['websocket'], ...options })
}

function following(conversation: ConversationHandle): Disposable {
  return { [Symbol.dispose]: conversation.follow() }
}

function wordsOf({ conversation }: ConversationView): readonly string[] {
  return conversation.messages.filter((message) => message.role === 'user').map(textOf)
}
