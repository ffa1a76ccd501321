import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Conversation, type ConversationId, isOver, textOf } from '@streambed/protocol'
import { until } from '../testing/until.ts'
import { createAdmin } from './admin.ts'
import { type Client, createClient } from './client.ts'
import type { ConversationHandle } from './conversation/handle.ts'
import type { TransportName } from './transport/transport.ts'

const MAIN = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const TRANSPORTS: readonly TransportName[] = ['websocket', 'sse', 'long-poll']

test('a server killed in mid-answer and started again is read on, over every transport, by itself', async () => {
  await using server = await startServer()
  using clients = connectAll(server.url)
  const [first, ...others] = clients.list
  const conversation = first!.startConversation()
  using _ = following([conversation])
  conversation.send('Tell me a story about a river, as long as you can.')
  const id = (await until(conversation.id, (id) => id !== null)) as ConversationId
  const handles = [conversation, ...others.map((client) => client.conversation(id))]
  using __ = following(handles.slice(1))
  for (const handle of handles) await until(handle.view, ({ conversation }) => hasWords(conversation))
  await server.restart()
  for (const handle of handles) await until(handle.view, ({ live, conversation }) => live && hasEnded(conversation))
  conversation.send('And now?')
  for (const handle of handles) {
    await until(handle.view, ({ conversation }) => hasEnded(conversation) && conversation.messages.length >= 4, 8_000)
  }
  const stored = await (await fetch(`${server.url}/v1/conversations/${id}`)).json()
  for (const handle of handles) assert.deepEqual(handle.view.get().conversation, stored)
})

test('what is asked of the real server is answered as the types say', async () => {
  await using server = await startServer()
  using clients = connectAll(server.url)
  const [client] = clients.list
  assert.partialDeepStrictEqual(await client!.health(), { status: 'ok', model: 'demo' })
  assert.equal((await client!.agents()).filter((agent) => agent.default).length, 1)
  const models = await client!.models()
  assert.ok(models.items.length > 0 && models.default !== null)
  const { conversations } = client!
  using _ = { [Symbol.dispose]: conversations.watch() }
  const conversation = client!.startConversation()
  using __ = following([conversation])
  conversation.send('Good morning, brook')
  const id = (await until(conversation.id, (id) => id !== null)) as ConversationId
  await until(conversations.view, ({ items }) => items.some((item) => item.id === id))
  const { conversation: read } = await until(
    conversation.view,
    ({ conversation }) => conversation.messages.length === 2,
  )
  await conversation.stop(read.messages[1]!.id as never)
  await until(conversation.view, ({ conversation }) => hasEnded(conversation))
  await conversation.retry(read.messages[1]!.id as never)
  await until(conversation.view, ({ conversation }) => conversation.messages.length === 3)
  await conversations.rename(id, 'Brook')
  await until(conversation.view, ({ conversation }) => conversation.title === 'Brook')
  assert.deepEqual(
    (await conversations.search('brook')).map((item) => item.id),
    [id],
  )
  await conversations.remove(id)
  await until(conversation.view, ({ status }) => status === 'missing')
  assert.deepEqual(conversations.view.get().items, [])
})

test('budgets, audit and limits of the real server are as the types say', async () => {
  await using server = await startServer()
  const admin = createAdmin({ url: server.url })
  const budget = {
    scope: 'user',
    of: null,
    period: 'day',
    microDollars: 5_000_000,
    tokens: null,
    action: 'cut',
  } as const
  assert.deepEqual(await admin.setBudget(budget), budget)
  const { mine, items } = await admin.budgets()
  assert.deepEqual([mine.map((standing) => standing.budget), items], [[budget], [budget]])
  await admin.removeBudget(budget)
  assert.deepEqual(await admin.budgets(), { mine: [], items: [], defaults: [], caps: [], standings: [] })
  const newest = await admin.audit({ kind: 'budget-change', limit: 1 })
  const [removed] = newest.items
  assert.partialDeepStrictEqual(removed, { user: 'local', data: { did: 'DELETE /v1/budgets', scope: 'user' } })
  const { items: older, cursor } = await admin.audit({ kind: 'budget-change', cursor: newest.cursor! })
  assert.deepEqual([older.map(({ data }) => data['did']), cursor], [['PUT /v1/budgets'], null])
  assert.match(await (await fetch(admin.auditFile({ kind: 'budget-change' }))).text(), /^at,user,name,kind,data\r\n/)
  assert.ok((await admin.limits()).some(({ of, name }) => of === 'message' && name === 'characters'))
  await assert.rejects(admin.removeBudget(budget), { code: 'not-found' })
})

