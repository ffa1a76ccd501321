import type { ConversationId, LoggedEvent, RequestId } from '@streambed/protocol'

/**
 * How one kind of client sees a run: frames out. An encoder is a fold: made anew for each reader and fed the run's events
 * from its first on, it writes the same frames every time, so a client can resume anywhere. It has no clock and no network.
 */
export type Encoder = (event: LoggedEvent) => readonly string[]

/** The request that a run answers, as its own client named it. */
export interface Asked {
  readonly conversation: ConversationId
  readonly requestId: RequestId
}
