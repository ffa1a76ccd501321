import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkConversation } from '@streambed/emulator'
import {
  answerOf,
  type CallId,
  type Conversation,
  type ConversationId,
  Event,
  emptyConversation,
  foldAll,
  type LoggedEvent,
  type MessageId,
  type NewEvent,
  type RequestId,
  type RunId,
  StreambedError,
} from '@streambed/protocol'
import fc from 'fast-check'
import * as z from 'zod'
import { converseInput } from '../model/bedrock/request.ts'
import { featuresOf } from '../model/catalog.ts'
import type { ModelEvent, ModelRequest } from '../model/model.ts'
import { callsTools, type ScriptedStep, scriptedModel } from '../model/scripted.ts'
import { defineAgent } from './agent.ts'
import { buildHistory, type SealedBlock } from './context.ts'
import { answer } from './loop.ts'
import { defineTool } from './tool.ts'

const RUNS = process.env.CI ? 20_000 : 3_000
const model = 'us.anthropic.claude-haiku-4-5'
const run = 'r_1' as RunId
const conversation = 'c_1' as ConversationId
const owner = { org: 'local', user: 'local' }

test('whatever a model says and whenever it is aborted, a run is well-formed and its history can be sent', async () => {
  await fc.assert(
    fc.asyncProperty(scripts(), aborts(), fc.boolean(), verdicts(), async (script, abort, show, verdicts) => {
      const { events, requests } = await runOf(script, abort, show, verdicts)
      for (const event of events) Event.parse(event)
      if (abort?.reason !== 'fenced') assertWellFormed(events)
      for (const request of requests) assert.equal(refusal(request), undefined)
      assert.equal(refusal(requestAfter(events)), undefined)
    }),
    { numRuns: RUNS },
  )
})

interface Abort {
  /** After how many batches of the run. */
  readonly after: number
  readonly reason: 'stopped' | 'interrupted' | 'fenced'
}

/** What people say to a call: yes, no, or yes with another input. */
type Verdict = { readonly approved: boolean; readonly input?: object }

async function runOf(
  script: readonly (readonly ScriptedStep[])[],
  abort: Abort | undefined,
  show: boolean,
  verdicts: readonly Verdict[],
) {
  let stop = new AbortController()
  let isAway = false
  const abortAt = (n: number) => abort && !isAway && n >= abort.after && stop.abort(abort.reason)
  const bedrock = scriptedModel(script)
  const agent = defineAgent({
    name: 'helper',
    instructions: 'You help.',
    tools: [echo, fails, hangs, asks],
    reasoning: { tokens: 1_024, show },
    limits: { steps: 4 },
  })
  const events: NewEvent[] = []
  let batches = 0
  abortAt(0)
  for (let attempt = 1; ; attempt++) {
    for await (const batch of answer({
      agent,
      model: bedrock,
      modelId: model,
      history: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      price: null,
      settings: { maxTokens: 1_000 },
      ids: { run, conversation, owner },
      resume: attempt > 1 ? { answer: answerOf(foldOf(events), run)!, sealed: sealedIn(events) } : undefined,
      signal: stop.signal,
      now: () => new Date(),
    })) {
      assert.ok(batch.length > 0)
      if (abort?.reason === 'fenced') assert.equal(stop.signal.aborted, false)
      events.push(...batch)
      abortAt(++batches)
    }
    if (events.at(-1)?.type !== 'run-park') break
    // People answer, and a server that has gone away meanwhile is another one now.
    const waiting = answerOf(foldOf(events), run)!.blocks.filter((block) => block.type === 'tool')
    for (const [i, { approval, status }] of waiting.entries()) {
      if (status !== 'waiting' || !approval) continue
      events.push({ type: 'approval-answer', run, approval: approval.id, by: 'ada', ...verdicts[i % verdicts.length]! })
    }
    events.push({ type: 'run-resume', run, attempt: attempt + 1 })
    if (stop.signal.reason === 'interrupted') {
      stop = new AbortController()
      isAway = true
    }
  }
  return { events, requests: bedrock.requests }
}

