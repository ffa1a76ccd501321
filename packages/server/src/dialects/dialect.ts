import type { LoggedEvent } from '@streambed/protocol'

/**
 * How one kind of client sees a run: frames out. An encoder is a fold: made anew for each reader and fed the run's events from
 * its first on, it writes the same frames every time, so a client can resume anywhere. It has no clock and no network.
 */
export type Encoder = (event: LoggedEvent) => readonly string[]

/** What a client asked, in its own words. */
export interface Asked<Name = string> {
  /** Its own name for the conversation. */
  readonly session: string
  /** Its name for the request, which its answers carry. */
  readonly id: Name
}
