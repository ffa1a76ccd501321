import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startEmulator } from '@streambed/emulator'
import { type ConversationId, newRequestId, type RunId, textOf } from '@streambed/protocol'
import { answersOf, checkLog, readLog } from './harness/oracle.ts'
import { startServer } from './harness/server.ts'
import { storyOf, storyteller } from './harness/storyteller.ts'
import { temporaryFolder } from './harness/temporary-folder.ts'
import { openSocket } from './harness/wire.ts'

const WORDS = 60
const SLEEPS = 3

test('a server that is stopped for longer than its leases goes on where it was', async () => {
  using folder = temporaryFolder()
  const brain = storyteller(WORDS)
  await using emulator = await startEmulator({ brain, pace: { tokensPerSecond: 60 } })
  await using server = await startServer({
    dataDir: folder.path,
    bedrockUrl: emulator.url,
    entry: fileURLToPath(new URL('harness/short-lease.ts', import.meta.url)),
  })
  await using socket = await openSocket(server.url, '/ws')
  const asked = await Promise.all(Array.from({ length: 12 }, (_, i) => ask(`q${i}`)))
  for (const { conversation } of asked) socket.send({ type: 'follow', conversation, after: 0 })
  const open = new Set(asked.map(({ run }) => run))
  const ended = socket.find(({ type, run }) => type === 'run-end' && open.delete(run) && open.size === 0, 20_000)

  for (let sleep = 0; sleep < SLEEPS; sleep++) {
    await pause(200)
    server.signal('SIGSTOP')
    await pause(700)
    server.signal('SIGCONT')
  }
  await ended
  for (const { conversation, question } of asked) {
    const { events, fold } = await readLog(server.url, conversation)
    checkLog(events)
    const [answer] = answersOf(fold)
    assert.equal(answer!.status, 'done', JSON.stringify(answer!.error))
    assert.equal(textOf(answer!), storyOf(question, WORDS))
    assert.equal(brain.asked.get(question), 1)
  }

  async function ask(question: string) {
    const response = await fetch(`${server.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ requestId: newRequestId(), text: question }),
    })
    assert.equal(response.status, 202)
    return { question, ...((await response.json()) as { conversation: ConversationId; run: RunId }) }
  }
})
