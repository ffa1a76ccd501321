import assert from 'node:assert/strict'
import * as z from 'zod'
import { type Frame, ofType, type RawSocket } from '../harness/raw-socket.ts'
import { assertUsage } from './assert-usage.ts'

/** The strategy of contract 1, written from the contract alone. */
const Node = z.strictObject({
  id: z.string().min(1),
  type: z.enum(['trigger', 'condition', 'action', 'risk', 'output']),
  label: z.string(),
  detail: z.string(),
})
const Edge = z.strictObject({
  id: z.string().min(1),
  source: z.string(),
  target: z.string(),
  label: z.string().optional(),
})
const Guardrail = z.strictObject({
  id: z.string().min(1),
  label: z.string(),
  status: z.enum(['ok', 'warning', 'off']),
  detail: z.string(),
})
const Account = z.strictObject({ workspace: z.string(), section: z.string() })
const Metrics = z.strictObject({
  impact_monthly_return_delta_pct: z.number(),
  estimated_capital_required_usd: z.number(),
})
const Strategy = z.strictObject({
  account: Account,
  flowchart: z.strictObject({ nodes: z.array(Node), edges: z.array(Edge) }),
  degen_class: z.strictObject({ selected: z.enum(['High', 'Medium', 'Low']) }),
  strategy_metrics: Metrics,
  guardrails: z.strictObject({ enabled: z.array(Guardrail) }),
})
export type Strategy = z.infer<typeof Strategy>

/** The same while it arrives: anything may be missing, and what is there fits. */
const PartialStrategy = z
  .strictObject({
    account: Account.partial(),
    flowchart: z.strictObject({ nodes: z.array(Node.partial()), edges: z.array(Edge.partial()) }).partial(),
    degen_class: z.strictObject({ selected: z.enum(['High', 'Medium', 'Low']) }).partial(),
    strategy_metrics: Metrics.partial(),
    guardrails: z.strictObject({ enabled: z.array(Guardrail.partial()) }).partial(),
  })
  .partial()

export interface Built {
  readonly conversation: string
  readonly words: string
  readonly strategy: Strategy | null
  readonly partials: readonly Frame[]
  readonly errors: readonly Frame[]
  readonly frames: readonly Frame[]
}

/** Sends one frame and reads its answer, which must follow contract 1 to the letter. */
export async function askBuilder(socket: RawSocket, frame: unknown): Promise<Built> {
  socket.send(frame)
  return await readBuilder(socket)
}

/** Reads one answer. */
export async function readBuilder(socket: RawSocket): Promise<Built> {
  const frames = await socket.until(ofType('response'))
  const response = frames.at(-1)!
  assert.deepEqual(
    Object.keys(response).sort(),
    ['conversation_id', 'strategy_json', 'type', 'usage', 'user_message'],
    'a response has the fields of the contract',
  )
  assertUsage(response['usage'])

  const pieces = frames.filter(ofType('stream'))
  for (const piece of pieces) {
    assert.deepEqual(Object.keys(piece).sort(), ['content', 'type'])
    assert.ok(piece['content'].length > 0, 'no empty pieces')
  }
  const words = pieces.map((piece) => piece['content']).join('')
  assert.equal(words, response['user_message'], 'the pieces are the whole text')

  const partials = frames.filter(ofType('strategy'))
  for (const partial of partials) {
    assert.deepEqual(Object.keys(partial).sort(), ['partial', 'strategy_json', 'type'])
    PartialStrategy.parse(partial['strategy_json'])
  }
  const errors = frames.filter(ofType('error'))
  for (const error of errors) assertBuilderError(error)
  assert.equal(frames.length, pieces.length + partials.length + errors.length + 1, 'no other frames')

  const strategy = response['strategy_json'] === null ? null : parseStrategy(response['strategy_json'])
  if (strategy === null && partials.length > 0) assert.ok(errors.length > 0, 'no strategy, and an error says so')
  return { conversation: response['conversation_id'], words, strategy, partials, errors, frames }
}

export function assertBuilderError(frame: Frame): void {
  assert.deepEqual(Object.keys(frame).sort(), ['code', 'message', 'type'])
  assert.equal(frame['type'], 'error')
  assert.match(frame['code'], /^[a-z][a-z-]+$/)
  assert.match(frame['message'], /\w+ \w+/, 'a sentence')
}

/** The full schema, and what JSON Schema cannot say: ids are unique, edges name nodes. */
export function parseStrategy(value: unknown): Strategy {
  const strategy = Strategy.parse(value)
  const { nodes, edges } = strategy.flowchart
  const nodeIds = nodes.map(({ id }) => id)
  assert.equal(new Set(nodeIds).size, nodeIds.length, 'node ids are unique')
  assert.equal(new Set(edges.map(({ id }) => id)).size, edges.length, 'edge ids are unique')
  const guardrails = strategy.guardrails.enabled.map(({ id }) => id)
  assert.equal(new Set(guardrails).size, guardrails.length, 'guardrail ids are unique')
  for (const { source, target } of edges) assert.ok(nodeIds.includes(source) && nodeIds.includes(target))
  return strategy
}
