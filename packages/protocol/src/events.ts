import * as z from 'zod'
import { BudgetKey } from './budget.ts'
import { ErrorBody } from './errors.ts'
import { ApprovalId, CallId, ConversationId, FileId, FormId, MessageId, RequestId, RunId, TaskId } from './ids.ts'
import { Patch } from './patch.ts'

/** Whose something is. On a laptop there is one organisation and one user, both called `local`. */
export const Owner = z.object({ org: z.string().min(1), user: z.string().min(1) })
export type Owner = z.infer<typeof Owner>

/** One piece of a user's message. Bytes live beside the log; the event names their file. */
export const Part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image'), file: FileId, mediaType: z.string(), name: z.string() }),
  z.object({ type: z.literal('document'), file: FileId, mediaType: z.string(), name: z.string() }),
  /** A form that was filled in: its values are the input of its tool, which runs before the model speaks. */
  z.object({ type: z.literal('form'), form: FormId, tool: z.string(), values: z.record(z.string(), z.unknown()) }),
])
export type Part = z.infer<typeof Part>

/**
 * How a run ended. `done`: the model finished. `stopped`: somebody asked it to stop. `failed`: see the error. `interrupted`:
 * the server went away in the middle. `limited`: a limit cut it (`detail` says which), what was said is kept.
 */
export const RunEndReason = z.enum(['done', 'stopped', 'failed', 'interrupted', 'limited'])
export type RunEndReason = z.infer<typeof RunEndReason>

/** Which limit ended a `limited` run. */
export const LimitDetail = z.enum([
  'output-tokens',
  'context',
  'steps',
  'cost',
  'budget',
  'guardrail',
  'content-filter',
])
export type LimitDetail = z.infer<typeof LimitDetail>

/** Where filters look: at a user's message and at tools' results before a model sees them, at an answer before people do. */
export const FilterPlace = z.enum(['message', 'tool-result', 'answer'])
export type FilterPlace = z.infer<typeof FilterPlace>

/** Money and tokens of a budget; null where it does not count them. */
const Amount = z.object({ microDollars: z.int().nonnegative().nullable(), tokens: z.int().nonnegative().nullable() })

const run = RunId
/** Numbers a run's blocks from 1, in the order in which they opened. */
const block = z.int().positive()
const tokens = z.int().nonnegative()

