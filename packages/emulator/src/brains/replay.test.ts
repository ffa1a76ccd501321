import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConverseCommand } from '@aws-sdk/client-bedrock-runtime'
import { startEmulator } from '../emulator.ts'
import { client, haiku, hello, listen, words } from '../testing.ts'
import { replayBrain } from './replay.ts'
import { scriptBrain } from './script.ts'

async function record(url: string): Promise<Buffer> {
  const response = await fetch(`${url}/model/${haiku}/converse-stream`, {
    method: 'POST',
    headers: { authorization: 'Bearer key' },
    body: JSON.stringify({ messages: hello.messages }),
  })
  return Buffer.from(await response.arrayBuffer())
}

test('sends a recording again, byte for byte, and several in turn', async () => {
  await using source = await startEmulator({
    pace: 'instant',
    brain: scriptBrain(['One', { blocks: ['Two', { tool: 'clock' }] }]),
  })
  const recordings = [await record(source.url), await record(source.url)]
  await using emulator = await startEmulator({ pace: 'instant', brain: replayBrain(...recordings) })
  for (const recording of [...recordings, ...recordings]) assert.deepEqual(await record(emulator.url), recording)
  using bedrock = client(emulator.url)
  assert.equal(words((await listen(bedrock)).events), 'One')
  await assert.rejects(bedrock.send(new ConverseCommand(hello)), {
    name: 'ValidationException',
    message: /only a recorded stream/,
  })
})

test('breaks a recording off where a fault says so', async () => {
  await using source = await startEmulator({ pace: 'instant', brain: scriptBrain(['One two']) })
  const recording = await record(source.url)
  const faults = [{ type: 'omit', event: 'messageStop' } as const]
  await using emulator = await startEmulator({ pace: 'instant', brain: replayBrain(recording), faults: [{ faults }] })
  using bedrock = client(emulator.url)
  const { events } = await listen(bedrock)
  assert.equal(
    events.some(({ messageStop }) => messageStop),
    false,
  )
  assert.equal(words(events), 'One two')
})

test('a recording that is cut is replayed cut', async () => {
  await using source = await startEmulator({ pace: 'instant', brain: scriptBrain(['One two']) })
  const recording = await record(source.url)
  await using emulator = await startEmulator({ pace: 'instant', brain: replayBrain(recording.subarray(0, -10)) })
  assert.deepEqual(await record(emulator.url), recording.subarray(0, -10))
})
