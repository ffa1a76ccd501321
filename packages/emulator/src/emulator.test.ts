import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { scriptBrain } from './brains/script.ts'
import { startEmulator } from './emulator.ts'

const modelId = 'us.anthropic.claude-haiku-4-5-20251001-v1:0'
const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }
const hello = { modelId, messages: [{ role: 'user' as const, content: [{ text: 'Hello' }] }] }

for (const transport of ['h2', 'http/1.1'] as const) {
  suite(`the AWS SDK on ${transport}`, () => {
    const client = (endpoint: string): BedrockRuntimeClient =>
      new BedrockRuntimeClient({
        endpoint,
        region: 'us-east-1',
        credentials,
        ...(transport === 'h2' ? {} : { requestHandler: new NodeHttpHandler() }),
      })

    test('streams an answer event by event', async () => {
      await using emulator = await startEmulator({ pace: 'instant', brain: scriptBrain([{ text: ['Hi', ' there'] }]) })
      const bedrock = client(emulator.url)
      const { stream } = await bedrock.send(new ConverseStreamCommand(hello))
      const events: ConverseStreamOutput[] = await Array.fromAsync(stream!)
      const usage = {
        inputTokens: 9,
        outputTokens: 2,
        totalTokens: 11,
        cacheReadInputTokens: 0,
        cacheWriteInputTokens: 0,
      }
      const latencyMs = events.at(-1)?.metadata?.metrics?.latencyMs
      assert.deepEqual(events, [
        { messageStart: { role: 'assistant' } },
        { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hi' } } },
        { contentBlockDelta: { contentBlockIndex: 0, delta: { text: ' there' } } },
        { contentBlockStop: { contentBlockIndex: 0 } },
        { messageStop: { stopReason: 'end_turn' } },
        { metadata: { metrics: { latencyMs }, usage } },
      ])
      const entry = await emulator.journal.next()
      assert.deepEqual(
        [entry.operation, entry.model, entry.transport, entry.outcome],
        ['ConverseStream', modelId, transport, 'answered'],
      )
      bedrock.destroy()
    })

    test('gets the same answer in one piece', async () => {
      await using emulator = await startEmulator({ pace: 'instant', brain: scriptBrain(['Hi there']) })
      const bedrock = client(emulator.url)
      const answer = await bedrock.send(new ConverseCommand(hello))
      assert.deepEqual(answer.output, { message: { role: 'assistant', content: [{ text: 'Hi there' }] } })
      assert.equal(answer.stopReason, 'end_turn')
      bedrock.destroy()
    })

    test('is seen leaving when it aborts', async () => {
      const brain = scriptBrain([{ text: 'one two three four', faults: { type: 'stall', at: 2 } }])
      await using emulator = await startEmulator({ pace: 'instant', brain })
      const bedrock = client(emulator.url)
      const abort = new AbortController()
      const { stream } = await bedrock.send(new ConverseStreamCommand(hello), { abortSignal: abort.signal })
      await stream![Symbol.asyncIterator]().next()
      const began = performance.now()
      abort.abort()
      const entry = await emulator.journal.closed(undefined, 1_000)
      assert.equal(entry.events, 2)
      assert.ok(performance.now() - began < 1_000)
      bedrock.destroy()
    })
  })
}
