import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConversationId, type ErrorBody, type RequestId, textOf } from '@streambed/protocol'
import fc from 'fast-check'
import { hastyClock } from '../../testing/fake-clock.ts'
import { FakeServer, type Reception } from '../../testing/fake-server.ts'
import { sampleLog } from '../../testing/sample-log.ts'
import { until } from '../../testing/until.ts'
import { type Client, type ClientOptions, createClient } from '../client.ts'
import type { ConversationHandle, ConversationView } from '../conversation/handle.ts'
import { Cell } from '../readable.ts'
import type { TransportName } from '../transport/transport.ts'
import { MAX_OUTBOX } from './outbox.ts'
import { memoryStorage, type OutboxStorage } from './storage.ts'

const id = 'rivers' as ConversationId
const BUSY: ErrorBody = { code: 'queue-full', message: 'Wait.', retry: true, retryAfterMs: 1 }
const REFUSED: ErrorBody = { code: 'unknown-agent', message: 'There is no such agent.', retry: false }
const NOTED = {
  order: 1,
  conversation: id,
  draft: null,
  tab: 'tab',
  text: 'One',
  parts: [],
  at: '',
  error: null,
} as const
const TRANSPORTS: readonly TransportName[] = ['websocket', 'sse', 'long-poll']

test('what was said shows at once and is replaced by its event in one moment', async () => {
  await using server = await startServer()
  using client = connect(server)
  const conversation = client.conversation(id)
  using _ = following(conversation)
  await until(conversation.view, (view) => view.live)
  const requestId = conversation.send('Where is the Rhine?')
  const [pending] = conversation.view.get().pending
  assert.deepEqual(pending, {
    requestId,
    text: 'Where is the Rhine?',
    parts: [{ type: 'text', text: 'Where is the Rhine?' }],
    replaces: null,
    at: pending!.at,
    state: 'sending',
    error: null,
  })
  const view = await until(conversation.view, ({ pending }) => pending.length === 0)
  assert.deepEqual(wordsOf(view), ['Where is the Rhine?'])
})

for (const transport of TRANSPORTS) {
  test(`over ${transport} every message arrives once and in order, whatever happens to it`, async () => {
    await using server = await startServer()
    const receptions = fc.constantFrom<Reception>('accept', 'cut-before', 'cut-after', BUSY)
    const schedule = fc.array(receptions, { maxLength: 10 })
    await fc.assert(
      fc.asyncProperty(schedule, fc.integer({ min: 1, max: 5 }), async (schedule, count) => {
        const left = [...schedule]
        server.receive = () => left.shift() ?? 'accept'
        server.logs.set(id, [...sampleLog(1)])
        using client = connect(server, { transports: [transport] })
        const conversation = client.conversation(id)
        using _ = following(conversation)
        await until(conversation.view, (view) => view.live)
        const said = Array.from({ length: count }, (_, i) => conversation.send(`Message ${i + 1}`))
        const shown: string[][] = []
        const unsubscribe = conversation.view.subscribe(() => shown.push(requestIdsOf(conversation.view.get())))
        const view = await until(conversation.view, ({ pending }) => pending.length === 0)
        unsubscribe()
        assert.deepEqual(
          wordsOf(view),
          said.map((_, i) => `Message ${i + 1}`),
        )
        for (const requestIds of shown) assert.deepEqual(requestIds, said) // C23: neither a gap nor a double, ever
      }),
      { numRuns: 25, endOnFailure: true },
    )
  })
}

test('C20: a message outlives a reload and arrives once', async () => {
  await using server = await startServer()
  for (const reception of ['cut-before', 'cut-after'] as const) {
    const storage = memoryStorage()
    server.logs.set(id, [...sampleLog(1)])
    server.receive = () => reception
    const before = server.sends.length
    {
      using client = connect(server, { storage })
      client.conversation(id).send(reception)
      await until(client.connection, () => server.sends.length > before)
    }
    server.receive = () => 'accept'
    assert.equal(storage.all().length, 1)
    using client = connect(server, { storage })
    const conversation = client.conversation(id)
    assert.equal(conversation.view.get().pending.length, 1)
    using _ = following(conversation)
    const view = await until(conversation.view, ({ pending, live }) => live && pending.length === 0)
    assert.deepEqual(wordsOf(view), [reception])
    assert.deepEqual(storage.all(), [])
  }
})

