import type { CallId, ComponentName, ComponentProps, ConversationId, Owner, RunId } from '@streambed/protocol'
import type * as z from 'zod'
import type { Account } from './account.ts'
import type { RecordsPort } from './collection.ts'
import { checkFields } from './known-fields.ts'
import { inputSchema } from './schema.ts'
import type { Timers } from './timer.ts'

/** Something an agent can do. Its description is written for the model, its input schema for both. */
export interface Tool {
  /** 1 to 64 letters, digits, `_` or `-`. */
  readonly name: string
  /** The model reads this to decide when to call the tool. */
  readonly description: string
  /** What the model's input must pass before the tool runs. */
  readonly input: z.ZodType
  /** The same for the model, as JSON Schema. */
  readonly inputSchema: Readonly<Record<string, unknown>>
  /**
   * Holds the model to the schema where Bedrock can. One that asks back by a form must not be: its input may be incomplete, and a
   * model that can leave nothing out makes things up.
   */
  readonly strict: boolean
  /** How long one call may take, in milliseconds. Past it the model gets an error and a late result is thrown away. */
  readonly timeoutMs: number
  /** How much of an output the model is shown, in characters: the head and the tail of a longer one. */
  readonly maxOutput: number
  /** Asks the user by a form for what is missing or wrong in its input, instead of giving the model an error. */
  readonly form: boolean
  /** It is something that people want done: reaching for it begins a task, its success completes it. */
  readonly intent: boolean
  /** Whether people are asked before a call runs. A function says it by the input: true asks, a text too, giving the reason. */
  readonly approval: ApprovalRule
  /** How long such a question stays open, in milliseconds. Past it the call is not run. */
  readonly approvalMs: number
  run(input: never, context: ToolContext): Promise<unknown>
}

export type ApprovalRule<Input = never> = 'always' | 'never' | ((input: Input) => boolean | string)

export interface ToolContext {
  /** Aborts when the run is stopped or the time is up. */
  readonly signal: AbortSignal
  readonly owner: Owner
  readonly conversation: ConversationId
  readonly run: RunId
  readonly call: CallId
  now(): Date
  /** The owner's records of a collection that some agent here declares. */
  readonly records: RecordsPort
  /** Sets timers that the agent handles. */
  readonly timers: Timers
  /** Tells people how far the tool has got. Of several in quick succession only the last is shown. */
  progress(text: string): void
  /** What the owner has here, for tools that answer questions about it. */
  readonly account: Account
  /** Shows people a table, a chart or a card. At most 10 of one call. Throws what is wrong with its props. */
  show<Name extends ComponentName>(component: Name, props: ComponentProps<Name>): void
  /** Names a source that the answer will rest on: shown with the next words of the answer. At most 50 of one call. */
  cite(citation: { readonly title: string; readonly source: string; readonly text?: string }): void
}

interface ToolDefinition<Input extends z.ZodType> {
  readonly name: string
  readonly description: string
  /** An object schema that JSON Schema can say. */
  readonly input: Input
  /** True where left out, except for a tool with a form. */
  readonly strict?: boolean
  /** 30 seconds where left out. */
  readonly timeoutMs?: number
  /** 65,536 characters where left out. */
  readonly maxOutput?: number
  readonly form?: boolean
  readonly intent?: boolean
  /** `never` where left out. */
  readonly approval?: ApprovalRule<z.output<Input>>
  /** 24 hours where left out. */
  readonly approvalMs?: number
  run(input: z.output<Input>, context: ToolContext): Promise<unknown>
}

/**
 * Defines a tool. What it returns is shown to the model and to people; what it throws reaches both as an error in words.
 *
 * @throws TypeError when the name or the input cannot be used, or a field is none of a tool's.
 */
export function defineTool<Input extends z.ZodType>(definition: ToolDefinition<Input>): Tool {
  const { name, input } = definition
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    throw new TypeError(`tool name ${JSON.stringify(name)}: Bedrock takes 1 to 64 letters, digits, "_" or "-"`)
  }
  checkFields(`tool ${name}`, definition, FIELDS)
  return { ...DEFAULTS, strict: definition.form !== true, inputSchema: schemaOf(name, input), ...definition }
}

const DEFAULTS = {
  timeoutMs: 30_000,
  maxOutput: 65_536,
  form: false,
  intent: false,
  approval: 'never',
  approvalMs: 24 * 60 * 60 * 1_000,
} as const

/** A tool may be made of another one, which has its schema in words, too. */
const FIELDS = ['name', 'description', 'input', 'run', 'strict', ...Object.keys(DEFAULTS), 'inputSchema']

function schemaOf(name: string, input: z.ZodType): Tool['inputSchema'] {
  try {
    return inputSchema(input)
  } catch (cause) {
    throw new TypeError(`tool ${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
