import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Model, startEmulator } from '@streambed/emulator'
import { openHouse } from './harness/house.ts'
import { request } from './harness/request.ts'

const TEXT = 'I have $5000 and want a conservative strategy with 3% monthly returns'
/** The house's model, in an account where it cannot be held to a schema. */
const older: Model = {
  id: 'anthropic.claude-haiku-4-5-20251001-v1:0',
  name: 'Claude Haiku 4.5',
  provider: 'Anthropic',
  profiles: ['us'],
  contextTokens: 200_000,
  maxOutputTokens: 64_000,
  thinking: 'budget',
}

interface Asked {
  readonly outputConfig?: object
}

/** Asks the strategy builder for a strategy. Returns its words, its strategy, and what Bedrock was asked. */
async function strategy(models: readonly Model[]) {
  await using emulator = await startEmulator({ pace: 'instant', models })
  await using house = await openHouse({ bedrockUrl: emulator.url })
  const v1 = `${house.url}/v1/conversations`
  const { id } = (await request('POST', v1, { agent: 'strategy-builder' })).body as { id: string }
  await request('POST', `${v1}/${id}/messages`, { requestId: 'q-1', text: TEXT })
  const events: { type: string; text?: string; seq: number; reason?: string }[] = []
  while (events.at(-1)?.type !== 'run-end') {
    const after = events.at(-1)?.seq ?? 0
    const page = await request('GET', `${v1}/${id}/events?after=${after}&wait=10`)
    events.push(...(page.body as unknown as { events: typeof events }).events)
  }
  const state = (await request('GET', `${v1}/${id}/state`)).body as { value?: { degen_class: object } }
  const words = events.flatMap(({ type, text = '' }) => (type === 'text-delta' ? [text] : [])).join('')
  const asked = emulator.journal.entries.filter(({ operation }) => operation === 'ConverseStream')
  return {
    words,
    risk: state.value?.degen_class,
    reason: events.at(-1)!.reason,
    held: asked.map(({ body }) => (body as Asked).outputConfig !== undefined),
  }
}

test('an agent’s output is held to its schema by Bedrock where the model can be, and comes in sections elsewhere', async () => {
  const { words, ...held } = await strategy([])
  assert.deepEqual(held, { risk: { selected: 'Low' }, reason: 'done', held: [true] })
  const free = await strategy([older])
  assert.deepEqual(free, { words, risk: { selected: 'Low' }, reason: 'done', held: [true, false] })
  assert.match(words, /\$5,000/)
})
