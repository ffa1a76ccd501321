import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import packageJson from '../package.json' with { type: 'json' }
import type { McpServers } from './agent/mcp.ts'
import { type Config, ConfigError } from './config.ts'
import type { Log } from './runs/engine.ts'

/** The MCP servers that are configured; nothing where there are none, and then nothing of them is loaded either. */
export async function connectMcp({ mcp, dataDir }: Config, log: Log): Promise<McpServers | undefined> {
  const path = resolve(mcp ?? join(dataDir, 'mcp.json'))
  if (!existsSync(path)) {
    if (mcp !== undefined) throw new ConfigError(`STREAMBED_MCP is ${mcp}; there is no such file.`)
    return undefined
  }
  const { readMcpConfig } = await import('./tools/mcp/config.ts')
  const { mcpServers } = await import('./tools/mcp/servers.ts')
  try {
    const servers = readMcpConfig(path, process.env)
    return await mcpServers({ servers, pins: join(dataDir, 'mcp-tools.json'), version: packageJson.version, log })
  } catch (cause) {
    throw new ConfigError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
