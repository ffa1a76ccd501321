import type { ConverseRequest, ToolSpec } from '../wire.ts'
import type { ModelLimits } from './conversation.ts'

/** The tools offered, the choice between them, and whether a history that used tools still offers any. */
export function toolsWrong({ toolConfig, messages = [] }: ConverseRequest, model: ModelLimits): string | undefined {
  if (!toolConfig) {
    const usesTools = messages.some(({ content }) => content?.some(({ toolUse, toolResult }) => toolUse || toolResult))
    return usesTools
      ? 'The toolConfig field must be defined when using toolUse and toolResult content blocks.'
      : undefined
  }
  if (model.tools === false) return "This model doesn't support tool use."
  const tools = toolConfig.tools ?? []
  if (tools.length === 0) {
    return "1 validation error detected: Value at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than or equal to 1"
  }
  const names = new Set<string>()
  for (let i = 0; i < tools.length; i++) {
    const spec = tools[i]!.toolSpec
    if (!spec) continue
    const wrong = specWrong(spec, `toolConfig.tools.${i}.toolSpec`)
    if (wrong) return wrong
    if (names.has(spec.name!))
      return `The tool ${spec.name} is already defined at toolConfig.tools. Tool names must be unique.`
    names.add(spec.name!)
  }
  const chosen = toolConfig.toolChoice?.tool?.name
  if (chosen !== undefined && !names.has(chosen)) {
    return `The tool ${chosen} in toolConfig.toolChoice is not among the tools provided in toolConfig.tools.`
  }
  return undefined
}

function specWrong({ name = '', description, inputSchema }: ToolSpec, path: string): string | undefined {
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    return `1 validation error detected: Value '${name}' at '${path}.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]{1,64}`
  }
  if (description !== undefined && description.length === 0) {
    return `1 validation error detected: Value '' at '${path}.description' failed to satisfy constraint: Member must have length greater than or equal to 1`
  }
  const schema = inputSchema?.json
  if (typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'object') return undefined
  return `The value at ${path}.inputSchema.json.type must be one of the following: object.`
}