test('C20: a new conversation that a reload interrupted is shown again, and made once', async () => {
  await using server = await startServer()
  const storage = memoryStorage()
  server.receive = () => 'cut-after'
  {
    using client = connect(server, { storage })
    const conversation = client.startConversation({ agent: 'guide' })
    conversation.send('One')
    conversation.send('Two')
    await until(client.connection, () => server.sends.length > 0)
  }
  server.receive = () => 'accept'
  using client = connect(server, { storage })
  const conversation = client.startConversation()
  using _ = following(conversation)
  assert.deepEqual(
    conversation.view.get().pending.map(({ text }) => text),
    ['One', 'Two'],
  )
  const view = await until(conversation.view, ({ pending, live }) => live && pending.length === 0)
  assert.deepEqual(wordsOf(view), ['One', 'Two'])
  assert.equal(view.conversation.agent, 'guide')
  assert.equal(client.conversation(conversation.id.get()!), conversation)
  assert.deepEqual([...server.logs.keys()], [id, conversation.id.get()])
  assert.equal(client.startConversation().id.get(), null)
})

test('another tab does not show this tab’s new conversation, but sends it', async () => {
  await using server = await startServer()
  const storage = memoryStorage()
  const removed = new Cell(false)
  const remove = (requestId: RequestId) => {
    storage.remove(requestId)
    removed.set(true)
  }
  const otherTab: OutboxStorage = { ...storage, tab: 'another', remove }
  server.receive = () => 'cut-before'
  {
    using client = connect(server, { storage })
    client.startConversation().send('One')
    await until(client.connection, () => server.sends.length > 0)
  }
  server.receive = () => 'accept'
  using client = connect(server, { storage: otherTab })
  assert.deepEqual(client.startConversation().view.get().pending, [])
  await until(removed, Boolean)
  assert.deepEqual(storage.all(), [])
  assert.equal(server.logs.size, 2)
})

test('C22: the event of a message is enough, if the ack is lost', async () => {
  await using server = await startServer()
  server.receive = () => 'silent'
  const storage = memoryStorage()
  {
    using client = connect(server, { storage })
    const conversation = client.conversation(id)
    using _ = following(conversation)
    conversation.send('One')
    conversation.send('Two')
    await until(conversation.view, (view) => view.pending.length === 0 && wordsOf(view).length === 2)
    assert.deepEqual(storage.all(), [])
    storage.put({ ...NOTED, requestId: server.sends[0]!.requestId })
  }
  using client = connect(server, { storage })
  const conversation = client.conversation(id)
  using _ = following(conversation)
  const view = await until(conversation.view, ({ live }) => live)
  assert.deepEqual([view.pending, storage.all()], [[], []], 'so is its place in the fold')
})

test('C26: two tabs with one storage lose and double nothing', async () => {
  await using server = await startServer()
  let n = 0
  server.receive = () => (['cut-after', 'accept', 'cut-before'] as const)[n++ % 3]!
  const storage = memoryStorage()
  using one = connect(server, { storage })
  using other = connect(server, { storage: { ...storage, tab: 'another' } })
  const handles = [one.conversation(id), other.conversation(id)]
  using _ = following(handles[0]!)
  using __ = following(handles[1]!)
  for (let i = 0; i < 5; i++) for (const [tab, handle] of handles.entries()) handle.send(`${tab}.${i}`)
  for (const handle of handles) {
    const view = await until(handle.view, (view) => view.pending.length === 0 && wordsOf(view).length === 10)
    for (const tab of ['0', '1']) {
      const own = wordsOf(view).filter((text) => text.startsWith(tab))
      assert.deepEqual(own, [`${tab}.0`, `${tab}.1`, `${tab}.2`, `${tab}.3`, `${tab}.4`])
    }
  }
  assert.deepEqual(storage.all(), [])
})

