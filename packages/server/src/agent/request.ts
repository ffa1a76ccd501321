import type { ModelMessage, ModelRequest, ModelTool } from '../model/model.ts'
import { instructionsOf } from './agent.ts'
import { normalise } from './normalise.ts'
import { fieldInstructions, outputInstructions } from './output/output.ts'
import type { Run } from './run.ts'
import type { Tool } from './tool.ts'

/** What the model is asked next. The same each time while nothing more is said. */
export function requestOf({ options, said, tools, writing }: Run): ModelRequest {
  const { agent, modelId, settings, ids } = options
  const { system, deployment, maxTokens, ...others } = settings
  const { reasoning, output } = agent
  const { tags, fields } = writing
  const messages = normalise(said)
  const systemWith = (aboutOutput: string | null): string =>
    [instructionsOf(agent, deployment), aboutOutput, system].filter(Boolean).join('\n\n')
  const free = systemWith(output && outputInstructions(output, tags))
  return {
    ...others,
    model: modelId,
    ...(output && tags && fields
      ? { system: systemWith(fieldInstructions(output, tags)), output: { ...fields, freeSystem: free } }
      : { system: free }),
    messages,
    tools: tools.map(toldOf),
    // The limit covers what the model thinks too.
    maxTokens: maxTokens + (reasoning?.tokens ?? 0),
    ...(reasoning && mayThink(messages) && { reasoningTokens: reasoning.tokens }),
    cache: true,
    metadata: { run: ids.run, conversation: ids.conversation },
  }
}

/** What models are told of tools: the same object in every request. */
const told = new WeakMap<Tool, ModelTool>()

function toldOf(tool: Tool): ModelTool {
  const known = told.get(tool)
  if (known) return known
  const { name, description, inputSchema, strict } = tool
  const fresh = { name, description, inputSchema, ...(strict && { strict }) }
  told.set(tool, fresh)
  return fresh
}

/** A model that called a tool without thinking first must not begin to think when it gets the result. */
function mayThink(messages: readonly ModelMessage[]): boolean {
  const continues = messages.at(-1)?.content.some(({ type }) => type === 'tool-result')
  return !continues || messages.at(-2)?.content[0]?.type === 'reasoning'
}
