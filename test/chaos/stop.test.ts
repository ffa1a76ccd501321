import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Emulator, type ScriptedAnswer, scriptBrain, startEmulator } from '@streambed/emulator'
import {
  type AssistantMessage,
  answerOf,
  type ConversationId,
  newRequestId,
  type RunId,
  textOf,
} from '@streambed/protocol'
import { within } from './harness/deadline.ts'
import { checkLog, readLog } from './harness/oracle.ts'
import { type ServerProcess, startServer } from './harness/server.ts'
import { temporaryFolder } from './harness/temporary-folder.ts'
import { openSocket } from './harness/wire.ts'

const CLOSED_MS = 1_000

/** Each stands still in one phase of its answer. */
const STALLED: readonly (ScriptedAnswer & { readonly when: string })[] = [
  { when: 'before headers', text: 'Never.', faults: { type: 'stall', at: 'head' } },
  {
    when: 'in reasoning',
    blocks: [{ reasoning: ['Let ', 'me ', 'see.'], signature: 'c2ln' }, 'Yes.'],
    faults: { type: 'stall', at: 3 },
  },
  { when: 'in text', text: ['One ', 'two ', 'three.'], faults: { type: 'stall', at: 3 } },
  {
    when: 'in tool input',
    blocks: [{ text: ['A moment.'] }, { tool: 'wait', input: ['{"m', 's":', '1}'] }],
    faults: { type: 'stall', at: 6 },
  },
  { when: 'in a tool', blocks: [{ tool: 'wait', input: { ms: 60_000 } }] },
  { when: { text: 'between steps', messages: 1 } as never, blocks: [{ tool: 'wait', input: { ms: 1 } }] },
  { when: { toolResult: 'wait' } as never, text: 'Never.', faults: { type: 'stall', at: 'head' } },
]

/** The event after which a run is in its phase; none: when the emulator has been asked so many times. */
const REACHED: Readonly<Record<string, string | number>> = {
  'before headers': 1,
  'in reasoning': 'reasoning-delta',
  'in text': 'text-delta',
  'in tool input': 'tool-input-delta',
  'in a tool': 'tool-call',
  'between steps': 2,
}

/** What had been said until then. */
const SAID: Readonly<Record<string, string>> = { 'in text': 'One two ', 'in tool input': 'A moment.' }

const stack = new AsyncDisposableStack()
const folder = stack.use(temporaryFolder())
let emulator: Emulator
let server: ServerProcess

before(async () => {
  const brain = scriptBrain([{ when: 'And now?', text: 'Now.' }, ...STALLED])
  emulator = stack.use(await startEmulator({ brain, pace: 'instant' }))
  server = stack.use(await startServer({ dataDir: folder.path, bedrockUrl: emulator.url }))
})

after(() => stack.disposeAsync())

const DOORS = { http: stopByHttp, websocket: stopBySocket, dashboard: stopByDashboard } as const

for (const [door, stop] of Object.entries(DOORS)) {
  for (const phase of Object.keys(REACHED)) {
    test(`a stop ${phase}, by ${door}, closes the call and leaves a conversation that goes on`, async () => {
      const said = await say(phase)
      await reach(said, REACHED[phase]!)
      await stop(said)
      if (phase !== 'in a tool') await emulator.journal.closed(isCallOf(said), CLOSED_MS)
      await stop(said) // twice
      const answer = await endOf(said)
      assert.equal(answer.status, 'stopped')
      assert.equal(textOf(answer), SAID[phase] ?? '')
      await goesOn(said.conversation)
    })
  }
}

test('a stop while it waits for its turn spares the call', async () => {
  const first = await say('in text')
  await reach(first, 'text-delta')
  const second = await say('in text', first.conversation)
  await stopByHttp(second)
  assert.equal((await endOf(second)).startedAt, null)
  await stopByHttp(first)
  await endOf(first)
  assert.equal(emulator.journal.entries.filter(isCallOf(first)).length, 1)
  await goesOn(first.conversation)
})

