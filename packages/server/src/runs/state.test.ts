import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConversationId, newRequestId, type Owner, type RequestId } from '@streambed/protocol'
import * as z from 'zod'
import { defineAgent } from '../agent/agent.ts'
import { defineOutput } from '../agent/output/output.ts'
import { memoryBus } from '../bus/memory.ts'
import { type ScriptedAnswer, says, scriptedModel } from '../model/scripted.ts'
import { memoryStore } from '../store/memory.ts'
import { createEngine, type Engine } from './engine.ts'
import { openConversation } from './open.ts'
import { send } from './start.ts'
import { editState, redo, stateAt, stateChanges, undo } from './state.ts'

const owner: Owner = { org: 'acme', user: 'ada' }
const Plan = z.object({ name: z.string(), steps: z.array(z.string()) })
const wrote = (plan: z.infer<typeof Plan>): ScriptedAnswer =>
  says(`<user_message>Look.</user_message><backend>${JSON.stringify(plan)}</backend>`)
const first = { name: 'A', steps: ['x'] }
const second = { name: 'B', steps: ['x', 'y'] }

async function planned(...plans: z.infer<typeof Plan>[]): Promise<{ engine: Engine; id: ConversationId }> {
  const agent = defineAgent({
    name: 'planner',
    instructions: 'Plan.',
    output: defineOutput({ name: 'plan', schema: Plan }),
  })
  const engine = createEngine({
    store: memoryStore(),
    bus: memoryBus(),
    model: scriptedModel(plans.map(wrote)),
    agents: new Map([['planner', agent]]),
    defaultAgent: 'planner',
    defaultModel: () => 'm',
    settings: { maxTokens: 1000, promptLimit: 1000, leaseMs: 10_000 },
    log: { info() {}, warn() {}, error() {} },
  })
  let id: ConversationId | undefined
  for (const _ of plans) {
    const accepted = await send(engine, owner, { requestId: newRequestId(), text: 'Go', conversation: id })
    id = accepted.conversation
    await engine.active.get(accepted.run)?.over
  }
  return { engine, id: id! }
}

test('the state is known at every place of the log', async () => {
  const { engine, id } = await planned(first, second)
  assert.deepEqual((await stateAt(engine.store, owner, id)).value, second)
  const changes = await stateChanges(engine.store, owner, id)
  const seen = await Promise.all(changes.map(({ seq }) => stateAt(engine.store, owner, id, seq)))
  assert.deepEqual(
    seen.map(({ revision }) => revision),
    changes.map((_, i) => i + 1),
  )
  assert.deepEqual((await stateAt(engine.store, owner, id, 0)).value, null)
  await assert.rejects(stateAt(engine.store, owner, id, 9_999), { code: 'position-lost' })
  await assert.rejects(stateAt(engine.store, { org: 'acme', user: 'eve' }, id), { code: 'not-found' })
})

test('a person edits, and the model sees it on its next turn', async () => {
  const { engine, id } = await planned(first)
  const { revision } = await stateAt(engine.store, owner, id)
  const state = await editState(engine, owner, id, {
    revision,
    patch: [{ op: 'replace', path: '/name', value: 'Mine' }],
  })
  assert.deepEqual(state.value, { ...first, name: 'Mine' })
  const accepted = await send(engine, owner, { requestId: 'q' as RequestId, text: 'Go on', conversation: id })
  await engine.active.get(accepted.run)?.over
  const { requests } = engine.model as ReturnType<typeof scriptedModel>
  assert.match(JSON.stringify(requests.at(-1)!.messages), /Mine/)
})

test('an edit of an old revision, of a path that is not there, or that does not fit, is refused', async () => {
  const { engine, id } = await planned(first)
  const { revision } = await stateAt(engine.store, owner, id)
  for (const [edit, code] of [
    [{ revision: revision - 1, patch: [{ op: 'remove', path: '/name' }] }, 'state-changed'],
    [{ revision, patch: [{ op: 'replace', path: '/nothing/there', value: 1 }] }, 'bad-request'],
    [{ revision, patch: [{ op: 'replace', path: '/name', value: 1 }] }, 'bad-request'],
    [{ revision, patch: [{ op: 'add', path: '/__proto__/x', value: 1 }] }, 'bad-request'],
  ] as const) {
    await assert.rejects(editState(engine, owner, id, edit), { code })
  }
  assert.deepEqual((await stateAt(engine.store, owner, id)).value, first)
})

test('an edit cannot put in what the schema has no place for, nor make the state larger than 256 KiB', async () => {
  const { engine, id } = await planned(first)
  const { revision } = await stateAt(engine.store, owner, id)
  const add = (path: string, value: unknown) =>
    editState(engine, owner, id, { revision, patch: [{ op: 'add', path, value }] })
  await assert.rejects(add('/extra', 'x'.repeat(1000)), { code: 'bad-request', message: /no field \/extra/ })
  await assert.rejects(add('', { ...first, by: { a: 1 } }), { code: 'bad-request', message: /no field \/by/ })
  await assert.rejects(add('/name', 'é'.repeat(140_000)), { code: 'state-too-large' })
  assert.deepEqual((await stateAt(engine.store, owner, id)).value, first)
  assert.equal((await add('/name', 'é'.repeat(100_000))).revision, revision + 1)
})

test('what was taken back in one place is not taken back once more in another', async () => {
  const { engine, id } = await planned(first, second)
  const { revision } = await stateAt(engine.store, owner, id)
  const both = await Promise.allSettled([undo(engine, owner, id, revision), undo(engine, owner, id, revision)])
  assert.deepEqual(
    both.map((one) => (one.status === 'fulfilled' ? one.value.value : one.reason.code)),
    [first, 'state-changed'],
  )
  await assert.rejects(redo(engine, owner, id, revision), { code: 'state-changed' })
  assert.deepEqual((await redo(engine, owner, id, revision + 1)).value, second)
})

test('undo and redo go back and forth through runs and edits, each as a whole', async () => {
  const { engine, id } = await planned(first, second)
  const { revision } = await stateAt(engine.store, owner, id)
  const edited = { ...second, name: 'C' }
  await editState(engine, owner, id, { revision, patch: [{ op: 'replace', path: '/name', value: 'C' }] })
  const value = async (): Promise<unknown> => (await openConversation(engine.store, owner, id)).state.value
  const walk = [
    [undo, second],
    [undo, first],
    [redo, second],
    [redo, edited],
    [undo, second],
    [undo, first],
    [undo, null],
    [redo, first],
  ] as const
  for (const [step, expected] of walk) {
    assert.deepEqual((await step(engine, owner, id)).value, expected)
    assert.deepEqual(await value(), expected)
  }
  await undo(engine, owner, id)
  await assert.rejects(undo(engine, owner, id), { code: 'nothing-to-undo' })
})
