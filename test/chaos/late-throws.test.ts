import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { scriptBrain, startEmulator } from '@streambed/emulator'
import { newRequestId } from '@streambed/protocol'
import { CANARY } from './harness/canaries.ts'
import { within } from './harness/deadline.ts'
import { answersOf, readLog } from './harness/oracle.ts'
import { type ServerProcess, startServer } from './harness/server.ts'
import { temporaryFolder } from './harness/temporary-folder.ts'
import { type Frame, openSocket, type WireSocket } from './harness/wire.ts'

const AGENTS = fileURLToPath(new URL('harness/careless', import.meta.url))
const LONG = { when: 'long', text: 'One two three four five six seven eight.', pace: { tokensPerSecond: 10 } } as const
const ended = (run: string) => (frame: Frame) => frame.type === 'run-end' && frame.run === run

test('a promise that a tool leaves behind and that fails is told of once, and the server goes on', async () => {
  await using house = await openHouse('reject_later')
  const { server, socket } = house
  const asked = await ask(socket, 'go')
  await server.says(/rejected, and nobody waited/)
  await socket.find(ended(asked.run))
  const next = await ask(socket, 'long')
  assert.equal((await socket.find(ended(next.run))).reason, 'done')
  checkTold(server)
})

for (const tool of ['throw_later', 'emit_later']) {
  test(`what a tool throws when it is over ends the server as SIGTERM does: ${tool}`, async () => {
    await using house = await openHouse(tool)
    const { server, socket } = house
    const long = await ask(socket, 'long')
    await socket.find(({ type, run }) => type === 'text-delta' && run === long.run)
    await ask(socket, 'go')
    assert.equal((await socket.find(ended(long.run))).reason, 'done', 'an answer that is under way becomes whole')
    assert.deepEqual(await within(15_000, 'the server to end', server.gone), { code: 1, signal: null })
    checkTold(server)

    await using next = await startServer(house.options)
    const { fold } = await readLog(next.url, long.conversation)
    assert.deepEqual(
      answersOf(fold).map(({ status }) => status),
      ['done'],
    )
  })
}

/** One line that says where it was thrown, and not what. */
function checkTold({ output }: ServerProcess): void {
  const told = output.split('\n').filter((line) => line.includes('careless.ts'))
  assert.equal(told.length, 1, output)
  const { err } = JSON.parse(told[0]!)
  assert.equal(err.type, 'Error')
  assert.match(err.stack, /^at .*careless\.ts:\d+/m)
  assert.ok(!output.includes(CANARY), output)
}

async function openHouse(tool: string) {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(temporaryFolder())
  const brain = scriptBrain([
    { when: { toolResult: tool }, text: 'Done.' },
    LONG,
    { when: 'go', blocks: [{ tool, input: { secret: CANARY } }] },
  ])
  const { url } = stack.use(await startEmulator({ brain, pace: 'instant' }))
  const options = { dataDir: folder.path, bedrockUrl: url, env: { STREAMBED_AGENTS_DIR: AGENTS } }
  const server = stack.use(await startServer(options))
  const socket = stack.use(await openSocket(server.url, '/ws'))
  const owned = stack.move()
  return { options, server, socket, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Says something in a conversation of its own, and follows it. */
async function ask(socket: WireSocket, text: string): Promise<Frame> {
  const requestId = newRequestId()
  socket.send({ type: 'send', requestId, text })
  const ack = await socket.find((frame) => frame.type === 'ack' && frame.requestId === requestId)
  socket.send({ type: 'follow', conversation: ack.conversation, after: 0 })
  return ack
}
