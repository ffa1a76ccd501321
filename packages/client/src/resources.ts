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
