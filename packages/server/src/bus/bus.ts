import type { ConversationId, Owner } from '@streambed/protocol'
import type { Entry } from '../store/store.ts'

/**
 * Tells every reader that a log has grown. A wake may get lost, come late or twice: the log holds the truth, the bus only
 * saves waiting. Inside one process a wake may carry what was appended; between servers it carries nothing.
 */
export interface Bus extends AsyncDisposable {
  wake(topic: Topic, entries?: readonly Entry[]): void
  listen(topic: Topic): Listener
}

/** A conversation's log, an owner's conversations and records, the end of all that is theirs, the timers of all, or who may use the server. */
export type Topic = ConversationId | ListTopic | ErasedTopic | typeof TIMERS | typeof ACCOUNTS
export type ListTopic = `list:${string}`
export type ErasedTopic = `erased:${string}`

export const TIMERS = 'timers'
export const ACCOUNTS = 'accounts'
export const listTopic = (owner: Owner): ListTopic => `list:${JSON.stringify([owner.org, owner.user])}`
export const erasedTopic = (owner: Owner): ErasedTopic => `erased:${JSON.stringify([owner.org, owner.user])}`

export interface Listener extends Disposable {
  /**
   * Resolves at the next wake, or at once if one came since the last call, with the entries that wakes have carried since,
   * in order; with none when a wake carried nothing, or more than a reader should hold (64 KiB): then the log is to be read.
   * Resolves with none after `ms` without a wake, as the safety net for lost ones. Rejects with the signal's reason.
   */
  next(signal: AbortSignal, ms: number): Promise<readonly Entry[]>
}
