/** One of the agents a deployment serves. */
export interface AgentInfo {
  /** How requests name it. */
  readonly name: string
  readonly title: string
  readonly description: string
  /** Prompts to try, for an empty conversation. */
  readonly suggestions: readonly string[]
  /** The model it asks, unless a message names another. */
  readonly model: string
  /** Whether it answers those who name no agent. */
  readonly default: boolean
}

/** A model that the deployment's account can use. Numbers are null where they are not known. */
export interface ModelInfo {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly streaming: boolean
  readonly contextTokens: number | null
  readonly maxOutputTokens: number | null
  readonly lifecycle: 'active' | 'legacy'
  /** When a legacy model stops answering (ISO date). */
  readonly endOfLife: string | null
  /** Whole micro-dollars per million tokens. */
  readonly price: {
    readonly input: number
    readonly output: number
    readonly cacheRead: number
    readonly cacheWrite: number
  } | null
  readonly images: boolean
  readonly documents: boolean
  readonly tools: boolean
  readonly reasoning: boolean
  readonly promptCache: boolean
}

export interface ModelList {
  readonly items: readonly ModelInfo[]
  /** What answers where nobody chose. */
  readonly default: string | null
}

export interface Health {
  readonly status: 'ok'
  readonly version: string
  /** `demo`: a built-in stand-in answers, not Bedrock. */
  readonly model: 'demo' | 'bedrock'
}

/** What an upload made. Name it in a message as `{type: 'file', file: id}`. */
export interface UploadedFile {
  readonly id: string
  readonly mediaType: string
  readonly name: string
  readonly size: number
}

/** A kind of records that an agent keeps for the user. Served at `/v1/<name>`. */
export interface CollectionInfo {
  readonly name: string
  readonly description: string
  /** Fields that lists can be filtered and ordered by. */
  readonly indexes: readonly string[]
  /** What `records(name).view()` knows. */
  readonly views: readonly string[]
}

export interface UsageQuery {
  /** ISO dates in UTC, both included. 30 days up to today where left out. */
  readonly from?: string
  readonly to?: string
  readonly by?: 'day' | 'model' | 'agent' | 'conversation' | 'user'
  /** Whose; one's own where left out. The organisation's is for its admins. */
  readonly of?: 'me' | 'organisation'
}

export interface UsageReport {
  readonly from: string
  readonly to: string
  readonly by: NonNullable<UsageQuery['by']>
  readonly items: readonly UsageSum[]
}

/** What the model calls of one day, model, agent, conversation or user have cost. */
export interface UsageSum {
  readonly key: string
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  /** Whole micro-dollars, of the calls whose price is known. */
  readonly microDollars: number
  readonly unpricedCalls: number
  /** Calls that were cut before Bedrock counted them. */
  readonly estimatedCalls: number
  /** The mean; null when no call got as far. */
  readonly firstTokenMs: number | null
}
