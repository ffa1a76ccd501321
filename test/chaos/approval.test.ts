import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { scriptBrain, startEmulator } from '@streambed/emulator'
import {
  type AssistantMessage,
  answerOf,
  type Conversation,
  type ConversationId,
  isOver,
  type RunId,
  type ToolBlock,
} from '@streambed/protocol'
import { within } from './harness/deadline.ts'
import { type Random, seededRandom } from './harness/random.ts'
import { type ServerOptions, type ServerProcess, startServer } from './harness/server.ts'
import { temporaryFolder } from './harness/temporary-folder.ts'

const KILLS = process.env['CI'] === 'true' ? 20 : 3
/** From the moment in which the call is allowed until the tool is done. */
const LATEST_KILL_MS = 200
const AGENTS = fileURLToPath(new URL('harness/clerk', import.meta.url))

test('a server that is killed around an approval keeps it, and does at most once what was allowed', {
  timeout: 120_000,
}, async (t) => {
  const random = seededRandom()
  t.diagnostic(`SEED=${random.seed}`)
  using folder = temporaryFolder()
  const brain = scriptBrain([
    { when: { toolResult: 'post' }, text: 'Done.' },
    { when: /.*/, blocks: [{ tool: 'post', input: { text: 'none' } }] },
  ])
  await using emulator = await startEmulator({ brain, pace: 'instant' })
  const options: ServerOptions = {
    dataDir: folder.path,
    bedrockUrl: emulator.url,
    env: { STREAMBED_AGENTS_DIR: AGENTS },
  }
  await using stack = new AsyncDisposableStack()
  let server = stack.use(await startServer(options))
  for (let kill = 0; kill < KILLS; kill++) {
    const { conversation, run } = await ask(server, kill)
    const { approval } = await waitingCall(server, conversation, run)
    await server.kill()
    server = stack.use(await startServer(options))
    const letter = `letter ${kill}`
    server = stack.use(await killWhileAllowing(server, options, random, `${run}/approvals/${approval!.id}`, letter))
    await allow(server, `${run}/approvals/${approval!.id}`, letter)

    const answer = await within(30_000, 'the end', until(server, conversation, run, isOver))
    const [call] = answer.blocks.filter((block) => block.type === 'tool')
    const times = postedIn(folder.path).filter((line) => line === letter).length
    assert.ok(times <= 1, `posted ${times} times, SEED=${random.seed}`)
    assert.deepEqual(call!.input, { text: letter })
    // Killed while the model speaks of what is done, it is interrupted like any other answer.
    const goesOn = call!.status === 'done' ? ['done', 'interrupted'] : ['done']
    assert.ok(goesOn.includes(answer.status), `it is ${answer.status}, SEED=${random.seed}`)
    if (call!.status === 'done') assert.equal(times, 1)
    else assert.match(call!.error!, /may or may not have had its effect/)
  }
})

/** Allows a call and kills the server meanwhile; returns the next one. */
async function killWhileAllowing(
  server: ServerProcess,
  options: ServerOptions,
  random: Random,
  approval: string,
  letter: string,
): Promise<ServerProcess> {
  const allowing = allow(server, approval, letter).catch(() => {}) // it may be dead before it answers
  await pause(random.between(0, LATEST_KILL_MS))
  await server.kill()
  await allowing
  return startServer(options)
}

async function ask({ url }: ServerProcess, n: number): Promise<{ conversation: ConversationId; run: RunId }> {
  return post(`${url}/v1/messages`, { requestId: `q${n}`, text: 'Write a letter' })
}

async function allow({ url }: ServerProcess, approval: string, text: string): Promise<void> {
  await post(`${url}/v1/runs/${approval}`, { approved: true, input: { text } })
}

// biome-ignore lint/suspicious/noExplicitAny: a body is whatever came over the wire
async function post(url: string, body: object): Promise<any> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  const answer = await response.json()
  assert.equal(response.status, 202, JSON.stringify(answer))
  return answer
}

async function waitingCall(server: ServerProcess, conversation: ConversationId, run: RunId): Promise<ToolBlock> {
  const parked = until(server, conversation, run, ({ status }) => status === 'parked')
  const { blocks } = await within(10_000, 'the question', parked)
  return blocks.find((block) => block.type === 'tool')!
}

async function until(
  { url }: ServerProcess,
  conversation: ConversationId,
  run: RunId,
  wanted: (answer: AssistantMessage) => boolean,
): Promise<AssistantMessage> {
  while (true) {
    const response = await fetch(`${url}/v1/conversations/${conversation}`)
    const fold = (await response.json()) as Conversation
    const answer = answerOf(fold, run)
    if (answer && wanted(answer)) return answer
    await fetch(`${url}/v1/conversations/${conversation}/events?after=${fold.position.seq}&wait=20`)
  }
}

function postedIn(folder: string): readonly string[] {
  const path = join(folder, 'posted.txt')
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
}
