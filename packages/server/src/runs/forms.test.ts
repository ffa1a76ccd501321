import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Form, type LoggedEvent, newRequestId, type Owner, type RequestId, textOf } from '@streambed/protocol'
import * as z from 'zod'
import { defineAgent } from '../agent/agent.ts'
import { WrongInput } from '../agent/form.ts'
import { defineTool } from '../agent/tool.ts'
import { memoryBus } from '../bus/memory.ts'
import { callsTools, type ScriptedAnswer, says, scriptedModel } from '../model/scripted.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { type Accepted, createEngine, type Engine } from './engine.ts'
import { followRun } from './follow.ts'
import { answerForm } from './forms.ts'
import { openConversation } from './open.ts'
import { recover } from './recover.ts'
import { retry, send } from './start.ts'

const ada: Owner = { org: 'lab', user: 'ada' }
const eve: Owner = { org: 'lab', user: 'eve' }

/** An inn that books rooms, and its book. */
function inn(answers: readonly ScriptedAnswer[], store: Store = memoryStore(), booked: unknown[] = []) {
  const book = defineTool({
    name: 'book_room',
    description: 'Books a room.',
    form: true,
    input: z.object({
      nights: z.int().min(1, 'at least one night').max(14),
      name: z.string().min(2),
      breakfast: z.boolean().optional(),
    }),
    async run(input) {
      if (input.name === 'Nobody') throw new WrongInput({ name: 'We know no such guest.' })
      await booked.push(input)
      return `Room ${booked.length}`
    },
  })
  const model = scriptedModel(answers)
  const engine = createEngine({
    store,
    bus: memoryBus(),
    model,
    agents: new Map([['inn', defineAgent({ name: 'inn', instructions: 'Book.', tools: [book] })]]),
    defaultAgent: 'inn',
    defaultModel: () => 'some-model',
    settings: { maxTokens: 1000, promptLimit: 1000, leaseMs: 10_000 },
    log: { info() {}, warn() {}, error() {} },
  })
  return { engine, model, booked, store }
}

const asks = (input: object): ScriptedAnswer => callsTools({ name: 'book_room', input })
const say = (engine: Engine, text: string, more: object = {}) =>
  send(engine, ada, { requestId: newRequestId(), text, ...more })

async function eventsOf(engine: Engine, accepted: Pick<Accepted, 'conversation' | 'run' | 'position'>) {
  const events: LoggedEvent[] = []
  for await (const batch of followRun(engine, ada, accepted, AbortSignal.timeout(5_000))) events.push(...batch)
  return events
}

/** Says something that leads to a form, and gives the form. */
async function asked(engine: Engine, text = 'A room, please') {
  const accepted = await say(engine, text)
  await eventsOf(engine, accepted)
  return { conversation: accepted.conversation, form: await formOf(engine, accepted) }
}

async function formOf(engine: Engine, { conversation }: Pick<Accepted, 'conversation'>): Promise<Form> {
  return (await openConversation(engine.store, ada, conversation)).forms.at(-1)!
}

const submit = (values: Record<string, unknown>, requestId: RequestId = newRequestId()) => ({
  requestId,
  action: 'submit' as const,
  values,
})
const cancelled = { requestId: newRequestId(), action: 'cancel' as const, values: {} }

test('what is missing or wrong is asked for by a form, with what is right filled in', async () => {
  const { engine, model } = inn([asks({ nights: 0, breakfast: true, view: 'sea' }), says('Who for, and how long?')])
  const { form } = await asked(engine)
  const { id: _, run: _run, schema, ...rest } = form
  assert.deepEqual(rest, {
    tool: 'book_room',
    values: { breakfast: true },
    missing: ['name'],
    errors: [{ field: 'nights', message: 'at least one night' }],
    status: 'open',
  })
  assert.deepEqual(schema['required'], ['nights', 'name'])
  const result = model.requests[1]!.messages.at(-1)!.content[0]!
  assert.match(JSON.stringify(result), /It still needs: name\. nights: at least one night/)
})