test('P24 to P26: people change the live state, take it back and see what it was', async () => {
  await using server = await startServer()
  using clients = connectAll(server.url)
  const [client] = clients.list
  await assert.rejects(client!.startConversation().undoState(), { code: 'not-begun', retry: false })
  const id = await client!.createConversation({ agent: 'strategy-builder', title: 'Calm' })
  const handles = clients.list.map((client) => client.conversation(id))
  using _ = following(handles)
  const [conversation] = handles
  const seen: number[] = []
  const stop = conversation!.listen((event) => event.type === 'state' && seen.push(event.revision))
  for (const { view } of handles) await until(view, ({ live }) => live)
  const made = await conversation!.editState([{ op: 'replace', path: '', value: strategy }])
  assert.partialDeepStrictEqual(made, { revision: 1, value: strategy })
  await until(conversation!.view, ({ conversation }) => conversation.state.revision === 1)
  const label = '/flowchart/nodes/0/label'
  await conversation!.editState([{ op: 'replace', path: label, value: 'Every week' }])
  await assert.rejects(conversation!.editState([{ op: 'replace', path: label, value: '!' }], { revision: 1 }), {
    code: 'state-changed',
  })
  await assert.rejects(conversation!.editState([{ op: 'remove', path: '/guardrails' }], { revision: 2 }), {
    code: 'bad-request',
  })
  await assert.rejects(conversation!.undoState({ revision: 1 }), { code: 'state-changed' })
  assert.deepEqual((await conversation!.undoState({ revision: 2 })).value, strategy)
  assert.equal((await conversation!.redoState()).revision, 4)
  for (const { view } of handles) await until(view, ({ conversation }) => conversation.state.revision === 4)
  stop()
  assert.deepEqual(seen, [1, 2, 3, 4])
  const changes = await conversation!.stateChanges()
  assert.deepEqual(
    changes.map((change) => change.type === 'state' && change.by),
    ['edit', 'edit', 'undo', 'redo'],
  )
})

test('what an agent keeps for the user is listed, changed and removed', async () => {
  await using server = await startServer()
  using clients = connectAll(server.url)
  const saved = clients.list[0]!.records<{ name: string; strategy: object }>('strategies')
  const calm = await saved.create({ name: 'Calm', strategy }, { key: 'once' })
  assert.deepEqual(await saved.create({ name: 'Calm', strategy }, { key: 'once' }), calm)
  await saved.create({ name: 'Bold', strategy })
  assert.equal((await saved.patch(calm.id, { name: 'Calmer' }, { revision: 1 })).revision, 2)
  await assert.rejects(saved.patch(calm.id, { name: 'Late' }, { revision: 1 }), { code: 'record-changed' })
  const { items, cursor } = await saved.list({ order: 'name', limit: 1 })
  assert.deepEqual(
    items.map(({ name }) => name),
    ['Bold'],
  )
  const rest = await saved.list({ order: 'name', limit: 1, cursor: cursor! })
  assert.deepEqual(
    rest.items.map(({ name }) => name),
    ['Calmer'],
  )
  await saved.remove(calm.id)
  await assert.rejects(saved.get(calm.id), { code: 'not-found' })
})

const strategy = {
  account: { workspace: 'Acme', section: 'My Strategies' },
  flowchart: { nodes: [{ id: 'n1', type: 'trigger', label: 'Every day', detail: '' }], edges: [] },
  degen_class: { selected: 'Low' },
  strategy_metrics: { impact_monthly_return_delta_pct: 3, estimated_capital_required_usd: 5000 },
  guardrails: { enabled: [] },
}

function connectAll(url: string): Disposable & { readonly list: readonly Client[] } {
  const list = TRANSPORTS.map((transport) => createClient({ url, transports: [transport] }))
  return { list, [Symbol.dispose]: () => list.forEach((client) => void client[Symbol.dispose]()) }
}

function following(handles: readonly ConversationHandle[]): Disposable {
  const releases = handles.map((handle) => handle.follow())
  return { [Symbol.dispose]: () => releases.forEach((release) => void release()) }
}

function hasWords({ messages }: Conversation): boolean {
  const answer = messages.at(-1)
  return answer?.role === 'assistant' && textOf(answer).length > 20
}

function hasEnded({ messages }: Conversation): boolean {
  return messages.length > 0 && messages.every((message) => message.role === 'user' || isOver(message))
}

/** The server as it is started by people, answered by the demo model, on a folder of its own. */
async function startServer(): Promise<AsyncDisposable & { readonly url: string; restart(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'streambed-client-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child = await start()

  async function start(): Promise<ChildProcess> {
    const env = {
      PORT: String(port),
      STREAMBED_DATA_DIR: folder,
      STREAMBED_BEDROCK: 'demo',
      STREAMBED_DEMO_PACE: '20,60',
    }
    const child = spawn(process.execPath, [MAIN], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    for await (const piece of child.stderr!) {
      said += piece
      if (said.includes('Streambed is at')) break
    }
    assert.match(said, /Streambed is at/)
    return child
  }

  async function kill(): Promise<void> {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }

  return {
    url,
    async restart() {
      await kill()
      child = await start()
    },
    async [Symbol.asyncDispose]() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
