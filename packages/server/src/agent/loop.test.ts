import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type CallId,
  type ConversationId,
  type NewEvent,
  type Owner,
  type RunId,
  StreambedError,
} from '@streambed/protocol'
import * as z from 'zod'
import type { ModelEvent } from '../model/model.ts'
import { callsTools, type ScriptedAnswer, says, scriptedModel } from '../model/scripted.ts'
import { defineAgent } from './agent.ts'
import { type AnswerOptions, answer } from './loop.ts'
import { defineTool, type ToolContext } from './tool.ts'

const run = 'r_1' as RunId
const ids = { run, conversation: 'c_1' as ConversationId, owner: { org: 'local', user: 'local' } satisfies Owner }
const asked = { role: 'user', content: [{ type: 'text', text: 'Hi' }] } as const
const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0 }
const price = { input: 3_000_000, output: 15_000_000, cacheRead: 300_000, cacheWrite: 3_750_000, date: '2026-11-01' }

test('an answer of words is one step of one block, with its cost', async () => {
  assert.deepEqual(await answered([says('Hello', ' there')], { price }), [
    { type: 'step-start', run, step: 1 },
    { type: 'text-start', run, block: 1 },
    { type: 'text-delta', run, block: 1, text: 'Hello' },
    { type: 'text-delta', run, block: 1, text: ' there' },
    { type: 'text-end', run, block: 1 },
    {
      type: 'usage',
      run,
      model: 'model-1',
      ...usage,
      microDollars: 105,
      priceDate: '2026-11-01',
      estimated: false,
      firstTokenMs: 0,
    },
    { type: 'step-end', run, step: 1 },
    { type: 'run-end', run, reason: 'done' },
  ])
})

test('the start of a step goes out before the model is asked, the end goes out at once', async () => {
  const batches = await Array.fromAsync(answer(optionsFor([says('Hello')])))
  assert.deepEqual(
    batches.map((batch) => batch.map(({ type }) => type)),
    [['step-start'], ['text-start', 'text-delta'], ['text-end', 'usage', 'step-end', 'run-end']],
  )
})

test('the model gets the instructions, the history, the tools and the settings', async () => {
  const options = optionsFor([says('Hello')], {
    agent: agentWith([echo], { reasoning: { tokens: 2_000, show: true } }),
    settings: { maxTokens: 500, temperature: 0.5, system: 'Be brief.' },
  })
  await Array.fromAsync(answer(options))
  assert.deepEqual(options.model.requests, [
    {
      model: 'model-1',
      system: 'You help.\n\nBe brief.',
      messages: [asked],
      tools: [{ name: 'echo', description: 'Says it again.', inputSchema: echo.inputSchema, strict: true }],
      maxTokens: 2_500,
      temperature: 0.5,
      reasoningTokens: 2_000,
      cache: true,
      metadata: { run: 'r_1', conversation: 'c_1' },
    },
  ])
})

test('tools run with what the model asked for, and the model goes on with their results', async () => {
  const options = optionsFor([callsTools({ name: 'echo', input: { say: 'a' } }), says('It said a.')])
  const events = await eventsOf(options)
  assert.deepEqual(without(events, 'usage', 'step-start', 'step-end', 'text-start', 'text-end'), [
    { type: 'tool-start', run, block: 1, call: 'call-1', name: 'echo' },
    { type: 'tool-input-delta', run, call: 'call-1', text: '{"say":"a"}' },
    { type: 'tool-call', run, call: 'call-1', name: 'echo', input: { say: 'a' } },
    { type: 'tool-result', run, call: 'call-1', name: 'echo', ok: true, output: { said: 'a' }, durationMs: 0 },
    { type: 'text-delta', run, block: 2, text: 'It said a.' },
    { type: 'run-end', run, reason: 'done' },
  ])
  assert.deepEqual(options.model.requests[1]!.messages, [
    asked,
    { role: 'assistant', content: [{ type: 'tool-use', call: 'call-1', name: 'echo', input: { say: 'a' } }] },
    { role: 'user', content: [{ type: 'tool-result', call: 'call-1', ok: true, text: '{"said":"a"}' }] },
  ])
})