test('a form that was sent runs its tool with just these values, once, before the model speaks', async () => {
  const { engine, booked, model } = inn([asks({ nights: 2 }), says('Who for?'), says('Booked.')])
  const { conversation, form } = await asked(engine)
  const request = submit({ name: 'Ada' })
  const [first, again] = await Promise.all([
    answerForm(engine, ada, conversation, form.id, request),
    answerForm(engine, ada, conversation, form.id, request),
  ])
  assert.deepEqual(again, first)
  const events = await eventsOf(engine, { ...first, run: first.run! })
  assert.deepEqual(await answerForm(engine, ada, conversation, form.id, request), first)
  assert.deepEqual(booked, [{ nights: 2, name: 'Ada' }])
  assert.deepEqual(
    events.map(({ type }) => type).filter((type) => !['usage', 'step-end', 'text-end'].includes(type)),
    [
      'message',
      'run-start',
      'tool-start',
      'tool-call',
      'tool-result',
      'step-start',
      'text-start',
      'text-delta',
      'run-end',
    ],
  )
  const { messages } = model.requests[2]!
  assert.deepEqual(
    messages.slice(-2).map(({ role, content }) => [role, content[0]!.type]),
    [
      ['assistant', 'tool-use'],
      ['user', 'tool-result'],
    ],
  )
  assert.equal((await formOf(engine, { conversation })).status, 'submitted')
  await assert.rejects(answerForm(engine, ada, conversation, form.id, submit({ name: 'Bob' })), { code: 'form-closed' })
})

test('wrong values come back on the same form, and nothing runs', async () => {
  const { engine, booked } = inn([asks({ nights: 2 }), says('Who for?')])
  const { conversation, form } = await asked(engine)
  const bad = submit({ name: 'X', nights: 99, breakfast: false })
  await assert.rejects(answerForm(engine, ada, conversation, form.id, bad), { code: 'form-refused', status: 422 })
  const { position } = await openConversation(engine.store, ada, conversation)
  await assert.rejects(answerForm(engine, ada, conversation, form.id, bad), { code: 'form-refused' })
  const after = await openConversation(engine.store, ada, conversation)
  assert.deepEqual([after.position, booked, after.forms.length], [position, [], 1])
  const [back] = after.forms
  assert.deepEqual(
    [back!.id, back!.status, back!.values, back!.missing, back!.errors.map(({ field }) => field)],
    [form.id, 'open', { breakfast: false }, [], ['nights', 'name']],
  )
})

test('what only the tool can know to be wrong comes back on the same form', async () => {
  const { engine, booked } = inn([asks({}), says('Who for?'), says('We know no Nobody.'), says('Booked.')])
  const { conversation, form } = await asked(engine)
  const sent = await answerForm(engine, ada, conversation, form.id, submit({ name: 'Nobody', nights: 1 }))
  await eventsOf(engine, { ...sent, run: sent.run! })
  const back = await formOf(engine, { conversation })
  assert.deepEqual(
    [back.id, back.status, back.values, back.errors],
    [form.id, 'open', { nights: 1 }, [{ field: 'name', message: 'We know no such guest.' }]],
  )
  const good = await answerForm(engine, ada, conversation, form.id, submit({ name: 'Somebody' }))
  await eventsOf(engine, { ...good, run: good.run! })
  assert.deepEqual(
    [booked, (await formOf(engine, { conversation })).status],
    [[{ nights: 1, name: 'Somebody' }], 'submitted'],
  )
})

test('an answer in words closes the form when the tool has run', async () => {
  const half = [asks({ nights: 2 }), says('Who for?'), asks({ nights: 3 }), says('Who for?')]
  const { engine } = inn([...half, asks({ nights: 3, name: 'Ada' }), says('Booked.')])
  const { conversation, form } = await asked(engine)
  await eventsOf(engine, await say(engine, 'Make it three nights', { conversation }))
  const between = await formOf(engine, { conversation })
  assert.deepEqual([between.id, between.status, between.values], [form.id, 'open', { nights: 3 }])
  await eventsOf(engine, await say(engine, 'Ada', { conversation }))
  const { forms } = await openConversation(engine.store, ada, conversation)
  assert.deepEqual(
    forms.map(({ id, status }) => [id, status]),
    [[form.id, 'answered']],
  )
})