function verdicts(): fc.Arbitrary<readonly Verdict[]> {
  const verdict = fc.constantFrom<Verdict[]>(
    { approved: true },
    { approved: false },
    { approved: true, input: { say: 'b' } },
  )
  return fc.array(verdict, { minLength: 1, maxLength: 4 })
}

const echo = defineTool({
  name: 'echo',
  description: 'Says it again.',
  input: z.object({ say: z.string().optional() }),
  async run(input, context) {
    context.progress('saying it')
    context.cite({ title: 'Echo', source: 'echo' })
    return input
  },
})
const asks = defineTool({ ...echo, name: 'asks', input: z.object({ say: z.string().optional() }), approval: 'always' })
const fails = defineTool({
  name: 'fails',
  description: 'Fails.',
  input: z.object({}),
  async run() {
    throw undefined
  },
})
const hangs = defineTool({
  name: 'hangs',
  description: 'Never ends.',
  input: z.object({}),
  timeoutMs: 2,
  run: () => new Promise(() => {}),
})

/** Up to five answers of a model without manners: numbers reused, ends missing, ids twice or none. */
function scripts() {
  const unruly = fc.array(fc.oneof({ weight: 8, arbitrary: batches() }, faults()), { maxLength: 8 })
  return fc.array(fc.oneof({ weight: 3, arbitrary: unruly }, tidyCalls()), { maxLength: 5 })
}

function tidyCalls(): fc.Arbitrary<readonly ScriptedStep[]> {
  const name = fc.constantFrom('asks', 'asks', 'echo', 'fails')
  const input = fc.constantFrom({}, { say: 'a' }, { say: 1 })
  return fc.array(fc.record({ name, input }), { minLength: 1, maxLength: 3 }).map((calls) => callsTools(...calls))
}

function batches() {
  return fc.array(modelEvents(), { maxLength: 6 })
}

function faults(): fc.Arbitrary<ScriptedStep> {
  return fc.constantFrom(new StreambedError('model-cut-short'), new Error('odd'))
}

function modelEvents(): fc.Arbitrary<ModelEvent> {
  const index = fc.integer({ min: 0, max: 3 })
  const text = fc.constantFrom('Well', ' ', '', '\ud83d', '\ude00', 'a\nb')
  const type = <const Type extends string>(name: Type) => fc.constant(name)
  return fc.oneof(
    fc.record({ type: type('text'), index, text }),
    fc.record({ type: type('reasoning'), index, text }),
    fc.record({ type: type('reasoning-seal'), index, signature: fc.constantFrom('c2ln', '') }),
    fc.record({ type: type('reasoning-seal'), index, redacted: fc.constantFrom('cmVk', '') }),
    fc.record({
      type: type('tool-start'),
      index,
      call: fc.constantFrom('call', 'call-1', '', 'call_2', 'ö'.repeat(100)) as fc.Arbitrary<CallId>,
      name: fc.constantFrom('echo', 'asks', 'asks', 'fails', 'hangs', 'unknown', '', 'not a name!'),
    }),
    fc.record({
      type: type('tool-input'),
      index,
      text: fc.constantFrom('{}', '{"say":', '"a"}', '{"say":"\\ud83d"}', '[]', ''),
    }),
    fc.record({ type: type('citation'), index, title: text, source: text }),
    fc.record({ type: type('block-end'), index }),
    fc.record({ type: type('retract'), replacement: fc.constantFrom('', 'Taken back.') }),
    fc.record({
      type: type('waiting'),
      attempt: fc.constant(2),
      delayMs: fc.constant(10),
      error: fc.constant(new StreambedError('model-busy')),
    }),
    fc.record({
      type: type('usage'),
      inputTokens: fc.nat(1_000),
      outputTokens: fc.nat(1_000),
      cacheReadTokens: fc.nat(1_000),
      cacheWriteTokens: fc.nat(1_000),
    }),
    {
      weight: 3,
      arbitrary: fc.record({
        type: type('end'),
        stopReason: fc.constantFrom('tool_use', 'tool_use', 'end_turn', 'max_tokens', 'guardrail_intervened', 'new'),
      }),
    },
  )
}