test('call ids that a model uses twice are told apart', async () => {
  const again = callsTools({ name: 'echo', input: { say: 'b' } })
  const events = await answered([callsTools({ name: 'echo', input: { say: 'a' } }), again, says('Done.')])
  assert.deepEqual(
    events.filter(({ type }) => type === 'tool-result').map((event) => 'call' in event && event.call),
    ['call-1', 'call-1_2'],
  )
})

test('shown reasoning streams, and its signature stays on the server', async () => {
  const events = await answered([thinks, says('Done.')], { agent: agentWith([echo], showing(true)) })
  assert.deepEqual(events.slice(1, 5), [
    { type: 'reasoning-start', run, block: 1 },
    { type: 'reasoning-delta', run, block: 1, text: 'Hm.' },
    { type: 'reasoning-end', run, block: 1, sealed: { signature: 'sig' } },
    { type: 'tool-start', run, block: 2, call: 'call-1', name: 'echo' },
  ])
})

test('hidden reasoning leaves only its start and end, and goes back to the model whole', async () => {
  const options = optionsFor([thinks, says('Done.')], { agent: agentWith([echo], showing(false)) })
  const events = await eventsOf(options)
  assert.deepEqual(events.slice(1, 3), [
    { type: 'reasoning-start', run, block: 1 },
    { type: 'reasoning-end', run, block: 1, sealed: { text: 'Hm.', signature: 'sig' } },
  ])
  assert.deepEqual(options.model.requests[1]!.messages[1]!.content[0], {
    type: 'reasoning',
    text: 'Hm.',
    signature: 'sig',
  })
  assert.equal(options.model.requests[1]!.reasoningTokens, 1_024)
})

test('a model that called a tool without thinking is not told to think about the result', async () => {
  const answers = [callsTools({ name: 'echo', input: { say: 'a' } }), says('Done.')]
  const options = optionsFor(answers, { agent: agentWith([echo], showing(true)) })
  await eventsOf(options)
  assert.deepEqual(
    options.model.requests.map(({ reasoningTokens }) => reasoningTokens),
    [1_024, undefined],
  )
})

for (const [what, text] of [
  ['cut', '{"say":"a'],
  ['two objects glued', '{"say":"a"}{"say":"b"}'],
  ['no JSON', 'say a'],
  ['no object', '"a"'],
  ['missing a field', '{}'],
  ['empty', ''],
  ['of the wrong type', '{"say":1}'],
  ['nested without end', `{"say":${'['.repeat(500)}${']'.repeat(500)}}`],
]) {
  test(`a tool is never run with an input that is ${what}`, async () => {
    let runs = 0
    const tool = defineTool({ ...echoDefinition, run: async () => runs++ })
    const options = optionsFor([callsWithText('echo', text!), says('Sorry.')], { agent: agentWith([tool]) })
    const events = await eventsOf(options)
    assert.equal(runs, 0)
    assert.equal(events.filter(({ type }) => type === 'tool-call').length, 0)
    const [result] = resultsIn(events)
    assert.equal(result!.ok, false)
    assert.match(result!.error!, /^echo was not run, because its input /)
    const told = options.model.requests[1]!.messages.at(-1)!.content[0]!
    assert.deepEqual(told, { type: 'tool-result', call: 'call-1', ok: false, text: result!.error })
  })
}

test('a tool without arguments runs when the model writes no input at all', async () => {
  const ping = defineTool({ name: 'ping', description: 'Pongs.', input: z.object({}), run: async () => 'pong' })
  const events = await answered([callsWithText('ping', ''), says('Pong.')], { agent: agentWith([ping]) })
  assert.deepEqual(resultsIn(events), [{ ok: true, output: 'pong' }])
})

