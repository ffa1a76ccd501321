export { type Agent, defineAgent, type Limits } from './agent/agent.ts'
export { defineTool, type Tool, type ToolContext } from './agent/tool.ts'
export { currentTime } from './tools/current-time.ts'
export { searchDocs } from './tools/search-docs.ts'
