import type { ConversationId, EventOf, Owner } from '@streambed/protocol'
import type { RecordsPort } from './collection.ts'

/**
 * What an agent does when a timer of one of its kinds fires. Each firing has its effect once, whatever crashes: what a handler
 * returns is kept together with the note that the timer has fired. A crash before that calls the handler again, so all that it
 * does by itself must be harmless when repeated. One that throws is called again, first after a second, then less and less often.
 */
export type TimerHandler = (firing: Firing, context: FiringContext) => Promise<FiringOutcome | undefined>

export interface Firing {
  readonly owner: Owner
  /** Where the timer was set, if that conversation still exists. */
  readonly conversation: ConversationId | null
  readonly key: string
  /** When it was to fire. */
  readonly at: Date
  /** It could not fire then: the server was down, or the machine asleep. */
  readonly late: boolean
  /** What it was set with. */
  readonly data: unknown
  /** Names this one firing, the same when the handler is called again for it. */
  readonly occurrence: string
}

export interface FiringContext {
  now(): Date
  /** Aborts when the handler has taken 30 seconds. */
  readonly signal: AbortSignal
  readonly records: RecordsPort
}

export interface FiringOutcome {
  /** What is said in the conversation; in a new one where it is gone. A notice of a late firing is marked late. */
  readonly notices?: readonly Omit<EventOf<'notice'>, 'type' | 'late'>[]
  /** What the agent is asked, in the user's place, once it has nothing else to answer there; a run answers it. */
  readonly ask?: string
  /** When the timer fires again, with the same data where none is named. */
  readonly next?: { readonly at: Date; readonly data?: unknown } | undefined
  /** What remains to be done when the notices are said: repeated after a crash, so it must be harmless then. */
  afterwards?(): Promise<void>
}

/** Sets timers of an agent for the user and the conversation that a tool works for. */
export interface Timers {
  /** Sets a timer; an earlier one of the same key is gone. A time that has passed fires at once. Durable when it resolves. */
  set(timer: {
    readonly key: string
    /** One of the agent's `timers`. */
    readonly kind: string
    readonly at: Date
    /** JSON, at most 16 KiB. */
    readonly data?: unknown
  }): Promise<void>
  /** Returns whether there was one. */
  cancel(key: string): Promise<boolean>
}

/** Where there is no clockwork. */
export const noTimers: Timers = {
  set: ({ key }) => Promise.reject(new TypeError(`the timer ${key} cannot be set from here`)),
  cancel: (key) => Promise.reject(new TypeError(`the timer ${key} cannot be cancelled from here`)),
}