test('a tool that does not exist is answered with the names of those that do', async () => {
  const events = await answered([callsTools({ name: 'fly', input: {} }), says('I cannot.')])
  assert.deepEqual(resultsIn(events), [{ ok: false, error: 'There is no tool named "fly". There are: echo.' }])
})

test('the calls of a step run at the same time, and their progress shows while they run', async () => {
  const both = meeting(2)
  const tool = defineTool({
    ...echoDefinition,
    async run({ say }, context) {
      context.progress(`halfway with ${say}`)
      await both()
      return say
    },
  })
  const calls = callsTools({ name: 'echo', input: { say: 'a' } }, { name: 'echo', input: { say: 'b' } })
  const events = await answered([calls, says('Done.')], { agent: agentWith([tool]) })
  const shown = events.filter(({ type }) => type === 'tool-progress' || type === 'tool-result')
  assert.deepEqual(
    shown.map(({ type }) => type),
    ['tool-progress', 'tool-progress', 'tool-result', 'tool-result'],
  )
})

test('what a tool cites stands with the next words of the answer', async () => {
  const tool = defineTool({
    ...echoDefinition,
    async run(_, context) {
      context.cite({ title: 'Rules', source: 'PROTOCOL.md#rules' })
      context.cite({ title: 'Rules', source: 'PROTOCOL.md#rules' })
    },
  })
  const calls = callsTools({ name: 'echo', input: { say: 'a' } })
  const events = await answered([calls, says('By the rules.')], { agent: agentWith([tool]) })
  const from = events.findIndex(({ type }) => type === 'text-start')
  assert.deepEqual(events.slice(from, from + 3), [
    { type: 'text-start', run, block: 2 },
    { type: 'citation', run, block: 2, title: 'Rules', source: 'PROTOCOL.md#rules' },
    { type: 'text-delta', run, block: 2, text: 'By the rules.' },
  ])
})

test("a model's own citations stand in the block they belong to", async () => {
  const script: ModelEvent[] = [
    { type: 'text', index: 0, text: 'So it is.' },
    { type: 'citation', index: 0, title: 'Book', source: 'book.pdf', text: 'it is so' },
    { type: 'block-end', index: 0 },
    { type: 'end', stopReason: 'end_turn' },
  ]
  const events = await answered([[script]])
  assert.deepEqual(
    events.find(({ type }) => type === 'citation'),
    {
      type: 'citation',
      run,
      block: 1,
      title: 'Book',
      source: 'book.pdf',
      text: 'it is so',
    },
  )
})

for (const [thrown, words] of [
  [new Error('No such place.'), 'No such place.'],
  [new Error(''), 'Error'],
  ['just words', 'just words'],
  ['', 'The tool failed without saying why.'],
  [undefined, 'The tool failed without saying why.'],
  [null, 'The tool failed without saying why.'],
  [42, '42'],
  [Symbol('odd'), 'Symbol(odd)'],
  [{ code: 'E1', big: 1n }, '{"code":"E1","big":"1"}'],
  [Object.create(null), '{}'],
] as const) {
  test(`a tool that throws ${inspectShort(thrown)} gives a result in words`, async () => {
    const tool = defineTool({
      ...echoDefinition,
      async run() {
        throw thrown
      },
    })
    const calls = callsTools({ name: 'echo', input: { say: 'a' } })
    const events = await answered([calls, says('It failed.')], { agent: agentWith([tool]) })
    assert.deepEqual(resultsIn(events), [{ ok: false, error: words }])
  })
}