test('a stop after the end changes nothing', async () => {
  const said = await say('And now?')
  await endOf(said)
  const { events } = await readLog(server.url, said.conversation)
  for (const stop of Object.values(DOORS)) await stop(said)
  assert.deepEqual((await readLog(server.url, said.conversation)).events, events)
  await goesOn(said.conversation)
})

test('stops from everywhere at once are one stop', async () => {
  const said = await say('in text')
  await reach(said, 'text-delta')
  await Promise.all([stopByHttp(said), stopBySocket(said), stopByDashboard(said), stopByHttp(said)])
  await emulator.journal.closed(isCallOf(said), CLOSED_MS)
  assert.equal((await endOf(said)).status, 'stopped')
  await goesOn(said.conversation)
})

test('whoever hangs up on POST /api/chat stops the answer', async () => {
  const controller = new AbortController()
  const response = await fetch(`${server.url}/api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'in text, by its reader' }),
    signal: controller.signal,
  })
  const reader = response.body!.getReader()
  await reader.read()
  controller.abort()
  await reader.closed.catch(() => {})
  await emulator.journal.closed(({ body }) => JSON.stringify(body ?? null).includes('by its reader'), CLOSED_MS)
})

interface Said {
  readonly conversation: ConversationId
  readonly run: RunId
  /** Where its message stands. */
  readonly position: { readonly seq: number }
}

async function say(text: string, conversation?: ConversationId): Promise<Said> {
  const path = conversation ? `/v1/conversations/${conversation}/messages` : '/v1/messages'
  return post(path, { requestId: newRequestId(), text })
}

async function post<Answer>(path: string, body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  assert.equal(response.status, 202, await response.clone().text())
  return (await response.json()) as Answer
}

/** Waits for an event of a run, or for its so-many-eth call. */
async function reach(said: Said, phase: string | number): Promise<void> {
  if (typeof phase === 'number') {
    for (let call = 0; call < phase; call++) await emulator.journal.next(isCallOf(said))
    return
  }
  await follow(said, (event) => event.run === said.run && event.type === phase)
}

function isCallOf({ conversation }: Said) {
  return ({ body }: { readonly body: unknown }) => JSON.stringify(body ?? null).includes(conversation)
}

async function endOf(said: Said): Promise<AssistantMessage> {
  await follow(said, (event) => event.run === said.run && event.type === 'run-end')
  const { fold } = await readLog(server.url, said.conversation)
  return answerOf(fold, said.run)!
}

async function follow(
  { conversation, position }: Said,
  wanted: (event: { readonly type: string; readonly run?: RunId }) => boolean,
): Promise<void> {
  await using socket = await openSocket(server.url, '/ws')
  socket.send({ type: 'follow', conversation, after: position.seq - 1 })
  await socket.find(wanted)
}

async function goesOn(conversation: ConversationId): Promise<void> {
  const answer = await endOf(await say('And now?', conversation))
  assert.equal(answer.status, 'done', JSON.stringify(answer.error))
  assert.equal(textOf(answer), 'Now.')
  checkLog((await readLog(server.url, conversation)).events)
}

async function stopByHttp({ run }: Said): Promise<void> {
  await post(`/v1/runs/${run}/stop`, {})
}

async function stopBySocket({ run }: Said): Promise<void> {
  await using socket = await openSocket(server.url, '/ws')
  socket.send({ type: 'stop', run, requestId: newRequestId() })
  await socket.find(({ type }) => type === 'ack')
}

/** This stop has no answer of its own, so a question behind it is waited for. */
async function stopByDashboard({ conversation }: Said): Promise<void> {
  await using socket = await openSocket(server.url, '/ws/dashboard')
  socket.send({ id: 'stop', type: 'chat.stop', data: { sessionId: conversation } })
  await within(
    5_000,
    'the stop',
    follow(
      { conversation, run: '' as RunId, position: { seq: 1 } },
      ({ type }) => type === 'stop-request' || type === 'run-end',
    ),
  )
}
