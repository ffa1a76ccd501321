import type { ConversationId, LiveState, Owner, RunId } from '@streambed/protocol'
import type { Model, ModelMessage, ModelRequest, Price } from '../model/model.ts'
import type { Account } from './account.ts'
import type { Agent, Deployment } from './agent.ts'
import type { RecordsPort } from './collection.ts'
import type { Overflow } from './context.ts'
import type { AgentFilters } from './filters/agent-filters.ts'
import type { FilledForm, OpenForm } from './form.ts'
import type { Meter } from './meter.ts'
import type { Resumption } from './resume.ts'
import type { Timers } from './timer.ts'

/** What one run is given to answer with. */
export interface AnswerOptions {
  readonly agent: Agent
  readonly model: Model
  /** What `model` is asked for: the agent's model or the deployment's default. */
  readonly modelId: string
  /** What was said so far, the message to answer last: `buildHistory` makes it. */
  readonly history: readonly ModelMessage[]
  /** The conversation's live UI state, for agents that have an output. Default: none yet. */
  readonly state?: LiveState
  /** What it was before the run, where that has been taken up again and has changed it. Default: what it is. */
  readonly stateBefore?: unknown
  /** Null where the model's price is unknown: then nothing is counted, and the cost limit does not bite. */
  readonly price: Price | null
  readonly settings: AnswerSettings
  readonly ids: { readonly run: RunId; readonly conversation: ConversationId; readonly owner: Owner }
  /**
   * Ends the run. Its reason says how: `stopped` (somebody asked for it), `interrupted` (the server is going away), `fenced`
   * (another server has the run: nothing more is yielded, not even an end); a StreambedError makes the run fail with it.
   */
  readonly signal: AbortSignal
  /** What the agent's tools keep for the owner. Default: nothing. */
  readonly records?: RecordsPort
  readonly account?: Account
  /** Look at tools' results before the model does. Default: none. */
  readonly filters?: AgentFilters | undefined
  /** What the model calls may cost, beside the agent's own limit. Default: nothing limits them. */
  readonly meter?: Meter
  /** Sets the agent's timers. Default: nothing can be set. */
  readonly timers?: Timers
  /** The forms that are open in the conversation, by their tools' names. Default: none. */
  readonly forms?: ReadonlyMap<string, OpenForm>
  /** The form that the message to answer has filled in: its tool runs first. */
  readonly filled?: FilledForm | undefined
  /** What should be summed up first. */
  readonly overflow?: Overflow | undefined
  /** What was said so far in this run, where it was parked or cut before and is taken up again. */
  readonly resume?: Resumption | undefined
  /** Resolves when all that was yielded is in the log, or never will be. Default: at once. */
  logged?(): Promise<void>
  now(): Date
}

export type AnswerSettings = Pick<ModelRequest, 'maxTokens' | 'temperature' | 'topP' | 'stopSequences'> & {
  /** Added to the agent's instructions. */
  readonly system?: string
  readonly deployment?: Deployment
}
