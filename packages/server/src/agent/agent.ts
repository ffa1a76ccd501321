import type { Collection, RecordsPort } from './collection.ts'
import type { Filter } from './filters/filter.ts'
import { checkFields } from './known-fields.ts'
import type { Output } from './output/output.ts'
import { endTask } from './tasks/end-task.ts'
import type { TimerHandler } from './timer.ts'
import type { Tool } from './tool.ts'

/** Who answers: instructions, tools and limits. One file or folder in `agents/` defines one. */
export interface Agent {
  /** How requests name it: lower-case letters, digits and dashes. */
  readonly name: string
  /** What people see. */
  readonly title: string
  readonly description: string
  /** Prompts to try, shown in an empty conversation. */
  readonly suggestions: readonly string[]
  /** A model id or inference profile; the deployment's default (`BEDROCK_MODEL_ID`) where null. */
  readonly model: string | null
  readonly instructions: Instructions
  readonly tools: readonly Tool[]
  /** The MCP servers whose tools it has too, by the names they are configured with; all of them where true. */
  readonly mcp: readonly string[] | true
  /** What it makes beside its words, as the conversation's live UI state. */
  readonly output: Output | null
  /** Who looks at what is said to it and by it, after the deployment's own filters. */
  readonly filters: readonly Filter[]
  /** What it is told about the user it works for, beside its instructions: read anew for each run. */
  profile(user: { readonly records: RecordsPort }): Promise<string | undefined>
  /** What it keeps for each user. */
  readonly collections: readonly Collection[]
  /** What it does when one of its timers fires, by the timer's kind. */
  readonly timers: Readonly<Record<string, TimerHandler>>
  readonly reasoning: Reasoning | null
  /** Tells people step by step what it is at. */
  readonly steps: boolean
  /** What its model is shown of a conversation: all that fits, or what belongs to the task at hand. */
  readonly context: 'conversation' | 'task'
  /** What becomes of turns that no longer fit: they are summed up by a model call, or left out. */
  readonly oldTurns: 'sum-up' | 'leave-out'
  readonly limits: Limits
}

/** What the agent's model is told, always the same for a deployment, so that it can be cached. */
export type Instructions = string | ((deployment: Deployment) => string)

/** What a deployment is called, for agents that say so. */
export interface Deployment {
  readonly workspace: string
}

/** Lets the model think before it answers. `show` decides whether people see what it thought. */
export interface Reasoning {
  readonly tokens: number
  readonly show: boolean
}

export interface Limits {
  /** Model calls in one run. */
  readonly steps: number
  /** What one run may cost, in micro-dollars; checked before every model call. */
  readonly microDollars: number
  /** Turns shown to the model; older ones are left out, whole. */
  readonly turns: number
  /** Tokens shown to the model, estimated; older turns are left out, whole. */
  readonly contextTokens: number
}

const DEFAULT_LIMITS: Limits = { steps: 20, microDollars: 2_000_000, turns: 200, contextTokens: 150_000 }

type AgentDefinition = Pick<Agent, 'name' | 'instructions'> &
  Partial<Omit<Agent, 'limits'>> & { readonly limits?: Partial<Limits> }

const DEFAULTS = {
  description: '',
  suggestions: [],
  model: null,
  output: null,
  filters: [],
  profile: async () => undefined,
  collections: [],
  mcp: [],
  timers: {},
  reasoning: null,
  steps: false,
  context: 'conversation',
  oldTurns: 'sum-up',
} as const satisfies Partial<Agent>

const FIELDS = ['name', 'title', 'instructions', 'tools', 'limits', ...Object.keys(DEFAULTS)]

/**
 * Defines an agent; what is left out gets its default.
 *
 * @throws TypeError when the name or two tools' names cannot be used, or a field is none of an agent's.
 */
export function defineAgent(definition: AgentDefinition): Agent {
  const { name, tools: own = [] } = definition
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) {
    throw new TypeError(`agent name ${JSON.stringify(name)}: use lower-case letters, digits and dashes`)
  }
  checkFields(`agent ${name}`, definition, FIELDS)
  checkFields(`agent ${name}: limits`, definition.limits ?? {}, Object.keys(DEFAULT_LIMITS))
  const tools = own.some(({ intent }) => intent) ? [...own, endTask] : own
  const twice = tools.find((tool, i) => tools.findIndex((other) => other.name === tool.name) !== i)
  if (twice) throw new TypeError(`agent ${name} has two tools named ${twice.name}`)
  return {
    title: name,
    ...DEFAULTS,
    ...definition,
    tools,
    limits: { ...DEFAULT_LIMITS, ...definition.limits },
  }
}

/** An agent's instructions in a deployment. */
export function instructionsOf({ instructions }: Agent, deployment: Deployment = { workspace: 'Streambed' }): string {
  return typeof instructions === 'string' ? instructions : instructions(deployment)
}
