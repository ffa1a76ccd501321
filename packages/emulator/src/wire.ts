/**
 * The part of Bedrock's Converse request that the emulator reads. Bytes are base64 as they travel, or a `Uint8Array`
 * when a request comes straight from an SDK's types. Everything is optional: nothing has been checked yet.
 */
export interface ConverseRequest {
  readonly modelId?: string | undefined
  readonly messages?: readonly Message[] | undefined
  readonly system?: readonly SystemBlock[] | undefined
  readonly inferenceConfig?: InferenceConfig | undefined
  readonly toolConfig?: ToolConfig | undefined
  readonly additionalModelRequestFields?: unknown
  readonly outputConfig?: OutputConfig | undefined
}

export interface Message {
  readonly role?: string | undefined
  readonly content?: readonly ContentBlock[] | undefined
}

/** A union on the wire: exactly one member is there. */
export interface ContentBlock {
  readonly text?: string | undefined
  readonly image?: ImageBlock | undefined
  readonly document?: DocumentBlock | undefined
  readonly video?: object | undefined
  readonly audio?: object | undefined
  readonly toolUse?: ToolUseBlock | undefined
  readonly toolResult?: ToolResultBlock | undefined
  readonly reasoningContent?: ReasoningBlock | undefined
  readonly cachePoint?: object | undefined
  readonly guardContent?: object | undefined
  readonly citationsContent?: object | undefined
  readonly searchResult?: object | undefined
}

export interface ImageBlock {
  readonly format?: string | undefined
  readonly source?: { readonly bytes?: Bytes | undefined } | undefined
}

export interface DocumentBlock {
  readonly format?: string | undefined
  readonly name?: string | undefined
  readonly source?: { readonly bytes?: Bytes | undefined; readonly text?: string | undefined } | undefined
}

export interface ToolUseBlock {
  readonly toolUseId?: string | undefined
  readonly name?: string | undefined
  readonly input?: unknown
}

export interface ToolResultBlock {
  readonly toolUseId?: string | undefined
  readonly content?: readonly ToolResultContent[] | undefined
  readonly status?: string | undefined
}

export interface ToolResultContent {
  readonly text?: string | undefined
  readonly json?: unknown
  readonly image?: ImageBlock | undefined
  readonly document?: DocumentBlock | undefined
  readonly searchResult?: object | undefined
}

export interface ReasoningBlock {
  readonly reasoningText?: { readonly text?: string | undefined; readonly signature?: string | undefined } | undefined
  readonly redactedContent?: Bytes | undefined
}

export interface SystemBlock {
  readonly text?: string | undefined
  readonly cachePoint?: object | undefined
  readonly guardContent?: object | undefined
}

export interface InferenceConfig {
  readonly maxTokens?: number | undefined
  readonly temperature?: number | undefined
  readonly topP?: number | undefined
  readonly stopSequences?: readonly string[] | undefined
}

export interface ToolConfig {
  readonly tools?: readonly ToolEntry[] | undefined
  readonly toolChoice?: ToolChoice | undefined
}

export interface ToolEntry {
  readonly toolSpec?: ToolSpec | undefined
  readonly systemTool?: object | undefined
  readonly cachePoint?: object | undefined
}

export interface ToolSpec {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly inputSchema?: { readonly json?: unknown } | undefined
  readonly strict?: boolean | undefined
}

export interface ToolChoice {
  readonly auto?: object | undefined
  readonly any?: object | undefined
  readonly tool?: { readonly name?: string | undefined } | undefined
}

export interface OutputConfig {
  readonly textFormat?:
    | {
        readonly structure?: { readonly jsonSchema?: { readonly schema?: string | undefined } | undefined } | undefined
      }
    | undefined
}

export type Bytes = string | Uint8Array
