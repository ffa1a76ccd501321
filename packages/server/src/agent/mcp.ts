import { StreambedError } from '@streambed/protocol'
import type { Tool } from './tool.ts'

/** Other programs that offer tools by the Model Context Protocol. */
export interface McpServers extends AsyncDisposable {
  /**
   * The tools that can be used now: of the servers that are named, or of all. Connects to those that nobody has used yet and waits for
   * them once, up to 15 seconds; never throws.
   */
  tools(names: readonly string[] | true): Promise<readonly Tool[]>
  /** All servers, connected if need be, and all that they offer. */
  list(): Promise<readonly McpServerInfo[]>
  /**
   * Allows a tool that is new or has changed, as it is now, or as `hash` names it.
   *
   * @throws StreambedError `not-found`, `tool-changed`.
   */
  approve(server: string, tool: string, hash?: string): Promise<McpToolInfo>
}

export interface McpServerInfo {
  readonly name: string
  readonly transport: 'stdio' | 'http'
  readonly status: 'idle' | 'connecting' | 'ready' | 'down'
  /** Why it is down. */
  readonly error: string | null
  readonly tools: readonly McpToolInfo[]
}

export interface McpToolInfo {
  /** What its server calls it. */
  readonly tool: string
  /** What models call it. */
  readonly name: string
  readonly description: string
  /** `on`: models can use it. `new`, `changed`: not until somebody allows it. `broken`: it cannot be used; see the reason. */
  readonly status: 'on' | 'new' | 'changed' | 'broken'
  readonly reason: string | null
  readonly asks: boolean
  readonly hash: string
  readonly inputSchema: Readonly<Record<string, unknown>>
  /** What was allowed before it changed. */
  readonly before: { readonly description: string; readonly inputSchema: Readonly<Record<string, unknown>> } | null
}

/** Where no such servers are configured. */
export const noMcpServers: McpServers = {
  tools: async () => [],
  list: async () => [],
  approve: async () => {
    throw new StreambedError('not-found')
  },
  async [Symbol.asyncDispose]() {},
}
