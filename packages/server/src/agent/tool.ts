import type { CallId, ConversationId, Owner, RunId } from '@streambed/protocol'
import type * as z from 'zod'

/** Something an agent can do. Its description is written for the model, its input schema for both. */
export interface Tool {
  /** 1 to 64 letters, digits, `_` or `-`. */
  readonly name: string
  /** The model reads this to decide when to call the tool. */
  readonly description: string
  readonly input: z.ZodType
  /** How long one call may take, in milliseconds. Past it the model gets an error and a late result is thrown away. */
  readonly timeoutMs: number
  /** How much of an output the model is shown, in characters: the head and the tail of a longer one. */
  readonly maxOutput: number
  run(input: never, context: ToolContext): Promise<unknown>
}

export interface ToolContext {
  /** Aborts when the run is stopped or the time is up. */
  readonly signal: AbortSignal
  readonly owner: Owner
  readonly conversation: ConversationId
  readonly run: RunId
  readonly call: CallId
  now(): Date
  /** Tells people how far the tool has got. */
  progress(text: string): void
  /** Names a source that the answer will rest on. */
  cite(citation: { readonly title: string; readonly source: string; readonly text?: string }): void
}

interface ToolDefinition<Input extends z.ZodType> {
  readonly name: string
  readonly description: string
  readonly input: Input
  readonly timeoutMs?: number
  readonly maxOutput?: number
  run(input: z.output<Input>, context: ToolContext): Promise<unknown>
}

/** Defines a tool. What it returns is shown to the model and to people; what it throws reaches both as an error in words. */
export function defineTool<Input extends z.ZodType>(definition: ToolDefinition<Input>): Tool {
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(definition.name)) {
    throw new TypeError(
      `tool name ${JSON.stringify(definition.name)}: Bedrock takes 1 to 64 letters, digits, "_" or "-"`,
    )
  }
  return { timeoutMs: 30_000, maxOutput: 65_536, ...definition }
}
