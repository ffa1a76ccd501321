import type { Budget, ConversationId, MessageId, Owner, Position, RunId } from '@streambed/protocol'
import type { Agent } from '../agent/agent.ts'
import type { Collection } from '../agent/collection.ts'
import type { Filter } from '../agent/filters/filter.ts'
import { type McpServers, noMcpServers } from '../agent/mcp.ts'
import type { Bus } from '../bus/bus.ts'
import { listTopic } from '../bus/bus.ts'
import type { Model } from '../model/model.ts'
import { type Metrics, noMetrics } from '../observe/metrics.ts'
import { noTraces, type Traces } from '../observe/traces.ts'
import { collectionsOf } from '../records/collections.ts'
import type { AppendOptions, Entry, NewEvent, Store } from '../store/store.ts'
import { turnstile } from './turnstile.ts'

/** What `serve` puts together and everything in this folder works on. */
export interface EngineOptions {
  readonly store: Store
  readonly bus: Bus
  readonly model: Model
  readonly agents: ReadonlyMap<string, Agent>
  /** The agent for those who name none. */
  readonly defaultAgent: string
  /** The model for agents that name none: an id, an inference profile or an ARN. */
  defaultModel(): string
  readonly settings: Settings
  readonly log: Log
  /** Default: none. */
  readonly mcp?: McpServers
  /** What may be spent where an organisation has not said. Default: nothing is limited. */
  readonly budgets?: readonly Budget[]
  /** What no organisation may spend more than, whatever it has said. All are of organisations. Default: there is none. */
  readonly caps?: readonly Budget[]
  /** Look at what is said to every agent and by it, before the agent's own. Default: none. */
  readonly filters?: readonly Filter[]
  /** Default: nothing is counted. */
  readonly metrics?: Metrics
  /** Default: none are made. */
  readonly traces?: Traces
  /** Whether somebody was shown out: disabled or removed. Nothing is answered for them. Default: nobody was. */
  isOut?(owner: Owner): Promise<boolean>
  now?(): Date
}

export interface Settings {
  readonly maxTokens: number
  readonly temperature?: number
  readonly topP?: number
  /** Said to every agent's model before the agent's own instructions. */
  readonly systemPrompt?: string
  /** What agents say this deployment is called. */
  readonly workspace?: string
  /** The longest message, in characters. */
  readonly promptLimit: number
  /** How long a run stays this server's without a sign of life, in milliseconds. */
  readonly leaseMs: number
  /** After how long without a word a task counts as abandoned, in milliseconds; five minutes where left out. */
  readonly taskMs?: number
  /** How long conversations are kept at the most, in days after the last thing that happened in them; without it for ever. */
  readonly conversationDays?: number
  /** Answers that one user may have written at once; of an organisation 25 times as many. Without it there is no limit. */
  readonly runsAtOnce?: number
  /** What all files of one user may take up, in bytes. Without it there is no limit. */
  readonly storagePerUser?: number
}

/** The part of pino that the engine uses. */
export interface Log {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}

export interface Engine extends Required<EngineOptions> {
  /** This process, among all that share the store. */
  readonly server: string
  /** What the agents keep for their users. */
  readonly collections: ReadonlyMap<string, Collection>
  /** The runs that are being answered in this process. */
  readonly active: Map<RunId, ActiveRun>
  /** Whose runs are about to become active. */
  readonly beginning: Set<Owner>
  /** Where a run waits for a place, and whose it is; the one that has waited longest is the first. The log has that they are queued. */
  readonly waiting: Map<ConversationId, Owner>
  /** One deed at a time for each conversation, in the order in which they came. */
  inTurn<Result>(conversation: ConversationId, deed: () => Promise<Result>): Promise<Result>
  draining: boolean
}

export interface ActiveRun {
  readonly owner: Owner
  readonly conversation: ConversationId
  /** Ends the run, and says why. The first reason counts. */
  end(reason: 'stopped' | 'interrupted' | 'fenced'): void
  /** Resolves when the run has ended and let go of everything; never rejects. */
  readonly over: Promise<void>
}

/** What a request to answer something led to. */
export interface Accepted {
  readonly conversation: ConversationId
  readonly message: MessageId
  readonly run: RunId
  /** The place of the event that asked for the run: following from here shows all of the answer. */
  readonly position: Position
}

export function createEngine(options: EngineOptions): Engine {
  return {
    now: () => new Date(),
    mcp: noMcpServers,
    budgets: [],
    caps: [],
    filters: [],
    metrics: noMetrics,
    traces: noTraces,
    isOut: async () => false,
    ...options,
    collections: collectionsOf(options.agents.values()),
    server: crypto.randomUUID(),
    active: new Map(),
    beginning: new Set(),
    waiting: new Map(),
    inTurn: turnstile(),
    draining: false,
  }
}

/** Appends to a log and wakes its readers, and those of the owner's list when that looks different now. */
export async function append(
  { store, bus, metrics, traces }: Pick<Engine, 'store' | 'bus'> & Partial<Pick<Engine, 'metrics' | 'traces'>>,
  owner: Owner,
  conversation: ConversationId,
  events: readonly NewEvent[],
  options?: AppendOptions,
): Promise<readonly Entry[]> {
  const entries = await store.append(conversation, events, options)
  bus.wake(conversation, entries)
  metrics?.events(events)
  traces?.events(conversation, events)
  if (events.some(changesList)) bus.wake(listTopic(owner))
  return entries
}

function changesList({ type }: NewEvent): boolean {
  switch (type) {
    case 'conversation-start':
    case 'conversation-change':
    case 'message':
    case 'run-start':
    case 'run-park':
    case 'run-resume':
    case 'run-end':
    case 'notice':
      return true
    default:
      return false
  }
}
