import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ERRORS, type ErrorBody, type ErrorCode, type NewEvent, type RunId, StreambedError } from '@streambed/protocol'
import { abortWords, endingAfter } from '../../packages/server/src/agent/ending.ts'
import type { Run } from '../../packages/server/src/agent/run.ts'
import { Steps } from '../../packages/server/src/agent/tasks/steps.ts'
import { type HeardCall, Transcript } from '../../packages/server/src/agent/transcript.ts'
import { spokenIn } from '../../packages/web/src/text/agents.ts'
import { deAgents } from '../../packages/web/src/text/de-agents.ts'
import { deProblems } from '../../packages/web/src/text/de-problems.ts'
import { deServer } from '../../packages/web/src/text/de-server.ts'
import { translated } from '../../packages/web/src/text/problems.ts'

const RUN = 'r_german' as RunId

test('what a run is at is said in German: that it waits for Bedrock, and each step of a task', () => {
  const labels = [...(Object.keys(ERRORS) as ErrorCode[]).flatMap(waitingFor), ...stepsOfTasks()]
  assert.deepEqual(leftInEnglish(labels), [])
})

test('why an answer failed is said in German to its last word, and why its tools were not run', () => {
  const endings = STOPS.map((stopReason) =>
    endingAfter({ stopReason, calls: [] } as unknown as Transcript, null, QUIET),
  )
  const errors = endings.flatMap((ending) => ending?.error ?? [])
  assert.equal(errors.length, 5) // no words, and four ends that nobody can use
  assert.deepEqual(errors.filter(isPartlyEnglish), [])

  const whyNot = endings.flatMap((ending) => ending?.notRun ?? [])
  const aborted = ['interrupted', 'stopped'].map((reason) => abortWords(AbortSignal.abort(reason)))
  assert.deepEqual(leftInEnglish([...whyNot, ...aborted]), [])
})

const STOPS = [
  'end_turn',
  'max_tokens',
  'guardrail_intervened',
  'content_filtered',
  'malformed_model_output',
  'malformed_tool_use',
  'model_context_window_exceeded',
  'tool_use',
  'brand_new',
]
/** As much of a run as its end looks at. */
const QUIET = { options: { signal: new AbortController().signal }, hasWords: false, unfit: null } as Run

function waitingFor(code: ErrorCode): readonly string[] {
  const numbering = { run: RUN, blocks: 0, calls: new Set<HeardCall['call']>(), citations: [] }
  const transcript = new Transcript(numbering, { showReasoning: true, now: () => new Date(0) })
  const error = new StreambedError(code)
  return labelsOf(transcript.take([{ type: 'waiting', attempt: 1, delayMs: 1_000, error }], []))
}

/** What people are told of tasks that are new, go on, ask back, fail and are tried again. */
function stepsOfTasks(): readonly string[] {
  const steps = () => new Steps({ run: RUN, intents: new Set(['create_alarm']) })
  const called = { run: RUN, call: 'c1', name: 'create_alarm' }
  const events = [
    { type: 'step-start', run: RUN, step: 1 },
    { type: 'progress', run: RUN, id: 'model-wait', label: '', status: 'active', until: '2026-11-20T10:00:00.000Z' },
    { type: 'tool-start', ...called, block: 1 },
    { type: 'tool-call', ...called, input: {} },
    { type: 'form-request', run: RUN },
    { type: 'step-start', run: RUN, step: 2 },
    { type: 'tool-result', ...called, ok: false, error: '', durationMs: 0 },
    { type: 'run-end', run: RUN, reason: 'done' },
  ] as readonly NewEvent[] // of which the steps read no more than this
  return [true, false].flatMap((isNew) => {
    const told = steps()
    const said = [
      ...told.begin(!isNew),
      ...events.flatMap((event) => [...told.before(event), ...told.after(event, isNew)]),
    ]
    return labelsOf(said)
  })
}

function labelsOf(events: readonly NewEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'progress' ? [event.label] : []))
}

function leftInEnglish(said: readonly string[]): readonly string[] {
  assert.notEqual(said.length, 0)
  const words = { said: deAgents, patterns: deServer }
  return [...new Set(said)].filter((sentence) => spokenIn(words, sentence) === sentence)
}

/** Whether something of what the server adds to its sentence stays as it was. */
function isPartlyEnglish({ code, message }: ErrorBody): boolean {
  const detail = message.slice(ERRORS[code as ErrorCode].text.length).trim()
  return translated({ code, message }, deProblems).includes(detail)
}
