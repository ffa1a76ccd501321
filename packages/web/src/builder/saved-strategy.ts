import type { Client, Kept, Records } from '@streambed/client'

/** A strategy as it is kept under a name. */
export interface SavedStrategy {
  readonly name: string
  readonly strategy: unknown
  /** Where it was made. */
  readonly conversation?: string
  /** When the strategy itself was last kept. The server says. */
  readonly savedAt?: string
}

export type KeptStrategy = Kept<SavedStrategy>

/** The longest name. */
export const MAX_NAME = 100

/** The user's own strategies. */
export function savedStrategies(client: Client): Records<SavedStrategy> {
  return client.records<SavedStrategy>('strategies')
}
