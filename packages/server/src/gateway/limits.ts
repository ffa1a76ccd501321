/** What one connection may hold, wait and ask for. Sizes in bytes, times in milliseconds. */
export const LIMITS = {
  /** What one reader may leave waiting before its next page of 32 KiB is not read: 64 KiB in all, then the log is the queue (P22). */
  room: 16 * 1024,
  /** How long a reader may make no progress before it is let go. */
  stalled: 30_000,
  /** Between two pings. A connection that has not answered one by the next is ended (P35). */
  ping: 25_000,
  /** So many pings a connection may leave unanswered that sends meanwhile: on a slow line its answer stands behind what it sends. */
  latePings: 4,
  /** Between two comments on a quiet event stream (P21). */
  comment: 15_000,
  /** Sockets open at once, in all. */
  sockets: 10_000,
  /** Conversations one socket follows (P31). */
  follows: 32,
  /** Requests of one socket under way at once. */
  underWay: 64,
  /** The longest a long-poll waits (P20). */
  longPoll: 60_000,
  /** Pieces of one WebSocket message, and of what a peer sends before it makes a whole piece. */
  fragments: 64,
  chunks: 1_024,
  /** Until a WebSocket message is whole, once it has begun. */
  message: 10_000,
  /** An uploaded file. */
  file: 4_500_000,
  /** A request that brings its history along, with one of the largest files in base64. */
  history: 6_500_000,
  /** Reading a request's head, and all of it. */
  head: 10_000,
  /** How often it is looked whether that takes too long. */
  look: 3_000,
  request: 30_000,
} as const

/** How long somebody who sends slowly is waited for, in milliseconds. */
export type Patience = Readonly<Record<'head' | 'request' | 'look' | 'message', number>>
