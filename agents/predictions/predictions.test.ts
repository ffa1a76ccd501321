import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConversationId, type Owner, StreambedError } from '@streambed/protocol'
import { memoryBus } from '../../packages/server/src/bus/memory.ts'
import { fireDue } from '../../packages/server/src/clockwork/clockwork.ts'
import { testGateway } from '../../packages/server/src/gateway/gateway.fixture.ts'
import { callsTools, type ScriptedAnswer, says, scriptedModel } from '../../packages/server/src/model/scripted.ts'
import { recordsOf } from '../../packages/server/src/records/records.ts'
import { createConversation } from '../../packages/server/src/runs/conversations.ts'
import { createEngine } from '../../packages/server/src/runs/engine.ts'
import { openConversation } from '../../packages/server/src/runs/open.ts'
import { memoryStore } from '../../packages/server/src/store/memory.ts'
import { calibration } from './calibration.ts'
import agent from './index.ts'
import { predictions } from './predictions.ts'

const rain = {
  prediction_statement: 'It rains in Bergen on 1 May 2027.',
  verification_date: '2027-05-01T21:59:59Z',
  date_reasoning: '"on 1 May 2027" is until that day has ended in Europe/Oslo.',
  verification_method: { source: ['yr.no'], criteria: ['More than 0 mm fell.'], steps: ['Look up the day.'] },
  initial_status: 'pending',
} as const

