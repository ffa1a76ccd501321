import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type BaseEvent, HttpAgent, type Message, type RunFinishedEvent } from '@ag-ui/client'
import { EventSchema } from '@ag-ui/core/schemas'
import { scriptBrain, startEmulator } from '@streambed/emulator'
import { openClerk } from './harness/clerk.ts'
import { type House, openHouse } from './harness/house.ts'
import type { Frame } from './harness/raw-socket.ts'
import { request } from './harness/request.ts'

// AG-UI 1.0, by its own `HttpAgent`, unchanged. It checks the order of the events, and warns of what it does not know.

const warnings: unknown[] = []
console.warn = (...words) => void warnings.push(words)

const urlOf = (house: House, agent = 'assistant') => `${house.url}/api/ag-ui/${agent}`

const agentOf = (house: House, threadId: string, agent?: string, initialMessages: Message[] = []) =>
  new HttpAgent({ url: urlOf(house, agent), threadId, initialMessages })

/** Says something, and gives the events of the run as the client has taken them. */
async function say(agent: HttpAgent, words: string, runId: string = crypto.randomUUID()): Promise<BaseEvent[]> {
  agent.addMessage({ id: `u-${runId}`, role: 'user', content: words })
  return run(agent, { runId })
}

async function run(agent: HttpAgent, input: Parameters<HttpAgent['runAgent']>[0]): Promise<BaseEvent[]> {
  const events: BaseEvent[] = []
  await agent.runAgent(input, { onEvent: ({ event }) => void events.push(event) })
  for (const event of events) assert.ok(EventSchema.safeParse(event).success, JSON.stringify(event))
  return events
}

const typesOf = (events: readonly BaseEvent[]) => new Set(events.map(({ type }) => String(type)))

function lastWords({ messages }: HttpAgent): string {
  const answer = messages.findLast(({ role }) => role === 'assistant')
  return typeof answer?.content === 'string' ? answer.content : ''
}

const stored = async (house: House, id: string) => (await request('GET', `${house.url}/v1/conversations/${id}`)).body

function bodyOf(threadId: string, runId: string, text: string, more: object = {}): object {
  const messages = [{ id: `u-${runId}`, role: 'user', content: text }]
  return { threadId, runId, messages, state: {}, tools: [], context: [], ...more }
}

describe('AG-UI', () => {
  let house: House
  before(async () => {
    house = await openHouse()
  })
  after(() => house[Symbol.asyncDispose]())

  test('a message is answered, the next one goes on, and both are one conversation', async () => {
    const agent = agentOf(house, 'agui-talk')
    const events = await say(agent, 'My name is Philippa')
    assert.equal(events[0]!.type, 'RUN_STARTED')
    const { outcome, usage } = events.at(-1) as RunFinishedEvent
    assert.deepEqual(outcome, { type: 'success' })
    assert.deepEqual(Object.keys(usage![0]!).toSorted(), [
      'cacheWriteInputTokens',
      'cachedInputTokens',
      'inputTokens',
      'model',
      'outputTokens',
      'provider',
    ])
    await say(agent, 'What is my name?')
    assert.match(lastWords(agent), /Philippa/)
    const { messages } = await stored(house, 'agui-talk')
    assert.deepEqual(
      messages.map(({ role }: Frame) => role),
      ['user', 'assistant', 'user', 'assistant'],
    )
  })

  test('tools, state, forms and steps are told in its events', async () => {
    const clock = await say(agentOf(house, 'agui-clock'), 'What time is it in Lima and in Tokyo?')
    assert.ok(typesOf(clock).isSupersetOf(new Set(['STEP_STARTED', 'TOOL_CALL_START', 'TOOL_CALL_RESULT'])))

    const builder = agentOf(house, 'agui-build', 'strategy-builder')
    const built = await say(builder, 'I have $5200 and want a conservative strategy')
    assert.ok(typesOf(built).has('STATE_SNAPSHOT'))
    const state = async () => (await request('GET', `${house.url}/v1/conversations/agui-build/state`)).body['value']
    assert.deepEqual(builder.state, await state())
    const changed = await say(builder, 'Add a 5% stop-loss')
    assert.ok(typesOf(changed).isSupersetOf(new Set(['STATE_SNAPSHOT', 'STATE_DELTA'])))
    assert.deepEqual(builder.state, await state())

    const tasks = await say(agentOf(house, 'agui-task', 'tasks'), 'Create an alarm called Bath')
    const form = tasks.find((event) => event.type === 'ACTIVITY_SNAPSHOT' && event['activityType'] === 'form')
    assert.deepEqual((form as Frame | undefined)?.['content'].tool, 'create_alarm')
  })

  test('the same run twice is one run, told twice', async () => {
    const body = bodyOf('agui-twice', 'once', 'Only once')
    const [first, second] = [await request('POST', urlOf(house), body), await request('POST', urlOf(house), body)]
    assert.equal(first.status, 200)
    assert.equal(first.text, second.text)
    assert.equal((await stored(house, 'agui-twice'))['messages'].length, 2)
  })

  test('a history that the client brings is what the answer stands on', async () => {
    const agent = agentOf(house, 'agui-history', 'assistant', [
      { id: 'a', role: 'user', content: 'My name is Hortense' },
      { id: 'b', role: 'assistant', content: 'Hello Hortense!' },
    ])
    await say(agent, 'What is my name?')
    assert.match(lastWords(agent), /Hortense/)
  })

  test('without an agent in the address the default one answers', async () => {
    const answer = await request('POST', `${house.url}/api/ag-ui`, bodyOf('agui-default', 'r', 'Hello'))
    assert.match(answer.text, /RUN_FINISHED/)
    assert.equal((await stored(house, 'agui-default'))['agent'], 'assistant')
  })

  test('what cannot be taken is refused before any event', async () => {
    const picture = { id: 'u', role: 'user', content: [{ type: 'image', source: { type: 'url', value: 'https://x' } }] }
    for (const body of [
      '{',
      {},
      bodyOf('x', 'r', '   '),
      { ...bodyOf('x', 'r', 'Hi'), messages: [] },
      { ...bodyOf('x', 'r', 'Hi'), messages: [picture] },
      { ...bodyOf('x', 'r', 'Hi'), messages: [{ id: 'a', role: 'assistant', content: 'Hi' }] },
      { ...bodyOf('agui-twice', 'r', 'Hi'), resume: [{ interruptId: 'p_1', status: 'resolved' }] },
    ]) {
      const answer = await request('POST', urlOf(house), body)
      assert.equal(answer.status, 400, answer.text)
      assert.equal(typeof answer.body['error'].message, 'string')
    }
    const nobody = await request('POST', urlOf(house, 'nobody'), bodyOf('x', 'r', 'Hi'))
    assert.equal(nobody.body['error'].code, 'unknown-agent')
  })

  test('a client that hangs up stops the run, unless it is detached', async () => {
    await using slow = await openHouse({ env: { STREAMBED_DEMO_PACE: 'natural' } })
    for (const [threadId, detached] of [
      ['agui-stopped', false],
      ['agui-detached', true],
    ] as const) {
      const agent = agentOf(slow, threadId)
      agent.addMessage({ id: 'u', role: 'user', content: 'Write 60 words about heather' })
      await agent.runAgent(
        { forwardedProps: { detached } },
        {
          onTextMessageContentEvent: ({ textMessageBuffer }) =>
            void (textMessageBuffer.length > 20 && agent.abortRun()),
        },
      )
      const answer = await ended(slow, threadId)
      assert.equal(answer['status'], detached ? 'done' : 'stopped')
    }
  })
})