test('a form can be cancelled, twice even, and then not be sent', async () => {
  const { engine, booked } = inn([asks({ nights: 2 }), says('Who for?')])
  const { conversation, form } = await asked(engine)
  const { position } = await answerForm(engine, ada, conversation, form.id, cancelled)
  assert.deepEqual((await answerForm(engine, ada, conversation, form.id, cancelled)).position, position)
  await assert.rejects(answerForm(engine, ada, conversation, form.id, submit({ name: 'Ada' })), { code: 'form-closed' })
  assert.deepEqual([booked, (await formOf(engine, { conversation })).status], [[], 'cancelled'])
})

test('nobody else can answer a form', async () => {
  const { engine } = inn([asks({ nights: 2 }), says('Who for?')])
  const { conversation, form } = await asked(engine)
  await assert.rejects(answerForm(engine, eve, conversation, form.id, submit({ name: 'Eve' })), { code: 'not-found' })
  await assert.rejects(answerForm(engine, eve, conversation, form.id, cancelled), { code: 'not-found' })
})

test('a form outlives the server: sent before a restart it is used after it, sent after it as well', async () => {
  const store = memoryStore()
  const booked: unknown[] = []
  const before = inn([asks({ nights: 2 }), says('Who for?'), asks({ nights: 1 }), says('Who for?')], store, booked)
  const one = await asked(before.engine)
  const two = await asked(before.engine, 'Another room')
  before.engine.active.clear()
  const silent: Engine = { ...before.engine, store: { ...store, claim: async () => undefined } } // dies before it begins
  const accepted = await answerForm(silent, ada, one.conversation, one.form.id, submit({ name: 'Ada' }))
  assert.deepEqual(booked, [])

  const { engine } = inn([says('Booked.'), says('Booked.')], store, booked)
  await recover(engine)
  await eventsOf(engine, { ...accepted, run: accepted.run! })
  const other = await answerForm(engine, ada, two.conversation, two.form.id, submit({ name: 'Bob' }))
  await eventsOf(engine, { ...other, run: other.run! })
  assert.deepEqual(booked, [
    { nights: 2, name: 'Ada' },
    { nights: 1, name: 'Bob' },
  ])
})

test('a form whose run was cut before its tool was done is open again, with what was sent', async () => {
  let now = Date.now()
  const store = memoryStore({ now: () => now })
  const gate = Promise.withResolvers<void>()
  const { engine } = inn([asks({ nights: 2 }), says('Who for?')], store, { push: () => gate.promise } as never)
  const { conversation, form } = await asked(engine)
  const sent = await answerForm(engine, ada, conversation, form.id, submit({ name: 'Ada' }))
  for await (const batch of followRun(engine, ada, { ...sent, run: sent.run! }, AbortSignal.timeout(5_000))) {
    if (batch.some(({ type }) => type === 'tool-call')) break
  }
  now += 10_001 // its server is gone

  const { engine: next, booked } = inn([says('Booked.')], store)
  await recover(next)
  await eventsOf(next, { ...sent, run: sent.run! })
  const again = await formOf(next, { conversation })
  assert.deepEqual([again.id, again.status, again.values], [form.id, 'open', { nights: 2, name: 'Ada' }])
  const twice = await answerForm(next, ada, conversation, form.id, submit({}))
  await eventsOf(next, { ...twice, run: twice.run! })
  assert.deepEqual([booked, (await formOf(next, { conversation })).status], [[{ nights: 2, name: 'Ada' }], 'submitted'])
})

test('a retry of a form’s answer uses the same values under the same call', async () => {
  const { engine, booked } = inn([asks({ nights: 2 }), says('Who for?'), says('Booked.'), says('Booked again.')])
  const { conversation, form } = await asked(engine)
  const sent = await answerForm(engine, ada, conversation, form.id, submit({ name: 'Ada' }))
  const first = await eventsOf(engine, { ...sent, run: sent.run! })
  const retried = await retry(engine, ada, sent.run!)
  const second = await eventsOf(engine, retried)
  const callsOf = (events: readonly LoggedEvent[]) => events.flatMap((e) => (e.type === 'tool-call' ? [e.call] : []))
  assert.deepEqual(callsOf(second), callsOf(first))
  assert.equal(booked.length, 2)
  const { messages } = await openConversation(engine.store, ada, conversation)
  assert.equal(textOf(messages.at(-1)!), 'Booked again.')
})