async function office() {
  const server = await testGateway([], { agents: [agent] })
  const ask = async (method: string, path: string, body?: unknown) => {
    const headers = { 'content-type': 'application/json' }
    const request = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) }
    const response = await fetch(`${server.url}/v1/predictions${path}`, request)
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }
  return { ask, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

test('a prediction is logged, judged once, and remembers it', async () => {
  await using home = await office()
  const { ask } = home
  const made = await ask('POST', '', { prediction: rain, status: 'verified_true', history: [], run: 'r_1' })
  assert.equal(made.status, 201)
  const { id, revision, createdAt, updatedAt, ...fields } = made.body
  assert.deepEqual(fields, {
    prediction: rain,
    run: 'r_1',
    note: '',
    status: 'pending',
    due: '2027-05-01T21:59:59Z',
    history: [{ status: 'pending', at: fields.history[0].at }],
    proposal: null,
    asked: [],
  })
  assert.deepEqual((await ask('GET', `/${id}`)).body, made.body)

  const judged = await ask('PATCH', `/${id}`, { status: 'verified_false', note: 'Not a drop.' })
  assert.deepEqual([judged.status, judged.body.status], [200, 'verified_false'])
  assert.deepEqual(
    judged.body.history.map(({ status, note }: { status: string; note?: string }) => [status, note]),
    [
      ['pending', undefined],
      ['verified_false', 'Not a drop.'],
    ],
  )
  assert.deepEqual(await ask('PATCH', `/${id}`, { status: 'verified_false' }), judged)
  for (const status of ['pending', 'verified_true', 'inconclusive'])
    assert.equal((await ask('PATCH', `/${id}`, { status })).body.error.code, 'record-refused')
  assert.equal((await ask('PATCH', `/${id}`, { status: 'maybe' })).body.error.code, 'bad-request')
  assert.equal((await ask('DELETE', `/${id}`)).status, 204)
  assert.equal((await ask('GET', `/${id}`)).status, 404)
})

test('the same prediction of one run is the same record, as an object or as the text of a complete frame', async () => {
  await using home = await office()
  const { ask } = home
  const first = (await ask('POST', '', { prediction: rain })).body.id
  assert.equal((await ask('POST', '', { prediction: JSON.stringify(rain) })).body.id, first)
  const offset = { ...rain, verification_date: '2027-05-01T23:59:59+02:00', extra: 1 }
  assert.equal((await ask('POST', '', { prediction: offset })).body.id, first)
  const ofRun = (await ask('POST', '', { prediction: rain, run: 'r_1' })).body.id
  assert.equal((await ask('POST', '', { prediction: rain, run: 'r_1' })).body.id, ofRun)
  const ofOther = (await ask('POST', '', { prediction: rain, run: 'r_2' })).body.id
  assert.equal(new Set([first, ofRun, ofOther]).size, 3)
  assert.equal((await ask('GET', '')).body.items.length, 3)
})

test('what is no prediction is refused', async () => {
  await using home = await office()
  const { ask } = home
  const wrong: unknown[] = [
    {},
    { prediction: 'It will rain' },
    { prediction: { ...rain, verification_date: 'soon' } },
    { prediction: { ...rain, verification_date: '2027-05-01' } },
    { prediction: { ...rain, verification_method: { source: 'yr.no', criteria: [], steps: [] } } },
    { prediction: { ...rain, initial_status: 'verified_true' } },
    { prediction: { ...rain, confidence: 80 } },
  ]
  for (const body of wrong) {
    const { status, body: answer } = await ask('POST', '', body)
    assert.deepEqual([status, answer.error?.code], [400, 'bad-request'], JSON.stringify(body))
  }
})

test('lists go by status, page by page', async () => {
  await using home = await office()
  const { ask } = home
  for (const n of [1, 2, 3]) {
    const { id } = (await ask('POST', '', { prediction: { ...rain, prediction_statement: `${n}` } })).body
    if (n !== 2) await ask('PATCH', `/${id}`, { status: 'inconclusive' })
  }
  const statements = async (query: string) => {
    const { items, cursor } = (await ask('GET', query)).body
    const said = items.map(({ prediction }: { prediction: typeof rain }) => prediction.prediction_statement)
    return { said, cursor }
  }
  assert.deepEqual((await statements('?status=pending')).said, ['2'])
  const { said, cursor } = await statements('?status=inconclusive&limit=1')
  assert.deepEqual(said, ['3'])
  assert.deepEqual(await statements(`?status=inconclusive&limit=1&cursor=${cursor}`), { said: ['1'], cursor: null })
  assert.equal((await ask('GET', '?status=maybe')).status, 400)
})

test('calibration waits for five judged predictions with a stated confidence', async () => {
  await using home = await office()
  const { ask } = home
  assert.deepEqual((await ask('GET', '/calibration')).body, {
    enough: false,
    judged: 0,
    missing: 5,
    message: '5 more judged predictions with a stated confidence will do.',
  })
  const outcomes = [
    [0.9, 'verified_true'],
    [0.9, 'verified_true'],
    [0.9, 'verified_false'],
    [0.1, 'verified_false'],
    [1, 'verified_true'],
    [0.5, 'inconclusive'],
    [undefined, 'verified_true'],
  ] as const
  for (const [confidence, status] of outcomes) {
    const prediction = { ...rain, prediction_statement: crypto.randomUUID(), confidence }
    const { id } = (await ask('POST', '', { prediction })).body
    await ask('PATCH', `/${id}`, { status })
  }
  const { body } = await ask('GET', '/calibration')
  assert.deepEqual(body, {
    enough: true,
    judged: 5,
    brier_score: 0.168, // (0.01 + 0.01 + 0.81 + 0.01 + 0) / 5
    buckets: [
      { from: 0, to: 0.2, count: 1, stated: 0.1, came_true: 0 },
      { from: 0.8, to: 1, count: 4, stated: 0.925, came_true: 0.75 },
    ],
  })
})

test('one more judged prediction may be enough', () => {
  const judged = Array.from({ length: 4 }, () => ({ status: 'verified_true', prediction: { confidence: 1 } }))
  assert.match(JSON.stringify(calibration(judged)), /1 more judged prediction with/)
  const five = calibration([...judged, judged[0]!])
  assert.ok(five.enough && five.brier_score === 0)
})

const ada: Owner = { org: 'lab', user: 'ada' }

/** An engine whose clock stands still until told. */
function waitingRoom(answers: readonly ScriptedAnswer[]) {
  let time = Date.parse('2027-04-30T12:00:00Z')
  const model = scriptedModel(answers)
  const engine = createEngine({
    store: memoryStore(),
    bus: memoryBus(),
    model,
    agents: new Map([[agent.name, agent]]),
    defaultAgent: agent.name,
    defaultModel: () => 'some-model',
    settings: { maxTokens: 1000, promptLimit: 32_000, leaseMs: 10_000 },
    log: { info() {}, warn() {}, error: (fields) => assert.fail(JSON.stringify(fields)) },
    now: () => new Date(time),
  })
  return {
    engine,
    model,
    mine: recordsOf(engine, ada)(predictions),
    async passTo(instant: string): Promise<void> {
      time = Date.parse(instant)
      await fireDue(engine, Date.parse('2027-04-30T12:00:00Z'))
      await Promise.all([...engine.active.values()].map(({ over }) => over))
    },
    fold: (id: ConversationId) => openConversation(engine.store, ada, id),
  }
}

const proposes = (id: string): ScriptedAnswer =>
  callsTools({
    name: 'propose_verdict',
    input: { prediction: id, verdict: 'inconclusive', evidence: ['yr.no: not reachable'], reasoning: 'Not seen.' },
  })

test('when its date comes, its conversation hears of it and the agent proposes a verdict; a person decides', async () => {
  const answers: ScriptedAnswer[] = []
  const { engine, mine, passTo, fold, model } = waitingRoom(answers)
  const { id: conversation } = await createConversation(engine, ada, {})
  const { id } = await mine.create({ prediction: rain, conversation })
  answers.push(proposes(id), says('I could not find out.'))

  await passTo('2027-05-01T21:59:58Z')
  assert.deepEqual((await fold(conversation)).notices, [])
  await passTo('2027-05-01T21:59:59Z')
  await passTo('2027-05-02T12:00:00Z') // nothing happens twice

  const { notices, messages } = await fold(conversation)
  assert.deepEqual(
    notices.map(({ kind, data, late }) => ({ kind, data, late })),
    [{ kind: 'prediction-due', data: { prediction: id, statement: rain.prediction_statement }, late: false }],
  )
  assert.equal(messages.length, 2)
  assert.match(JSON.stringify(model.requests[0]!.messages), /Look up the day\./)
  const judged = (await mine.get(id))!
  assert.equal(judged.status, 'pending')
  assert.deepEqual(judged.proposal, {
    verdict: 'inconclusive',
    evidence: ['yr.no: not reachable'],
    reasoning: 'Not seen.',
    at: '2027-05-01T21:59:59.000Z',
  })
  const { history } = await mine.patch(id, { status: 'verified_true' })
  assert.deepEqual(
    history.map(({ status }) => status),
    ['pending', 'verified_true'],
  )
})

test('a look that fails or says nothing is taken again, less and less often, and the date is told of once', async () => {
  const answers: ScriptedAnswer[] = [[new StreambedError('model-failed')], says('I would rather not.')]
  const { engine, mine, passTo, fold, model } = waitingRoom(answers)
  const { id: conversation } = await createConversation(engine, ada, {})
  const { id } = await mine.create({ prediction: rain, conversation })
  answers.push(proposes(id), says('I could not find out.'))

  await passTo('2027-05-01T21:59:59Z')
  await mine.patch(id, { note: 'I wonder.' })
  await passTo('2027-05-01T22:00:28Z')
  assert.equal(model.requests.length, 1)
  await passTo('2027-05-01T22:00:29Z')
  await passTo('2027-05-01T22:02:28Z')
  assert.deepEqual([model.requests.length, (await mine.get(id))!.proposal], [2, null])
  await passTo('2027-05-01T22:02:29Z')
  await passTo('2027-05-09T00:00:00Z')

  const { notices, messages } = await fold(conversation)
  assert.deepEqual([notices.length, messages.length, model.requests.length], [1, 6, 4])
  const judged = (await mine.get(id))!
  assert.equal(judged.proposal?.verdict, 'inconclusive')
  assert.deepEqual(judged.asked, ['2027-05-01T21:59:59.000Z', '2027-05-01T22:00:29.000Z', '2027-05-01T22:02:29.000Z'])
})

test('an agent that never proposes anything is left in peace after six times', async () => {
  const { engine, mine, passTo, model } = waitingRoom(Array.from({ length: 9 }, () => says('Who knows?')))
  const { id: conversation } = await createConversation(engine, ada, {})
  await mine.create({ prediction: rain, conversation })
  for (let day = 1; day < 12; day++) await passTo(`2027-05-${String(day).padStart(2, '0')}T23:00:00Z`)
  assert.equal(model.requests.length, 6)
  assert.equal(await engine.store.timers.next(), undefined)
})

test('what was judged or removed before its date stays quiet', async () => {
  const { engine, mine, passTo, fold } = waitingRoom([])
  const { id: conversation } = await createConversation(engine, ada, {})
  const [judged, removed] = [
    await mine.create({ prediction: rain, conversation }),
    await mine.create({ prediction: rain, conversation, run: 'r_2' }),
  ]
  await mine.patch(judged.id, { status: 'verified_false' })
  await mine.delete(removed.id)
  await passTo('2027-05-02T12:00:00Z')
  assert.deepEqual((await fold(conversation)).notices, [])
})

test('no verdict is proposed before the date, for another, or on what is judged', async () => {
  const answers: ScriptedAnswer[] = []
  const { engine, mine, passTo, fold } = waitingRoom(answers)
  const { id: conversation } = await createConversation(engine, ada, {})
  const later = await mine.create({ prediction: { ...rain, verification_date: '2028-01-01T00:00:00Z' } })
  const others = await recordsOf(engine, { org: 'lab', user: 'bob' })(predictions).create({ prediction: rain })
  const { id } = await mine.create({ prediction: { ...rain, verification_date: '2027-04-30T13:00:00Z' }, conversation })
  answers.push(proposes(later.id), proposes(others.id), proposes(id), says('Done.'))
  await passTo('2027-04-30T13:00:00Z')
  const results = (await fold(conversation)).messages
    .flatMap((message) => (message.role === 'assistant' ? message.blocks : []))
    .flatMap((block) => (block.type === 'tool' ? [block.error ?? block.output] : []))
  assert.deepEqual(results, [
    'It is not due before 2028-01-01T00:00:00Z.',
    `There is no logged prediction ${others.id}.`,
    'Proposed. The user sees it and decides.',
  ])
})