test('a failure in the middle is RUN_ERROR, and the words before it stay', async () => {
  const brain = scriptBrain([
    { text: ['Half of ', 'it'], faults: { type: 'exception', at: 3, name: 'validationException' } },
  ])
  await using emulator = await startEmulator({ pace: 'instant', brain })
  await using house = await openHouse({ bedrockUrl: emulator.url })
  const agent = agentOf(house, 'agui-fails')
  const events = await say(agent, 'Go')
  assert.equal(events.at(-1)!.type, 'RUN_ERROR')
  assert.match(lastWords(agent), /^Half of/)
})

test('a tool that asks first is an interrupt, and the run goes on with what was allowed', async () => {
  const pays = { blocks: ['I will pay.', { tool: 'pay', input: { euros: 5 } }] }
  await using house = await openClerk([pays, 'Paid.', pays, 'Not paid.'])
  const agent = agentOf(house, 'agui-approval', 'clerk')
  const asked = await say(agent, 'Pay them')
  const interrupt = interruptIn(asked)
  assert.deepEqual([interrupt['reason'], interrupt['metadata']], ['approval', { tool: 'pay', input: { euros: 5 } }])

  const refused = await request('POST', urlOf(house, 'clerk'), {
    ...bodyOf('agui-approval', 'r', 'x'),
    resume: [{ interruptId: 'p_unknown', status: 'cancelled' }],
  })
  assert.equal(refused.status, 404)
  const payload = { approved: true, input: { euros: 4 } }
  const resume = [{ interruptId: interrupt['id'], status: 'resolved' as const, payload }]
  const resumed = await run(agent, { runId: 'second', resume })
  assert.deepEqual([resumed[0]!.type, resumed.at(-1)!.type], ['RUN_STARTED', 'RUN_FINISHED'])
  assert.equal(agent.messages.find(({ role }) => role === 'tool')?.content, '{"paid":4}')
  assert.equal(lastWords(agent), 'Paid.')

  const again = await request('POST', urlOf(house, 'clerk'), { ...bodyOf('agui-approval', 'second', 'x'), resume })
  assert.match(again.text, /RUN_STARTED.*Paid\..*RUN_FINISHED/s)

  const other = interruptIn(await say(agent, 'Pay them more'))
  await run(agent, { resume: [{ interruptId: other['id'], status: 'cancelled' }] })
  assert.equal(lastWords(agent), 'Not paid.')
})

after(() => assert.deepEqual(warnings, []))

function interruptIn(events: readonly BaseEvent[]): Frame {
  const { outcome } = events.at(-1) as RunFinishedEvent
  assert.equal(outcome?.type, 'interrupt')
  return (outcome as unknown as { interrupts: Frame[] }).interrupts[0]!
}

/** The last answer of a conversation, once it is over. */
async function ended(house: House, id: string): Promise<Frame> {
  const deadline = Date.now() + 30_000
  while (Date.now() < deadline) {
    const { position, messages } = await stored(house, id)
    const answer: Frame = messages.at(-1)
    if (answer['role'] === 'assistant' && answer['status'] !== 'running') return answer
    await request('GET', `${house.url}/v1/conversations/${id}/events?after=${position.seq}&wait=5`)
  }
  throw new Error(`the answer of ${id} did not end`)
}
