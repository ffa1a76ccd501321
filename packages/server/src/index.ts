export { type Agent, defineAgent, type Limits } from './agent/agent.ts'
export { defineTool, type Tool, type ToolContext } from './agent/tool.ts'
