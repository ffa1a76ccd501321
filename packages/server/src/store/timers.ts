import type { ConversationId, Owner } from '@streambed/protocol'

/** Keeps what is to happen at a time. The clockwork reads it; each timer is settled once, whatever crashes in between. */
export interface Timers {
  /** Sets a timer; an earlier one of the same owner and key is gone. Durable when it resolves. */
  set(timer: NewTimer): Promise<Timer>
  find(owner: Owner, key: string): Promise<Timer | undefined>
  /** Removes a timer. Returns whether there was one. */
  cancel(owner: Owner, key: string): Promise<boolean>

  /** Those whose time has come at `time` and that are not postponed beyond it, the longest due first; at most `limit`. */
  due(time: number, limit: number): Promise<readonly Timer[]>
  /** When there is something to look at next; undefined when there is no timer. */
  next(): Promise<number | undefined>
  /**
   * Notes that a timer has fired. Returns false, and does nothing, when it was settled, replaced or cancelled meanwhile. Where
   * its firing says something, `AppendOptions.settles` does the same together with the events.
   */
  settle(settlement: Settlement): Promise<boolean>
  /** Lets a timer be until then; its time stays. */
  postpone(timer: Timer, until: number): Promise<void>
}

/** Something that is to happen once. Times are milliseconds since 1970. */
export interface NewTimer {
  readonly owner: Owner
  /** The owner's own name for it. */
  readonly key: string
  /** The agent that handles it; null for what the engine itself does. */
  readonly agent: string | null
  /** What is to be done, among what its agent can do. */
  readonly kind: string
  readonly at: number
  /** Where it was set. It outlives that conversation. */
  readonly conversation: ConversationId | null
  /** JSON. */
  readonly data: unknown
}

export interface Timer extends NewTimer {
  /** Of this one occurrence: never used again, also not when a timer is set anew. */
  readonly number: number
  /** Its firing has begun: what it says is in a log, and the rest is still to be done. */
  readonly isSaid: boolean
}

/** How far the firing of a timer, named by its number, has come. */
export type Settlement =
  /** It is over. It fires again at `next`, where there is one, with the same data where none is named. */
  | { readonly timer: number; readonly next?: { readonly at: number; readonly data?: unknown } | undefined }
  /** What it says is said: it stays due until it is over. Refused the second time. */
  | { readonly timer: number; readonly isSaid: true }
