import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock'
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai'
import { demoBrain } from './brains/demo/demo.ts'
import { scriptBrain } from './brains/script.ts'
import { startEmulator } from './emulator.ts'
import { haiku } from './testing.ts'

// A Bedrock client that shares no code with the AWS SDK but the frame codec: its own signing, parsing and request forms.

test('the AI SDK streams text and usage', async () => {
  await using emulator = await startEmulator({
    pace: 'instant',
    brain: scriptBrain([{ text: ['Grüß ', 'Gott 👋'], usage: { inputTokens: 4, outputTokens: 6 } }]),
  })
  const bedrock = createAmazonBedrock({
    baseURL: emulator.url,
    region: 'us-east-1',
    accessKeyId: 'any',
    secretAccessKey: 'any',
  })
  const result = streamText({ model: bedrock(haiku), prompt: 'Hello' })
  assert.deepEqual(await Array.fromAsync(result.textStream), ['Grüß ', 'Gott 👋'])
  assert.equal(await result.finishReason, 'stop')
  const { inputTokens, outputTokens } = await result.usage
  assert.deepEqual([inputTokens, outputTokens], [4, 6])
})

test('the AI SDK runs a tool of ours that the demo model calls, with a bearer key', async () => {
  await using emulator = await startEmulator({ pace: 'instant', brain: demoBrain() })
  const bedrock = createAmazonBedrock({ baseURL: emulator.url, region: 'us-east-1', apiKey: 'any' })
  const current_time = tool({
    description: 'The current time in a given time zone.',
    inputSchema: jsonSchema<{ zone: string }>({
      type: 'object',
      properties: { zone: { type: 'string' } },
      required: ['zone'],
    }),
    execute: async ({ zone }) => `noon in ${zone}`,
  })
  const { text, steps } = await generateText({
    model: bedrock(haiku),
    prompt: 'What time is it in Oslo?',
    tools: { current_time },
    stopWhen: stepCountIs(3),
  })
  assert.equal(text, 'In Oslo it is now **noon in Europe/Oslo**.')
  assert.equal(steps.length, 2)
})
