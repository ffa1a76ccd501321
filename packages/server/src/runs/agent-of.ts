import type { Agent } from '../agent/agent.ts'
import type { Engine } from './engine.ts'

/** An agent with all that it can use now: its own tools, and those of its MCP servers. */
export async function agentOf(engine: Engine, name: string): Promise<Agent | undefined> {
  const agent = engine.agents.get(name)
  if (!agent || (agent.mcp !== true && agent.mcp.length === 0)) return agent
  const own = new Set(agent.tools.map((tool) => tool.name))
  const others = await engine.mcp.tools(agent.mcp)
  return { ...agent, tools: [...agent.tools, ...others.filter((tool) => !own.has(tool.name))] }
}
