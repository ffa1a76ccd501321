import fc from 'fast-check'
import { type Event, FilterPlace, type LoggedEvent, type Part } from './events.ts'
import type { ApprovalId, CallId, FileId, FormId, MessageId, RequestId, RunId, TaskId } from './ids.ts'
import type { PatchStep } from './patch.ts'

/** Events as a log holds them: plain JSON (which has no -0), numbered from 1, a second apart. */
export function logged(events: readonly Event[]): LoggedEvent[] {
  const written: readonly Event[] = JSON.parse(JSON.stringify(events))
  return written.map((event, i) => ({
    ...event,
    seq: i + 1,
    at: new Date(Date.UTC(2026, 0, 1, 0, 0, i)).toISOString(),
  }))
}

/** Events of every kind in no sensible order, about few messages, runs, blocks and calls, so that they meet. */
export function anyEvents(): fc.Arbitrary<Event[]> {
  return fc.array(anyEvent(), { maxLength: 40 })
}

function anyEvent(): fc.Arbitrary<Event> {
  const type = <const Type extends string>(name: Type) => fc.constant(name)
  const message = fc.constantFrom('m_1', 'm_2', 'm_3', 'r_1') as fc.Arbitrary<MessageId>
  const run = fc.constantFrom('r_1', 'r_2', 'm_1') as fc.Arbitrary<RunId>
  const call = fc.constantFrom('a', 'b') as fc.Arbitrary<CallId>
  const block = fc.integer({ min: 1, max: 4 })
  const text = fc.constantFrom('', 'Hi', '\ud83d', '\u0000')
  const tokens = fc.nat(100)
  const step = fc.integer({ min: 1, max: 3 })
  const amount = fc
    .tuple(fc.option(tokens), fc.option(tokens))
    .map(([microDollars, tokens]) => ({ microDollars, tokens }))
  const json = fc.jsonValue({ maxDepth: 2 })
  const requestId = fc.constant('q_1') as unknown as fc.Arbitrary<RequestId>
  const ofBlock = <const Type extends string>(name: Type) => fc.record({ type: type(name), run, block })
  const deltaOf = <const Type extends string>(name: Type) => fc.record({ type: type(name), run, block, text })
  const parts = fc.constantFrom<Part[][]>(
    [{ type: 'text', text: 'Hi' }],
    [{ type: 'image', file: 'f_1' as FileId, mediaType: 'image/png', name: 'cat' }],
  )
  const start = { agent: text, title: fc.option(text), owner: fc.constant({ org: 'local', user: 'local' }) }

  const form = fc.constantFrom('o_1', 'o_2') as fc.Arbitrary<FormId>
  const approval = fc.constantFrom('p_1', 'p_2') as fc.Arbitrary<ApprovalId>
  const task = fc.constantFrom('t_1', 't_2') as fc.Arbitrary<TaskId>
  const expiresAt = fc.constant('2026-01-02T00:00:00Z')
  const patches = fc.constantFrom<PatchStep[][]>(
    [{ op: 'add', path: '', value: { list: [1] } }],
    [{ op: 'replace', path: '/list/0', value: 2 }],
    [{ op: 'remove', path: '/nowhere' }],
  )

  const event = fc.oneof(
    fc.record({ type: type('conversation-start'), ...start }),
    fc.record({ type: type('conversation-change'), title: text, pinned: fc.boolean() }),
    fc.record({ type: type('conversation-change'), archived: fc.boolean() }),
    {
      weight: 4,
      arbitrary: fc.record({
        type: type('message'),
        message,
        run,
        parent: fc.option(message),
        parts,
        requestId,
        agent: text,
      }),
    },
    fc.record({ type: type('run-retry'), run, of: run, message, agent: text }),
    fc.record({ type: type('stop-request'), run }),
    fc.record({ type: type('run-start'), run, agent: text, model: text, attempt: step }),
    fc.record({ type: type('run-end'), run, reason: fc.constantFrom('done', 'stopped', 'interrupted') }),
    fc.record({ type: type('step-start'), run, step }),
    fc.record({ type: type('step-end'), run, step }),
    fc.record({
      type: type('progress'),
      run,
      id: text,
      label: text,
      status: fc.constantFrom('active', 'done', 'failed'),
    }),
    ofBlock('text-start'),
    deltaOf('text-delta'),
    ofBlock('text-end'),
    fc.record({ type: type('text-retracted'), run, block, replacement: text }),
    ofBlock('reasoning-start'),
    deltaOf('reasoning-delta'),
    ofBlock('reasoning-end'),
    fc.record({ type: type('citation'), run, block, title: text, source: text }),
    fc.record({ type: type('tool-start'), run, block, call, name: text }),
    fc.record({ type: type('tool-input-delta'), run, call, text }),
    fc.record({ type: type('tool-call'), run, call, name: text, input: json }),
    fc.record({ type: type('tool-progress'), run, call, text }),
    fc.record({ type: type('tool-result'), run, call, name: text, ok: fc.boolean(), output: json, durationMs: tokens }),
    fc.record({
      type: type('usage'),
      run,
      model: text,
      inputTokens: tokens,
      outputTokens: tokens,
      cacheReadTokens: tokens,
      cacheWriteTokens: tokens,
      microDollars: fc.option(tokens),
      priceDate: fc.option(fc.constant('2026-11-01')),
      estimated: fc.boolean(),
    }),
    fc.record({ type: type('notice'), level: fc.constantFrom('info', 'warning', 'alarm'), text }),
    fc.record({
      type: type('state'),
      revision: step,
      patch: patches,
      unit: text,
      by: fc.constantFrom('agent', 'edit', 'undo', 'redo'),
    }),
    fc.record({ type: type('state-snapshot'), revision: step, state: json }),
    fc.record({ type: type('output'), run, name: text, ok: fc.boolean() }),
    fc.record({ type: type('component'), run, block, component: text, props: fc.constant({ rows: 1 }) }),
    fc.record({
      type: type('form-request'),
      run,
      form,
      tool: text,
      schema: fc.constant({ type: 'object' }),
      values: fc.constant({ time: '07:30' }),
      missing: fc.constantFrom<string[][]>([], ['label']),
      errors: fc.constant<{ field: string; message: string }[]>([]),
    }),
    fc.record({ type: type('form-end'), form, reason: fc.constantFrom('submitted', 'cancelled', 'answered') }),
    fc.record({ type: type('approval-request'), run, approval, call, name: text, input: json, expiresAt }),
    fc.record({ type: type('approval-answer'), run, approval, approved: fc.boolean(), by: fc.option(text) }),
    fc.record({
      type: type('budget-request'),
      run,
      approval,
      scope: fc.constant('user' as const),
      period: fc.constant('day' as const),
      limit: amount,
      spent: amount,
      call: amount,
      more: amount,
      by: fc.constantFrom('user', 'admin'),
      renewsAt: expiresAt,
      expiresAt,
    }),
    fc.record({ type: type('run-park'), run }),
    fc.record({ type: type('run-resume'), run, attempt: step }),
    fc.record({ type: type('task-start'), run, task, intent: text }),
    fc.record({ type: type('task-end'), task, outcome: fc.constantFrom('completed', 'abandoned', 'cancelled') }),
    fc.record({ type: type('task-resume'), run, task }),
    fc.record({
      type: type('filter'),
      run,
      filter: text,
      on: fc.constantFrom(...FilterPlace.options),
      action: fc.constantFrom('changed', 'refused'),
      found: fc.constant({ card: 2 }),
    }),
    fc.record({ type: type('summary'), run, upTo: message, text }),
    fc.record({ type: type('tomorrow'), run, what: json }) as unknown as fc.Arbitrary<Event>, // a newer server's
  )
  return event.map((one): Event => one)
}