test('a tool that hangs is given up after its time, and what it says later is not heard', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const late = Promise.withResolvers<string>()
  let context: ToolContext | undefined
  const tool = defineTool({
    ...echoDefinition,
    timeoutMs: 5_000,
    run(_, given) {
      context = given
      queueMicrotask(() => t.mock.timers.tick(5_000))
      return late.promise
    },
  })
  const script: ScriptedAnswer = () => {
    context!.progress('still here')
    context!.cite({ title: 'Late', source: 'late' })
    late.resolve('late')
    return says('Too slow.')
  }
  const calls = callsTools({ name: 'echo', input: { say: 'a' } })
  const events = await answered([calls, script], { agent: agentWith([tool]) })
  assert.deepEqual(resultsIn(events), [{ ok: false, error: 'echo took longer than 5 s and was given up.' }])
  assert.equal(context!.signal.aborted, true)
  assert.deepEqual(
    events.filter(({ type }) => type === 'tool-progress' || type === 'citation'),
    [],
  )
})

test('the same call with the same input is not run a third time', async () => {
  let runs = 0
  const tool = defineTool({ ...echoDefinition, run: async () => ++runs })
  const calls = callsTools({ name: 'echo', input: { say: 'a' } })
  const events = await answered([calls, calls, calls, says('Enough.')], { agent: agentWith([tool]) })
  assert.equal(runs, 2)
  assert.match(resultsIn(events)[2]!.error!, /same call with the same input for the 3rd time/)
})

test('a run ends as limited after its last step', async () => {
  const calls = (say: string) => callsTools({ name: 'echo', input: { say } })
  const agent = agentWith([echo], { limits: { steps: 2 } })
  const events = await answered([calls('a'), calls('b'), says('Never.')], { agent })
  assert.deepEqual(events.at(-1), { type: 'run-end', run, reason: 'limited', detail: 'steps' })
  assert.equal(resultsIn(events).length, 2)
})

test('a run ends as limited before a call that it cannot pay', async () => {
  const calls = callsTools({ name: 'echo', input: { say: 'a' } })
  const agent = agentWith([echo], { limits: { microDollars: 100 } })
  const events = await answered([calls, says('Never.')], { agent, price })
  assert.deepEqual(events.at(-1), { type: 'run-end', run, reason: 'limited', detail: 'cost' })
})

test('a tool whose input was cut by the token limit does not run', async () => {
  const script: ModelEvent[] = [
    { type: 'tool-start', index: 0, call: 'call-1' as CallId, name: 'echo' },
    { type: 'tool-input', index: 0, text: '{"say":"a"}' },
    { type: 'end', stopReason: 'max_tokens' },
  ]
  const events = await answered([[script]])
  assert.deepEqual(resultsIn(events), [
    { ok: false, error: 'Not run: the answer reached its token limit in the middle.' },
  ])
  assert.deepEqual(events.at(-1), { type: 'run-end', run, reason: 'limited', detail: 'output-tokens' })
})

for (const [stopReason, expected] of [
  ['end_turn', { reason: 'done' }],
  ['stop_sequence', { reason: 'done' }],
  ['tool_use', { reason: 'done' }],
  ['max_tokens', { reason: 'limited', detail: 'output-tokens' }],
  ['model_context_window_exceeded', { reason: 'limited', detail: 'context' }],
  ['guardrail_intervened', { reason: 'limited', detail: 'guardrail' }],
  ['content_filtered', { reason: 'limited', detail: 'content-filter' }],
  ['malformed_model_output', failure('What it wrote could not be read.')],
  ['malformed_tool_use', failure('Its call of a tool could not be read.')],
  ['sunspots', failure('It stopped for a reason that this version does not know: sunspots.')],
] as const) {
  test(`words that end with ${stopReason} end the run as ${expected.reason}`, async () => {
    const script: ModelEvent[] = [
      { type: 'text', index: 0, text: 'Words.' },
      { type: 'end', stopReason },
    ]
    const events = await answered([[script]])
    assert.deepEqual(events.at(-1), { type: 'run-end', run, ...expected })
  })
}

test('an answer without a word fails visibly', async () => {
  const events = await answered([[[{ type: 'end', stopReason: 'end_turn' }]]])
  assert.deepEqual(events.at(-1), { type: 'run-end', run, ...failure('It ended its answer without a word.') })
})