test('C24: what the server refuses for good is kept as failed, over a reload too, until it is resent or discarded', async () => {
  await using server = await startServer()
  server.receive = ({ text }) => (text === 'Bad' ? REFUSED : 'accept')
  const storage = memoryStorage()
  {
    using client = connect(server, { storage })
    const conversation = client.conversation(id)
    using _ = following(conversation)
    conversation.send('Bad')
    conversation.send('Good')
    const view = await until(conversation.view, (view) => wordsOf(view).length === 1)
    assert.deepEqual(wordsOf(view), ['Good'], 'C21: a failed message is passed over')
    assert.partialDeepStrictEqual(view.pending, [{ text: 'Bad', state: 'failed', error: REFUSED }])
  }
  const before = server.sends.length
  using client = connect(server, { storage })
  const conversation = client.conversation(id)
  using _ = following(conversation)
  const { pending } = await until(conversation.view, (view) => view.live)
  assert.partialDeepStrictEqual(pending, [{ text: 'Bad', state: 'failed', error: REFUSED }])
  assert.equal(server.sends.length, before, 'it is not sent by itself')
  server.receive = () => 'accept'
  conversation.resend(pending[0]!.requestId)
  assert.deepEqual(wordsOf(await until(conversation.view, (view) => view.pending.length === 0)), ['Good', 'Bad'])
  server.receive = () => REFUSED
  const requestId = conversation.send('Worse')
  await until(conversation.view, (view) => view.pending[0]?.state === 'failed')
  conversation.discard(requestId)
  assert.deepEqual(conversation.view.get().pending, [])
  assert.deepEqual(storage.all(), [])
})

test('C24: a message over which the server fails again and again is given up', async () => {
  await using server = await startServer()
  server.receive = () => ({ code: 'internal', message: 'Something went wrong.', retry: true, retryAfterMs: 0 })
  using client = connect(server)
  const conversation = client.conversation(id)
  using _ = following(conversation)
  conversation.send('Poison')
  await until(conversation.view, (view) => view.pending[0]?.state === 'failed')
  assert.equal(server.sends.length, 5)
})

test('a request id that means something else by now is replaced on resend', async () => {
  await using server = await startServer()
  server.receive = () => ({ code: 'conflict', message: 'Choose a new one.', retry: false })
  using client = connect(server)
  const conversation = client.conversation(id)
  using _ = following(conversation)
  const requestId = conversation.send('Hello')
  await until(conversation.view, (view) => view.pending[0]?.state === 'failed')
  server.receive = () => 'accept'
  conversation.resend(requestId)
  await until(conversation.view, (view) => wordsOf(view).length === 1)
  assert.notEqual(server.sends.at(-1)!.requestId, requestId)
})

test('a message that no server would take fails without being sent', async () => {
  await using server = await startServer()
  using client = connect(server)
  const conversation = client.conversation(id)
  using _ = following(conversation)
  conversation.send('é'.repeat(66_000))
  const { pending } = await until(conversation.view, (view) => view.pending[0]?.state === 'failed')
  assert.equal(pending[0]!.error?.code, 'too-large')
  assert.deepEqual(server.sends, [])
})

test('C25: storage that throws does not keep a message from being sent', async () => {
  await using server = await startServer()
  const no = () => {
    throw new Error('QuotaExceededError')
  }
  using client = connect(server, { storage: { tab: 'tab', all: no, put: no, remove: no } })
  const conversation = client.conversation(id)
  using _ = following(conversation)
  conversation.send('Hello')
  const view = await until(conversation.view, (view) => wordsOf(view).length === 1)
  assert.deepEqual(view.pending, [])
})

test('C26: no more than fifty messages wait', () => {
  using client = createClient({ url: 'http://127.0.0.1:9', clock: hastyClock, storage: memoryStorage() })
  const conversation = client.conversation(id)
  for (let i = 0; i < MAX_OUTBOX; i++) conversation.send(`Message ${i}`)
  assert.throws(() => conversation.send('One more'), { name: 'Failure', code: 'outbox-full' })
  assert.equal(conversation.view.get().pending.length, MAX_OUTBOX)
})

async function startServer(): Promise<FakeServer> {
  const server = await FakeServer.start()
  server.logs.set(id, [...sampleLog(1)])
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

/** What is on show, arrived or pending. */
function requestIdsOf({ conversation, pending }: ConversationView): string[] {
  const arrived = conversation.messages.flatMap((message) => (message.role === 'user' ? [message.requestId] : []))
  return [...arrived, ...pending.map((message) => message.requestId)]
}
