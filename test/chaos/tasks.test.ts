import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Owner } from '@streambed/protocol'
import { alarms } from '../../agents/tasks/alarms.ts'
import tasksAgent from '../../agents/tasks/index.ts'
import { WEEKDAYS } from '../../agents/tasks/recurrence.ts'
import { memoryBus } from '../../packages/server/src/bus/memory.ts'
import { recordsOf } from '../../packages/server/src/records/records.ts'
import { sqliteStore } from '../../packages/server/src/store/sqlite.ts'
import { within } from './harness/deadline.ts'
import { seededRandom } from './harness/random.ts'
import { launchServer, type ServerOptions, type ServerProcess, startServer } from './harness/server.ts'
import { temporaryFolder } from './harness/temporary-folder.ts'

const KILLS = process.env['CI'] === 'true' ? 15 : 3
const AGENTS = fileURLToPath(new URL('../../agents', import.meta.url))
const local: Owner = { org: 'local', user: 'local' }

// biome-ignore lint/suspicious/noExplicitAny: whatever came over the wire
type Json = any

const optionsFor = (dataDir: string, env: Record<string, string> = {}): ServerOptions => ({
  dataDir,
  env: { STREAMBED_AGENTS_DIR: AGENTS, STREAMBED_DEMO_PACE: 'instant', ...env },
})

async function ask(server: ServerProcess, path: string, body?: object): Promise<Json> {
  const response = await fetch(`${server.url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return response.json()
}

const say = (server: ServerProcess, message: object) =>
  ask(server, '/api/v1/chat/message', { user_chat_id: 'w', ...message })

/** What the window holds by now. */
async function windowOf(server: ServerProcess): Promise<Json[]> {
  return (await ask(server, '/api/v1/chat/history?user_chat_id=w')).items
}

async function eventsOf(server: ServerProcess, conversation: string): Promise<Json[]> {
  const all: Json[] = []
  for (let more = true; more; ) {
    const page = await ask(server, `/v1/conversations/${conversation}/events?after=${all.length}`)
    all.push(...page.events)
    more = page.more
  }
  return all
}

/** Asks again until it is so. */
async function until<Result>(what: string, look: () => Promise<Result | undefined>): Promise<Result> {
  return within(20_000, what, poll())

  async function poll(): Promise<Result> {
    for (;;) {
      const found = await look()
      if (found !== undefined) return found
      await pause(50)
    }
  }
}

test('a form outlives kill -9 while it is open and while it is sent, and sets its alarm once', {
  timeout: 120_000,
}, async (t) => {
  const random = seededRandom()
  t.diagnostic(`SEED=${random.seed}`)
  using folder = temporaryFolder()
  const options = optionsFor(folder.path)
  await using stack = new AsyncDisposableStack()
  let server = stack.use(await startServer(options))
  for (let kill = 0; kill < KILLS; kill++) {
    const asked = await say(server, { message: `Create an alarm called Number ${kill}` })
    const { component } = asked.frames.at(-1)
    assert.deepEqual(component.props.missing, ['time'])
    await server.kill()
    server = stack.use(await startServer(options))

    const submit = {
      type: 'action',
      component_id: component.id,
      action: 'submit',
      values: { time: `0${kill % 10}:59` },
    }
    const cut = say(server, submit).catch(() => undefined)
    await pause(random.between(0, 60))
    await server.kill()
    await cut
    server = stack.use(await startServer(options))
    // Either it was sent, or it is open again once the server has seen what was cut.
    const mine = await until('the alarm', async () => {
      await say(server, submit)
      const { items } = await ask(server, '/v1/alarms')
      const found = items.filter(({ label }: Json) => label === `Number ${kill}`)
      return found.length > 0 ? found : undefined
    })
    assert.equal(mine.length, 1, `SEED=${random.seed}`)
  }
})

test('alarms that fell due while the server was down ring once each, late, wherever the server is killed', {
  timeout: 60_000,
}, async (t) => {
  const random = seededRandom()
  t.diagnostic(`SEED=${random.seed}`)
  using folder = temporaryFolder()
  await setHoursAgo(folder.path, ALARMS)
  const options = optionsFor(folder.path)
  await using stack = new AsyncDisposableStack()
  for (let kill = 0; kill < KILLS; kill++) {
    const { server, ready } = launchServer(options)
    stack.use(server)
    await ready
    await pause(random.between(0, 40))
    await server.kill()
  }
  const server = stack.use(await startServer(options))
  const notices = await until('the rings', async () => {
    const { items } = await ask(server, '/v1/conversations')
    const all = items.length > 0 ? (await ask(server, `/v1/conversations/${items[0].id}`)).notices : []
    const { items: left } = await ask(server, '/v1/alarms?limit=100')
    return left.every(({ rangAt }: Json) => rangAt !== null) ? all : undefined
  })
  assert.deepEqual(
    notices.map(({ level, late, data }: Json) => [level, late, data.label]).sort(),
    Array.from({ length: ALARMS }, (_, i) => ['alarm', true, `Oven ${i}`]).sort(),
    `SEED=${random.seed}`,
  )
})

const ALARMS = 60

/** Sets alarms three hours ago that were due an hour ago, every second one of them daily. */
async function setHoursAgo(dataDir: string, count: number): Promise<void> {
  const hours = 60 * 60_000
  const earlier = () => Date.now() - 3 * hours
  await using store = sqliteStore({ path: join(dataDir, 'streambed.db'), now: earlier })
  const keeping = {
    store,
    bus: memoryBus(),
    agents: new Map([[tasksAgent.name, tasksAgent]]),
    collections: new Map([[alarms.name, alarms as never]]), // the map holds collections of every type
    now: () => new Date(earlier()),
  }
  const time = new Date(Date.now() - hours).toISOString().slice(11, 16)
  const mine = recordsOf(keeping, local)(alarms)
  for (let i = 0; i < count; i++) {
    await mine.create({ label: `Oven ${i}`, time, zone: 'UTC', days: i % 2 === 0 ? [] : [...WEEKDAYS] })
  }
}

test('a task that was left lying across a restart is abandoned once, and goes on when the user returns', {
  timeout: 60_000,
}, async () => {
  using folder = temporaryFolder()
  const options = optionsFor(folder.path, { STREAMBED_TASK_MINUTES: '0.02' })
  await using stack = new AsyncDisposableStack()
  let server = stack.use(await startServer(options))
  const before = await say(server, { message: 'Create an alarm called Tea' })
  await server.kill()
  server = stack.use(await startServer(options))
  await until('the end of patience', async () => (await windowOf(server)).at(-1).abandoned || undefined)
  await server.kill()
  server = stack.use(await startServer(options))
  const after = await say(server, { message: 'At ten past four in the afternoon' })
  assert.deepEqual([after.user_intent_id, after.is_complete], [before.user_intent_id, true])
  assert.notEqual(after.session_id, before.session_id)
  const { items } = await ask(server, '/v1/alarms')
  assert.deepEqual(
    items.map(({ label, time }: Json) => [label, time]),
    [['Tea', '16:10']],
  )
  const { items: conversations } = await ask(server, '/v1/conversations')
  const events = await eventsOf(server, conversations[0].id)
  assert.deepEqual(
    events.flatMap(({ type, outcome }: Json) => (type === 'task-end' ? [outcome] : [])),
    ['abandoned', 'completed'],
  )
})