test('a stream that breaks off keeps what was said, estimates its cost and fails', async () => {
  const events = await answered([[[{ type: 'text', index: 0, text: 'Half a sent' }]]], { price })
  assert.deepEqual(without(events, 'usage'), [
    { type: 'step-start', run, step: 1 },
    { type: 'text-start', run, block: 1 },
    { type: 'text-delta', run, block: 1, text: 'Half a sent' },
    { type: 'text-end', run, block: 1 },
    { type: 'step-end', run, step: 1 },
    { type: 'run-end', run, reason: 'failed', error: new StreambedError('model-cut-short').body },
  ])
  const usage = events.find(({ type }) => type === 'usage')
  assert.ok(usage?.type === 'usage' && usage.estimated && usage.outputTokens > 0 && usage.microDollars! > 0)
})

test('a call that Bedrock refuses costs nothing', async () => {
  const refusal = new StreambedError('access-denied')
  assert.deepEqual(await answered([[refusal]]), [
    { type: 'step-start', run, step: 1 },
    { type: 'step-end', run, step: 1 },
    { type: 'run-end', run, reason: 'failed', error: refusal.body },
  ])
})

test('a call that is stopped while Bedrock refuses it costs nothing', async () => {
  const stopping = new AbortController()
  const busy: ModelEvent = { type: 'waiting', attempt: 2, delayMs: 1_500, error: new StreambedError('model-busy') }
  const forever = new Promise(() => {})
  const events: NewEvent[] = []
  for await (const batch of answer(optionsFor([[[busy], { until: forever }]], { price, signal: stopping.signal }))) {
    events.push(...batch)
    if (batch.some(({ type }) => type === 'progress')) stopping.abort('stopped')
  }
  const wait = { type: 'progress', run, id: 'model-wait', label: 'Bedrock is busy; trying again' } as const
  assert.deepEqual(events, [
    { type: 'step-start', run, step: 1 },
    { ...wait, status: 'active', until: '2026-11-20T12:00:01.500Z' },
    { ...wait, status: 'failed' },
    { type: 'step-end', run, step: 1 },
    { type: 'run-end', run, reason: 'stopped' },
  ])
})

test('an error that is not ours tells clients nothing of itself', async () => {
  const events = await answered([[new Error('secret')]])
  assert.deepEqual(events.at(-1), {
    type: 'run-end',
    run,
    reason: 'failed',
    error: new StreambedError('internal').body,
  })
})

test('an answer that has said why it ended is whole, even when the connection breaks before its usage', async () => {
  const script: ModelEvent[] = [
    { type: 'text', index: 0, text: 'All of it.' },
    { type: 'end', stopReason: 'end_turn' },
  ]
  const events = await answered([[script, new StreambedError('model-cut-short')]])
  assert.deepEqual(events.at(-1), { type: 'run-end', run, reason: 'done' })
  assert.equal(
    events.some((event) => event.type === 'usage' && event.estimated),
    true,
  )
})

test('waiting for Bedrock is shown, and is over when words come', async () => {
  const error = new StreambedError('model-busy')
  const events = await answered([[[{ type: 'waiting', attempt: 2, delayMs: 1_500, error }], ...steps('Hello')]])
  const label = 'Bedrock is busy; trying again'
  const until = '2026-11-20T12:00:01.500Z'
  assert.deepEqual(
    events.filter(({ type }) => type === 'progress'),
    [
      { type: 'progress', run, id: 'model-wait', label, status: 'active', until },
      { type: 'progress', run, id: 'model-wait', label, status: 'done' },
    ],
  )
})

test('a retraction takes back every block of words', async () => {
  const script: ModelEvent[] = [
    { type: 'text', index: 0, text: 'Bad' },
    { type: 'block-end', index: 0 },
    { type: 'text', index: 1, text: 'Worse' },
    { type: 'end', stopReason: 'guardrail_intervened' },
    { type: 'retract', replacement: 'I cannot say that.' },
  ]
  const events = await answered([[script]])
  assert.deepEqual(without(events, 'usage').slice(4), [
    { type: 'text-start', run, block: 2 },
    { type: 'text-delta', run, block: 2, text: 'Worse' },
    { type: 'text-end', run, block: 2 },
    { type: 'text-retracted', run, block: 1, replacement: 'I cannot say that.' },
    { type: 'text-retracted', run, block: 2, replacement: '' },
    { type: 'step-end', run, step: 1 },
    { type: 'run-end', run, reason: 'limited', detail: 'guardrail' },
  ])
})

