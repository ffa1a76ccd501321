import * as z from 'zod'
import { ErrorBody } from './errors.ts'
import { CallId, ConversationId, FileId, MessageId, RequestId, RunId } from './ids.ts'

/** Whose something is. On a laptop there is one organisation and one user, both called `local`. */
export const Owner = z.object({ org: z.string().min(1), user: z.string().min(1) })
export type Owner = z.infer<typeof Owner>

/** One piece of a user's message. Bytes live beside the log; the event names their file. */
export const Part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image'), file: FileId, mediaType: z.string(), name: z.string() }),
  z.object({ type: z.literal('document'), file: FileId, mediaType: z.string(), name: z.string() }),
])
export type Part = z.infer<typeof Part>

/**
 * How a run ended. `done`: the model finished. `stopped`: somebody asked it to stop. `failed`: see the error. `interrupted`:
 * the server went away in the middle. `limited`: a limit cut it (`detail` says which), what was said is kept.
 */
export const RunEndReason = z.enum(['done', 'stopped', 'failed', 'interrupted', 'limited'])
export type RunEndReason = z.infer<typeof RunEndReason>

/** Which limit ended a `limited` run. */
export const LimitDetail = z.enum(['output-tokens', 'context', 'steps', 'cost', 'guardrail', 'content-filter'])
export type LimitDetail = z.infer<typeof LimitDetail>

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
  }),
  /** Something people should know that belongs to no answer, such as a model that is about to be retired. */
  z.object({ type: z.literal('notice'), level: z.enum(['info', 'warning']), text: z.string() }),
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
