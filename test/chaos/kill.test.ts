import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Emulator, startEmulator } from '@streambed/emulator'
import { type Conversation, isOver, type RequestId, textOf } from '@streambed/protocol'
import {
  type Client,
  type ConversationHandle,
  createClient,
  systemClock,
  type TransportName,
} from './harness/client.js'
import { become, within } from './harness/deadline.ts'
import { type Network, openNetwork } from './harness/network.ts'
import { answersOf, checkLog, plain, readLog } from './harness/oracle.ts'
import { type Random, seededRandom } from './harness/random.ts'
import { launchServer, type ServerProcess, startServer } from './harness/server.ts'
import { type SpyingSocket, spyingSocket } from './harness/spying-socket.ts'
import { type Storyteller, storyOf, storyteller } from './harness/storyteller.ts'
import { temporaryFolder } from './harness/temporary-folder.ts'

const READERS = 50
const WORDS = 60
const PACE = { firstTokenMs: 100, tokensPerSecond: 80, jitter: 0.5 }
/** How long after everybody has spoken the server may be killed: from before it has read a thing until the last answers end. */
const LATEST_KILL_MS = 1_500
/** Kills in all; in CI as many as this time allows. */
const KILLS = 2
const CI_MS = 25_000

test('a server that is killed at any moment loses, doubles and reorders nothing', { timeout: 100_000 }, async (t) => {
  const random = seededRandom()
  t.diagnostic(`SEED=${random.seed}`)
  try {
    await killAtAnyMoment(random)
  } catch (error) {
    throw new Error(`with SEED=${random.seed}`, { cause: error })
  }
})

async function killAtAnyMoment(random: Random): Promise<void> {
  using folder = temporaryFolder()
  const brain = storyteller(WORDS)
  await using emulator = await startEmulator({ brain, pace: PACE })
  await using network = await openNetwork()
  const socket = spyingSocket()
  using readers = openReaders(network.url, socket)
  const town = { folder, emulator, network, readers, random }

  await using stack = new AsyncDisposableStack()
  let server = stack.use(await start(town))
  const end = performance.now() + CI_MS
  for (let kill = 0; process.env['CI'] === 'true' ? performance.now() < end : kill < KILLS; kill++) {
    speak(town)
    await trouble(town, random.between(0, LATEST_KILL_MS))
    await server.kill()
    if (random.chance(0.3)) await killAtBirth(town)
    server = stack.use(await start(town))
  }
  speak(town)
  await within(30_000, 'every answer to end', Promise.all(readers.all.map(caughtUp)))
  await checkAll(server, readers, brain, socket)
}

interface Reader {
  readonly client: Client
  readonly handle: ConversationHandle
  /** What it asked, in order. */
  readonly questions: string[]
}

interface Readers extends Disposable {
  readonly all: readonly Reader[]
}

interface Town {
  readonly folder: { readonly path: string }
  readonly emulator: Emulator
  readonly network: Network
  readonly readers: Readers
  readonly random: Random
}

const TRANSPORTS: readonly TransportName[] = ['websocket', 'sse', 'websocket', 'long-poll']

/** The waits between two tries are random; here they are at the lower end, as a test has no ten seconds. */
const IMPATIENT = { ...systemClock, random: () => Math.random() / 5 }

function openReaders(url: string, { WebSocket }: SpyingSocket): Readers {
  const all = Array.from({ length: READERS }, (_, i): Reader => {
    const transports = [TRANSPORTS[i % TRANSPORTS.length]!]
    const client = createClient({ url, WebSocket, transports, clock: IMPATIENT })
    const handle = client.startConversation()
    handle.follow()
    return { client, handle, questions: [] }
  })
  return {
    all,
    [Symbol.dispose]() {
      for (const { client } of all) client[Symbol.dispose]()
    },
  }
}

async function start({ folder, emulator, network }: Town): Promise<ServerProcess> {
  network.target = undefined
  const server = await startServer({ dataDir: folder.path, bedrockUrl: emulator.url })
  network.target = server.port
  return server
}

/** Ends a server while it looks after what the one before has left. */
async function killAtBirth({ folder, emulator, random }: Town): Promise<void> {
  const { server } = launchServer({ dataDir: folder.path, bedrockUrl: emulator.url })
  await pause(random.between(100, 1_500))
  await server.kill()
}

let asked = 0

/** Everybody whose answers are whole says something new; some say two things, some say it twice. */
function speak({ readers, network, random }: Town): void {
  for (const reader of readers.all) {
    if (reader.handle.view.get().pending.length > 0) continue
    const text = say(reader)
    if (random.chance(0.3)) void sayAgain(network.url, reader, text)
    if (random.chance(0.1)) say(reader)
  }
}

function say({ handle, questions }: Reader): { readonly requestId: RequestId; readonly text: string } {
  const text = `q${asked++}`
  questions.push(text)
  return { requestId: handle.send(text), text }
}

/** A second send of the same request, past the client; in vain where the server is not there. */
async function sayAgain(url: string, { handle }: Reader, body: object): Promise<void> {
  const id = handle.id.get()
  const path = id === null ? '/v1/messages' : `/v1/conversations/${id}/messages`
  const headers = { 'content-type': 'application/json' }
  await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => undefined)
}

/** Some time passes, in which the network breaks now and then. */
async function trouble({ network, random }: Town, ms: number): Promise<void> {
  const end = performance.now() + ms
  while (performance.now() < end) {
    await pause(Math.min(random.between(20, 400), Math.max(0, end - performance.now())))
    network.cut(0.05, random)
  }
}

/** Resolves when all that was asked here has been answered and read. */
async function caughtUp({ handle, questions }: Reader): Promise<void> {
  await become(handle.view, ({ live, pending, conversation }) => {
    if (!live || pending.length > 0) return false
    const answers = answersOf(conversation)
    return answers.length >= questions.length && answers.every(isOver)
  })
}

async function checkAll(
  server: ServerProcess,
  { all }: Readers,
  brain: Storyteller,
  { seen }: SpyingSocket,
): Promise<void> {
  let whole = 0
  for (const { handle, questions } of all) {
    const { conversation } = handle.view.get()
    const stored = await readLog(server.url, conversation.id)
    checkLog(stored.events)
    assert.deepEqual(plain(conversation), stored.fold)
    assert.deepEqual(await opened(server, conversation), stored.fold)
    for (const [seq, event] of seen.get(conversation.id) ?? []) {
      assert.deepEqual(event, stored.events[seq - 1], `event ${seq} was seen otherwise than it is stored`) // P2
    }

    const said = conversation.messages.filter(({ role }) => role === 'user').map(textOf)
    assert.deepEqual(said, questions)
    const answers = answersOf(conversation)
    assert.equal(answers.length, questions.length)
    for (const [i, answer] of answers.entries()) {
      const question = questions[i]!
      const story = storyOf(question, WORDS)
      const text = textOf(answer)
      assert.ok(story.startsWith(text), `${question} is answered by ${text}`)
      assert.ok((brain.asked.get(question) ?? 0) <= 1, `${question} was put to the model twice`)
      if (answer.status === 'done') {
        assert.equal(text, story)
        whole++
      } else assert.equal(answer.status, 'interrupted', `${question}: ${JSON.stringify(answer.error)}`)
    }
  }
  assert.ok(whole >= READERS / 2, `only ${whole} answers are whole`) // the last ones are, where the reader was free to ask
}

/** The conversation as one who comes now is shown it. */
async function opened({ url }: ServerProcess, { id }: Conversation): Promise<Conversation> {
  const response = await fetch(`${url}/v1/conversations/${id}`)
  return (await response.json()) as Conversation
}