/** What can happen in a conversation. Names are noun-action; what opens with `-start` closes with `-end`. */
export const Event = z.discriminatedUnion('type', [
  // The conversation and what people say in it.
  z.object({
    type: z.literal('conversation-start'),
    agent: z.string(),
    title: z.string().nullable(),
    owner: Owner,
    /** A client's own name for it, where the client's protocol lets it choose one. */
    alias: z.string().optional(),
  }),
  z.object({
    type: z.literal('conversation-change'),
    title: z.string().optional(),
    pinned: z.boolean().optional(),
    archived: z.boolean().optional(),
  }),
  /** A user's message. `run` will answer it, now or when its turn comes; `parent` is the user's message it follows. */
  z.object({
    type: z.literal('message'),
    message: MessageId,
    run,
    parent: MessageId.nullable(),
    parts: z.array(Part).min(1),
    requestId: RequestId,
    agent: z.string(),
    model: z.string().optional(),
    /** What the writer's clocks show: an IANA time zone. */
    timezone: z.string().optional(),
  }),
  /** Another answer to a message: `run` takes the place of `of`. */
  z.object({
    type: z.literal('run-retry'),
    run,
    of: RunId,
    message: MessageId,
    agent: z.string(),
    model: z.string().optional(),
  }),
  z.object({ type: z.literal('stop-request'), run }),

  // A run, from its start to its one end.
  z.object({ type: z.literal('run-start'), run, agent: z.string(), model: z.string(), attempt: z.int().positive() }),
  z.object({
    type: z.literal('run-end'),
    run,
    reason: RunEndReason,
    detail: LimitDetail.optional(),
    error: ErrorBody.optional(),
  }),
  /** One model call and the tools it asked for. */
  z.object({ type: z.literal('step-start'), run, step: z.int().positive() }),
  z.object({ type: z.literal('step-end'), run, step: z.int().positive() }),
  /** A step shown to people while they wait. The same `id` again replaces it; `until` is when a wait will be over. */
  z.object({
    type: z.literal('progress'),
    run,
    id: z.string(),
    label: z.string(),
    highlight: z.string().optional(),
    status: z.enum(['active', 'done', 'failed']),
    until: z.iso.datetime().optional(),
  }),
  z.object({ type: z.literal('text-start'), run, block }),
  z.object({ type: z.literal('text-delta'), run, block, text: z.string() }),
  z.object({ type: z.literal('text-end'), run, block }),
  /** Takes back what a block has said: a guardrail's verdict came after the words. `replacement` stands in for it. */
  z.object({ type: z.literal('text-retracted'), run, block, replacement: z.string() }),
  z.object({ type: z.literal('reasoning-start'), run, block }),
  z.object({ type: z.literal('reasoning-delta'), run, block, text: z.string() }),
  z.object({ type: z.literal('reasoning-end'), run, block }),
  z.object({
    type: z.literal('citation'),
    run,
    block,
    title: z.string(),
    source: z.string(),
    text: z.string().optional(),
  }),
  z.object({ type: z.literal('tool-start'), run, block, call: CallId, name: z.string() }),
  /** A piece of the input's JSON text, as it arrives. */
  z.object({ type: z.literal('tool-input-delta'), run, call: CallId, text: z.string() }),
  /** The input is whole and the tool is about to run. */
  z.object({ type: z.literal('tool-call'), run, call: CallId, name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('tool-progress'), run, call: CallId, text: z.string() }),
  /** A call has exactly one result: an output, or an error in words. */
  z.object({
    type: z.literal('tool-result'),
    run,
    call: CallId,
    name: z.string(),
    ok: z.boolean(),
    output: z.unknown().optional(),
    error: z.string().optional(),
    durationMs: z.number().nonnegative(),
  }),
  /**
   * What one model call cost. Tokens are counted apart: `inputTokens` holds no cached ones. Money is whole micro-dollars by the
   * price book of `priceDate`, null when the model has no known price. `estimated`: the call was cut before Bedrock counted it.
   */
  z.object({
    type: z.literal('usage'),
    run,
    model: z.string(),
    inputTokens: tokens,
    outputTokens: tokens,
    cacheReadTokens: tokens,
    cacheWriteTokens: tokens,
    microDollars: z.int().nonnegative().nullable(),
    priceDate: z.iso.date().nullable(),
    estimated: z.boolean(),
    /** From the request to the first event of the answer. */
    firstTokenMs: z.number().nonnegative().optional(),
    /** Of a call that people stopped: what it might still have taken, at most. */
    unspent: z.object({ outputTokens: tokens, microDollars: z.int().nonnegative().nullable() }).optional(),
  }),

  // What an answer makes beside its words.
  /**
   * A change of the conversation's live UI state, by the agent or by a person. Applied to revision n - 1 it gives revision n.
   * What one run changes, or one person at once, is one `unit`: undo and redo take it back and forth whole.
   */
  z.object({
    type: z.literal('state'),
    run: RunId.optional(),
    revision: z.int().positive(),
    patch: Patch,
    unit: z.string(),
    by: z.enum(['agent', 'edit', 'undo', 'redo']),
  }),
  /** The whole state at a revision, where a patch would be longer or there is doubt. */
  z.object({
    type: z.literal('state-snapshot'),
    run: RunId.optional(),
    revision: z.int().positive(),
    state: z.unknown(),
  }),
  /** The answer's structured output has ended. Not `ok`: it never fitted its schema, and the state is the last that did. */
  z.object({ type: z.literal('output'), run, name: z.string(), ok: z.boolean(), error: z.string().optional() }),
  /** Something to look at, made by a tool: a table, a chart, a card. */
  z.object({
    type: z.literal('component'),
    run,
    block,
    call: CallId.optional(),
    component: z.string(),
    props: z.record(z.string(), z.unknown()),
  }),

  // Asking back.
  /** Asks for what a tool still needs. The same `form` again replaces it, with what was wrong in `errors`. */
  z.object({
    type: z.literal('form-request'),
    run,
    form: FormId,
    tool: z.string(),
    /** JSON Schema of the tool's input. */
    schema: z.record(z.string(), z.unknown()),
    values: z.record(z.string(), z.unknown()),
    missing: z.array(z.string()),
    errors: z.array(z.object({ field: z.string(), message: z.string() })),
  }),
  /** A form is no longer open: it was filled in, cancelled, or answered in words. */
  z.object({ type: z.literal('form-end'), form: FormId, reason: z.enum(['submitted', 'cancelled', 'answered']) }),
  /** May this tool run with this input? The run waits, holding nothing, until somebody answers or the time is up. */
  z.object({
    type: z.literal('approval-request'),
    run,
    approval: ApprovalId,
    call: CallId,
    name: z.string(),
    input: z.unknown(),
    reason: z.string().optional(),
    expiresAt: z.iso.datetime(),
  }),
  z.object({
    type: z.literal('approval-answer'),
    run,
    approval: ApprovalId,
    approved: z.boolean(),
    /** The input to run with, where the one who approved has changed it. */
    input: z.unknown().optional(),
    /** Who answered; null when the time was up. */
    by: z.string().nullable(),
  }),
  /**
   * A budget has no room for the run's next call: shall it go on? It waits as for an approval, and `approval-answer` ends it. `spent` holds
   * what is set aside for others too; `call` is what the next call may cost at most, `more` what saying yes allows beyond `spent`.
   */
  z.object({
    type: z.literal('budget-request'),
    run,
    approval: ApprovalId,
    scope: BudgetKey.shape.scope,
    period: BudgetKey.shape.period,
    limit: Amount,
    spent: Amount,
    call: Amount,
    more: Amount,
    /** Who can say yes: the user, or an admin by raising the budget first. */
    by: z.enum(['user', 'admin']),
    renewsAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  }),
  /** The run waits for people and holds nothing meanwhile; `run-resume` takes it up again, perhaps on another server. */
  z.object({ type: z.literal('run-park'), run }),
  z.object({ type: z.literal('run-resume'), run, attempt: z.int().positive() }),

  // What the user wants done, over several messages.
  z.object({ type: z.literal('task-start'), run, task: TaskId, intent: z.string() }),
  /** `abandoned` after a while of silence; a `task-resume` may follow. `cancelled`: the user does not want it any more. */
  z.object({ type: z.literal('task-end'), task: TaskId, outcome: z.enum(['completed', 'abandoned', 'cancelled']) }),
  z.object({ type: z.literal('task-resume'), run, task: TaskId }),

  /**
   * A filter has changed or refused something before a model saw it, or people did. `found` counts what it was for, by kind; what it
   * was is nowhere. A message's event follows the message and names the run that would answer it.
   */
  z.object({
    type: z.literal('filter'),
    run,
    filter: z.string(),
    on: FilterPlace,
    action: z.enum(['changed', 'refused']),
    found: z.record(z.string(), z.int().positive()),
    /** The tool's call whose result it was. */
    call: CallId.optional(),
    /** What a refusal says in place of what it refused. */
    say: z.string().optional(),
  }),

  /** What was said up to and including `upTo`, in short: the model is shown it in place of those turns. */
  z.object({ type: z.literal('summary'), run, upTo: MessageId, text: z.string() }),

  /**
   * Something that happened without a run: an alarm rang, a prediction came due, a model is about to be retired. `kind` names it
   * for programs, `data` holds what they need. `late`: it should have happened while the server was down.
   */
  z.object({
    type: z.literal('notice'),
    level: z.enum(['info', 'warning', 'alarm']),
    text: z.string(),
    kind: z.string().optional(),
    data: z.record(z.string(), z.unknown()).optional(),
    late: z.boolean().optional(),
  }),
])
export type Event = z.infer<typeof Event>
export type EventType = Event['type']
export type EventOf<Type extends EventType> = Extract<Event, { type: Type }>