test('the receipt of a stopped answer says what was not spent', async () => {
  const stop = new AbortController()
  const options = optionsFor([[[{ type: 'text', index: 0, text: 'On and' }], never]], {
    stop,
    price,
    settings: { maxTokens: 500 },
  })
  const events = await eventsOf(options, { after: 'text-delta', act: () => stop.abort('stopped') })
  const usage = events.find((event) => event.type === 'usage')
  assert.ok(usage)
  const left = 500 - usage.outputTokens
  assert.deepEqual(usage.unspent, { outputTokens: left, microDollars: left * 15 })
})

for (const [reason, end] of [
  ['stopped', { reason: 'stopped' }],
  ['interrupted', { reason: 'interrupted', error: new StreambedError('interrupted').body }],
  [new StreambedError('model-timeout'), { reason: 'failed', error: new StreambedError('model-timeout').body }],
] as const) {
  test(`a run that is aborted in its words by ${reason} closes what is open and ends as ${end.reason}`, async () => {
    const stop = new AbortController()
    const events = await eventsOf(optionsFor([[[{ type: 'text', index: 0, text: 'On and' }], never]], { stop }), {
      after: 'text-delta',
      act: () => stop.abort(reason),
    })
    assert.deepEqual(without(events, 'usage').slice(3), [
      { type: 'text-end', run, block: 1 },
      { type: 'step-end', run, step: 1 },
      { type: 'run-end', run, ...end },
    ])
    assert.equal(
      events.some((event) => event.type === 'usage' && event.estimated),
      true,
    )
  })
}

for (const [reason, words] of [
  ['stopped', 'Stopped by the user.'],
  ['interrupted', 'The server went away.'],
] as const) {
  test(`tools that are ${reason} get their results at once, whether they listen or not`, async () => {
    const stop = new AbortController()
    const deaf = defineTool({ ...echoDefinition, run: () => new Promise(() => {}) })
    const calls = callsTools({ name: 'echo', input: { say: 'a' } }, { name: 'echo', input: { say: 'b' } })
    const events = await eventsOf(optionsFor([calls], { stop, agent: agentWith([deaf]) }), {
      after: 'tool-call',
      act: () => stop.abort(reason),
    })
    assert.deepEqual(resultsIn(events), [
      { ok: false, error: words },
      { ok: false, error: words },
    ])
    const last = events.at(-1)
    assert.equal(last?.type === 'run-end' && last.reason, reason)
  })
}

test('a run that another server has taken over says nothing more', async () => {
  const stop = new AbortController()
  const events = await eventsOf(optionsFor([[[{ type: 'text', index: 0, text: 'On and' }], never]], { stop }), {
    after: 'text-delta',
    act: () => stop.abort('fenced'),
  })
  assert.deepEqual(
    events.map(({ type }) => type),
    ['step-start', 'text-start', 'text-delta'],
  )
})

test('a run that is stopped before it asks the model costs nothing', async () => {
  const stop = new AbortController()
  stop.abort('stopped')
  assert.deepEqual(await answered([says('Never.')], { stop }), [{ type: 'run-end', run, reason: 'stopped' }])
})

test('a reader that leaves ends the tools that run', async () => {
  const aborted = Promise.withResolvers<void>()
  const tool = defineTool({
    ...echoDefinition,
    run(_, { signal }) {
      signal.addEventListener('abort', () => aborted.resolve())
      return new Promise(() => {})
    },
  })
  const calls = callsTools({ name: 'echo', input: { say: 'a' } })
  for await (const batch of answer(optionsFor([calls], { agent: agentWith([tool]) }))) {
    if (batch.some(({ type }) => type === 'tool-call')) break
  }
  await aborted.promise
})

