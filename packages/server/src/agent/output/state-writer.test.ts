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
  steps: z
    .array(z.object({ id: z.string(), label: z.string(), done: z.boolean().optional() }))
    .max(4)
    .refine((steps) => new Set(steps.map(({ id }) => id)).size === steps.length, 'an id is there twice'),
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

for (const [name, steps, shown] of [
  ['more items than a list may have', [1, 2, 3, 4, 5, 6], 4],
  ['an item that its list may not have beside the others', [1, 2, 1, 3], 2],
] as const) {
  test(`${name} never get into the state, which becomes what it was before; nothing where it was nothing`, async () => {
    const items = steps.map((n) => ({ id: `s${n}`, label: 'Go' }))
    const { states, error } = await write([...JSON.stringify({ ...plan, steps: items, price: 5 })])
    assert.notEqual(error, null)
    for (const state of states.slice(0, -1)) assert.ok(Partial.safeParse(state).success, JSON.stringify(state))
    assert.deepEqual(states.slice(-2), [{ ...plan, steps: items.slice(0, shown) }, null])
  })
}

test('a list with a least length comes when it has that', async () => {
  const pair = defineOutput({ name: 'pair', schema: z.object({ of: z.array(z.int()).min(2), name: z.string() }) })
  const { states } = await write([...JSON.stringify({ of: [1, 2, 3], name: 'A' })], empty, pair)
  assert.deepEqual(states, [{ of: [1, 2] }, { of: [1, 2, 3] }, { of: [1, 2, 3], name: 'A' }])
})

test('what must fit together changes together', async () => {
  const chart = z
    .object({ nodes: z.array(z.string()), edges: z.array(z.string()) })
    .refine(({ nodes, edges }) => edges.every((edge) => nodes.includes(edge)), 'an edge names no node')
  const drawn = defineOutput({ name: 'drawing', schema: z.object({ chart, title: z.string() }) })
  const first = { chart: { nodes: ['a', 'b'], edges: ['a'] }, title: 'One' }
  const next = { title: 'Two', chart: { nodes: ['c', 'd'], edges: ['d'] } }
  const { states } = await write([...JSON.stringify(next)], { ...empty, value: first }, drawn)
  assert.deepEqual(states, [
    { ...first, title: 'Two' },
    { chart: { nodes: ['c', 'd'], edges: ['d'] }, title: 'Two' },
  ])
})

test('what was whole once is what stays when a later one does not fit', async () => {
  const writer = stateWriter(output, run, empty)
  const end = async (text: string): Promise<readonly NewEvent[]> => {
    writer.begin()
    writer.push(text)
    return [...(await writer.changes()), ...(await writer.finish()).events]
  }
  const events = [...(await end(JSON.stringify(plan))), ...(await end('{"name":"B","steps":[]')), ...writer.giveUp()]
  const states = statesOf(events)
  assert.deepEqual(states.at(-1), plan)
  assert.deepEqual(statesOf([...events, ...writer.takeBack()]).at(-1), null)
})

test('an output is at most 256 KiB as JSON', async () => {
  const { states, error } = await write([JSON.stringify({ ...plan, name: 'é'.repeat(140_000) })])
  assert.match(error!, /256 KiB/)
  assert.equal(states.at(-1), null)
})

function statesOf(events: readonly NewEvent[]): readonly unknown[] {
  let value: unknown = null
  return events.flatMap((event) => (event.type === 'state' ? [(value = applyPatch(value, event.patch))] : []))
}

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
        fc.oneof(
          { weight: 9, arbitrary: fc.record({ id: fc.string({ maxLength: 2 }), label: fc.string() }) },
          fc.record({ id: fc.string(), label: fc.boolean() }),
          fc.integer(),
        ),
        { maxLength: 6 },
      ),
      price: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string()),
      ['__proto__']: fc.string(),
    },
    { requiredKeys: [] },
  )
  const before = fc.constantFrom(empty, { ...empty, value: plan, revision: 2 })
  await fc.assert(
    fc.asyncProperty(anything, before, fc.integer({ min: 1, max: 9 }), async (value, before, size) => {
      const text = JSON.stringify(value)
      const chunks = text.match(new RegExp(`.{1,${size}}`, 'gsu')) ?? []
      const { states, error } = await write(chunks, before)
      if (error !== null) assert.deepEqual(states.length > 0 ? states.pop() : before.value, before.value)
      for (const state of states) assert.ok(Partial.safeParse(state).success, JSON.stringify(state))
      const fits = Plan.safeParse(JSON.parse(text))
      assert.equal(error === null, fits.success)
      if (fits.success) assert.deepEqual(states.at(-1), JSON.parse(JSON.stringify(fits.data)))
      assert.deepEqual(Object.keys(Object.prototype), [])
    }),
    { numRuns: 500 },
  )
})
