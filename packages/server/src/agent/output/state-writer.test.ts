import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyPatch, type LiveState, type NewEvent, type RunId } from '@streambed/protocol'
import fc from 'fast-check'
import * as z from 'zod'
import { defineOutput, type Output } from './output.ts'
import { stateWriter } from './state-writer.ts'

const Plan = z.object({
  name: z.string().min(1),
  risk: z.object({ level: z.enum(['High', 'Medium', 'Low']) }),
  steps: z.array(z.object({ id: z.string(), label: z.string(), done: z.boolean().optional() })),
  price: z.number().optional(),
})
const Partial = z.object({
  name: Plan.shape.name.optional(),
  risk: Plan.shape.risk.partial().optional(),
  steps: Plan.shape.steps.optional(),
  price: z.number().optional(),
})
const output = defineOutput({ name: 'plan', schema: Plan })
const run = 'r_1' as RunId
const empty: LiveState = { revision: 0, value: null, undo: [], redo: [] }
const plan = {
  name: 'A',
  risk: { level: 'Low' },
  steps: [
    { id: 'a', label: 'Go' },
    { id: 'b', label: 'Stop' },
  ],
}

async function write(
  chunks: readonly string[],
  before = empty,
  as: Output = output,
): Promise<{ states: unknown[]; error: string | null }> {
  const writer = stateWriter(as, run, before)
  const states: unknown[] = []
  let { value, revision } = before
  const take = (events: readonly NewEvent[]): void => {
    for (const event of events) {
      assert.equal(event.type, 'state')
      if (event.type !== 'state') continue
      assert.equal(event.revision, ++revision)
      value = applyPatch(value, event.patch)
      states.push(value)
    }
  }
  writer.begin()
  for (const chunk of chunks) {
    writer.push(chunk)
    take(await writer.changes())
  }
  const { events, error } = await writer.finish()
  take(events)
  if (error) take(writer.giveUp())
  return { states, error }
}

test('the state grows while the text arrives, and is the whole at the end', async () => {
  const text = JSON.stringify(plan)
  const { states, error } = await write([...text])
  assert.equal(error, null)
  assert.deepEqual(states.at(-1), plan)
  assert.deepEqual(states.slice(0, 3), [
    { name: 'A' },
    { name: 'A', risk: { level: 'Low' } },
    { name: 'A', risk: { level: 'Low' }, steps: [plan.steps[0]] },
  ])
})

test('a later output changes what it says, and what it leaves out goes at the end', async () => {
  const next = { ...plan, name: 'B', steps: [{ id: 'c', label: 'New' }] }
  const { states } = await write([...JSON.stringify(next)], { ...empty, revision: 7, value: { ...plan, price: 5 } })
  assert.deepEqual(states.at(-1), next)
  const [first] = states
  assert.deepEqual(first, { ...plan, price: 5, name: 'B' })
})

test('a fence around it, and words after it, are passed over', async () => {
  const { states, error } = await write(['Here:\n```json\n', JSON.stringify(plan), '\n```\nDone {"'])
  assert.deepEqual([states.at(-1), error], [plan, null])
})

test('a name that no patch may reach stands in the state all the same, once the output is whole', async () => {
  const season = defineOutput({
    name: 'season',
    schema: z.object({ winner: z.record(z.string(), z.object({ points: z.number() })), year: z.number() }),
  })
  const winner = { driver: { points: 575 }, constructor: { points: 860 }, prototype: { points: 0 } }
  const { states, error } = await write([...JSON.stringify({ winner, year: 2023 })], empty, season)
  assert.equal(error, null)
  assert.deepEqual(states, [
    { winner: { driver: { points: 575 } } },
    { winner: { driver: { points: 575 } }, year: 2023 },
    { winner, year: 2023 },
  ])
})

for (const [name, text, words] of [
  ['broken JSON', '{"name":"A",,', /not valid JSON/],
  ['JSON that ends in the middle', '{"name":"A","risk":', /not valid JSON.*ends|Unexpected/],
  ['no JSON at all', 'Sorry, I cannot', /no JSON object/],
  ['what does not fit', '{"name":"A","risk":{"level":"Huge"},"steps":[]}', /level/],
] as const) {
  test(`${name} is told in words, and the state before comes back`, async () => {
    const before = { ...empty, revision: 3, value: plan }
    const { states, error } = await write([...text], before)
    assert.match(error!, words)
    assert.deepEqual(states.at(-1) ?? plan, plan)
  })
}

test('at every step the state fits the schema as far as it goes, whatever the model writes', async () => {
  const anything = fc.record(
    {
      name: fc.oneof(fc.string(), fc.integer()),
      risk: fc.oneof(fc.record({ level: fc.constantFrom('High', 'Low', 'None', 3) }), fc.string()),
      steps: fc.array(
        fc.oneof(fc.record({ id: fc.string(), label: fc.oneof(fc.string(), fc.boolean()) }), fc.integer()),
      ),
      price: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string()),
      ['__proto__']: fc.string(),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(anything, fc.integer({ min: 1, max: 9 }), async (value, size) => {
      const text = JSON.stringify(value)
      const chunks = text.match(new RegExp(`.{1,${size}}`, 'gsu')) ?? []
      const { states, error } = await write(chunks)
      for (const state of states) assert.ok(Partial.safeParse(state).success, JSON.stringify(state))
      const fits = Plan.safeParse(JSON.parse(text))
      assert.equal(error === null, fits.success)
      if (fits.success) assert.deepEqual(states.at(-1), JSON.parse(JSON.stringify(fits.data)))
      assert.deepEqual(Object.keys(Object.prototype), [])
    }),
    { numRuns: 500 },
  )
})
