import type { Skill } from '../skill.ts'
import { fittingTool } from '../tool-choice.ts'
import { toolInput } from '../tool-input.ts'

/** Calls a tool because the request's `toolChoice` says so. */
export const forcedCall: Skill = {
  name: 'forced-call',
  answer({ mustCall, tools, text }) {
    if (mustCall === undefined) return undefined
    const tool = tools.find(({ name }) => name === mustCall) ?? fittingTool(tools, text) ?? tools[0]
    return tool ? { calls: [{ tool, input: toolInput(tool.inputSchema?.json, text) }] } : undefined
  },
}
