import type { ConversationId, NewEvent } from '@streambed/protocol'

/** Is told what is appended to logs, and makes traces of it elsewhere. The package `@streambed/otel` has one. */
export interface Traces extends AsyncDisposable {
  /** What was just appended to a conversation. */
  events(conversation: ConversationId, events: readonly NewEvent[]): void
}

export const noTraces: Traces = { events() {}, async [Symbol.asyncDispose]() {} }