/**
 * An event on its way into a log. `sealed` never leaves the server: a model's signature, reasoning that nobody is shown. The
 * store keeps it beside the event, which readers get without it.
 */
export type NewEvent = Event & { readonly sealed?: unknown }

/** Where an event stands: its number in the conversation's log, from 1 without gaps, and when it was appended (ISO 8601). */
export const Place = z.object({ seq: z.int().positive(), at: z.iso.datetime() })

/** An event as the log holds it. */
export const LoggedEvent = Event.and(Place)
export type LoggedEvent = Event & Readonly<z.infer<typeof Place>>

/** How far a reader has got. Another `epoch` means that the log was restored or rebuilt, and older places mean nothing. */
export const Position = z.object({ epoch: z.string(), seq: z.int().nonnegative() })
export type Position = Readonly<z.infer<typeof Position>>

/** One conversation in a list. */
export const ConversationSummary = z.object({
  id: ConversationId,
  agent: z.string(),
  title: z.string().nullable(),
  pinned: z.boolean(),
  archived: z.boolean(),
  alias: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** The number of the last event. */
  seq: z.int().nonnegative(),
  /** The run that is answering now. */
  activeRun: RunId.nullable(),
  /** In search results: where the words were found, with the hits between `⟦` and `⟧`. */
  snippet: z.string().optional(),
})
export type ConversationSummary = Readonly<z.infer<typeof ConversationSummary>>