const echoDefinition = {
  name: 'echo',
  description: 'Says it again.',
  input: z.object({ say: z.string() }),
}
const echo = defineTool({ ...echoDefinition, run: async ({ say }) => ({ said: say }) })
const never = { until: new Promise(() => {}) }
const steps = (...pieces: string[]) => says(...pieces) as readonly (readonly ModelEvent[])[]

const thinks: ScriptedAnswer = [
  [
    { type: 'reasoning', index: 0, text: 'Hm.' },
    { type: 'reasoning-seal', index: 0, signature: 'sig' },
    { type: 'block-end', index: 0 },
    { type: 'tool-start', index: 1, call: 'call-1' as CallId, name: 'echo' },
    { type: 'tool-input', index: 1, text: '{"say":"a"}' },
    { type: 'block-end', index: 1 },
    { type: 'end', stopReason: 'tool_use' },
  ],
]

function callsWithText(name: string, text: string): ScriptedAnswer {
  return [
    [
      { type: 'tool-start', index: 0, call: 'call-1' as CallId, name },
      { type: 'tool-input', index: 0, text },
      { type: 'block-end', index: 0 },
      { type: 'end', stopReason: 'tool_use' },
    ],
  ]
}

type AgentOptions = Partial<Omit<Parameters<typeof defineAgent>[0], 'tools'>>

function agentWith(tools: readonly ReturnType<typeof defineTool>[], more: AgentOptions = {}) {
  return defineAgent({ name: 'helper', instructions: 'You help.', tools, ...more })
}

function showing(show: boolean): AgentOptions {
  return { reasoning: { tokens: 1_024, show } }
}

function failure(detail: string) {
  return { reason: 'failed', error: new StreambedError('model-failed', detail).body } as const
}

type Options = Partial<AnswerOptions> & { readonly stop?: AbortController }

function optionsFor(script: readonly ScriptedAnswer[], { stop, ...more }: Options = {}) {
  return {
    agent: agentWith([echo]),
    modelId: 'model-1',
    history: [asked],
    price: null,
    settings: { maxTokens: 500 },
    ids,
    signal: (stop ?? new AbortController()).signal,
    now: () => new Date('2026-11-20T12:00:00Z'),
    ...more,
    model: scriptedModel(script),
  }
}

/** All events of a run; does something when one of a type has come. */
async function eventsOf(
  options: AnswerOptions,
  cue?: { readonly after: NewEvent['type']; readonly act: () => void },
): Promise<NewEvent[]> {
  const events: NewEvent[] = []
  for await (const batch of answer(options)) {
    events.push(...batch)
    if (batch.some(({ type }) => type === cue?.after)) cue!.act()
  }
  return events
}

function answered(script: readonly ScriptedAnswer[], options: Options = {}): Promise<NewEvent[]> {
  return eventsOf(optionsFor(script, options))
}

function without(events: readonly NewEvent[], ...types: NewEvent['type'][]): NewEvent[] {
  return events.filter(({ type }) => !types.includes(type))
}

function resultsIn(events: readonly NewEvent[]): { ok: boolean; output?: unknown; error?: string }[] {
  return events
    .filter((event) => event.type === 'tool-result')
    .map(({ ok, output, error }) => ({ ok, ...(output !== undefined && { output }), ...(error && { error }) }))
}

/** Resolves for all when that many have come. */
function meeting(count: number): () => Promise<void> {
  const all = Promise.withResolvers<void>()
  return () => {
    if (--count === 0) all.resolve()
    return all.promise
  }
}

function inspectShort(value: unknown): string {
  return value instanceof Error
    ? `Error(${JSON.stringify(value.message)})`
    : typeof value === 'symbol'
      ? 'a symbol'
      : (JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v)) ?? 'undefined')
}