function aborts(): fc.Arbitrary<Abort | undefined> {
  return fc.option(
    fc.record({
      after: fc.nat(12),
      reason: fc.constantFrom('stopped' as const, 'interrupted' as const, 'fenced' as const),
    }),
    { nil: undefined },
  )
}

/** What opens closes, what a call starts has one result, and one `run-end` is last. */
function assertWellFormed(events: readonly NewEvent[]): void {
  const open = new Set<string>()
  const seen = new Set<string>()
  const opens = (key: string) => {
    assert.ok(!seen.has(key), `${key} opens twice`)
    seen.add(key)
    open.add(key)
  }
  const isOpen = (key: string) => assert.ok(open.has(key), `${key} is not open`)
  const closes = (key: string) => assert.ok(open.delete(key), `${key} closes without being open`)
  for (const [i, event] of events.entries()) {
    switch (event.type) {
      case 'step-start':
        assert.equal(open.size, 0, 'a step begins when all is closed')
        opens(`step ${event.step}`)
        break
      case 'step-end':
        closes(`step ${event.step}`)
        assert.equal(open.size, 0, 'a step ends when all is closed')
        break
      case 'text-start':
      case 'reasoning-start':
        opens(`block ${event.block}`)
        break
      case 'text-delta':
      case 'reasoning-delta':
        isOpen(`block ${event.block}`)
        break
      case 'text-end':
      case 'reasoning-end':
        closes(`block ${event.block}`)
        break
      case 'text-retracted':
      case 'citation':
        assert.ok(seen.has(`block ${event.block}`))
        break
      case 'tool-start':
        assert.ok(!seen.has(`block ${event.block}`))
        seen.add(`block ${event.block}`)
        opens(`call ${event.call}`)
        break
      case 'tool-input-delta':
      case 'tool-call':
      case 'tool-progress':
        isOpen(`call ${event.call}`)
        break
      case 'tool-result':
        closes(`call ${event.call}`)
        assert.equal(event.ok ? event.error === undefined : event.error!.trim() !== '', true)
        break
      case 'run-end':
        assert.equal(i, events.length - 1, 'run-end is last')
        break
    }
  }
  assert.equal(open.size, 0)
  assert.equal(events.at(-1)?.type, 'run-end')
}

/** The request for the message after this run, its log folded as a reader would. */
function requestAfter(events: readonly NewEvent[]): ModelRequest {
  const isOver = events.at(-1)?.type === 'run-end'
  const end: NewEvent[] = isOver ? [] : [{ type: 'run-end', run, reason: 'interrupted' }]
  const messages = buildHistory(foldOf([...events, ...end, message('m_2', 'm_1', 'r_2')]), 'm_2' as MessageId, {
    limits: { turns: 10, contextTokens: 100_000 },
    model,
    sealed: sealedIn(events),
    files: new Map(),
  })
  return { model, system: 'You help.', messages, tools: [], maxTokens: 1_000 }
}

function foldOf(events: readonly NewEvent[]): Conversation {
  const log: NewEvent[] = [
    { type: 'conversation-start', agent: 'helper', title: null, owner },
    message('m_1', null, run),
    { type: 'run-start', run, agent: 'helper', model, attempt: 1 },
    ...events,
  ]
  const logged = log.map((event, i) => ({ ...event, seq: i + 1, at: '2026-11-20T12:00:00Z' }) as LoggedEvent)
  return foldAll(emptyConversation(conversation, 'e'), logged)
}

function message(id: string, parent: string | null, run: string): NewEvent {
  return {
    type: 'message',
    message: id as MessageId,
    run: run as RunId,
    parent: parent as MessageId | null,
    parts: [{ type: 'text', text: 'Hi' }],
    requestId: id as RequestId,
    agent: 'helper',
  }
}

/** As a store keeps it: what belongs to no block has number 0. */
function sealedIn(events: readonly NewEvent[]): SealedBlock[] {
  return events.flatMap((event) => {
    if (event.sealed === undefined) return []
    return [{ run, block: 'block' in event ? event.block : 0, sealed: event.sealed }]
  })
}

function refusal(request: ModelRequest): string | undefined {
  return checkConversation(converseInput(request, featuresOf(request.model)))
}
