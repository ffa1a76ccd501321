import * as z from 'zod'
import type { App, Door } from './door.ts'

const JsonSchema = z.record(z.string(), z.unknown())
const ToolInfo = z.object({
  tool: z.string().describe('What its server calls it.'),
  name: z.string().describe('What models call it.'),
  description: z.string(),
  status: z
    .enum(['on', 'new', 'changed', 'broken'])
    .describe('Models can use it, it waits to be allowed, or it cannot be used.'),
  reason: z.string().nullable().describe('Why it cannot be used.'),
  asks: z.boolean().describe('Whether people are asked before it runs.'),
  hash: z.string().describe('Changes with all that the server says of the tool.'),
  inputSchema: JsonSchema,
  before: z.object({ description: z.string(), inputSchema: JsonSchema }).nullable().describe('What was allowed.'),
})
const ServerInfo = z.object({
  name: z.string(),
  transport: z.enum(['stdio', 'http']),
  status: z.enum(['idle', 'connecting', 'ready', 'down']),
  error: z.string().nullable(),
  tools: z.array(ToolInfo),
})
const tags = ['mcp']

/** The tools of other programs: what there is, and what somebody must allow. */
export function mcp(app: App, { engine }: Door): void {
  app.get(
    '/v1/mcp',
    {
      schema: {
        summary: 'The MCP servers and their tools.',
        description: 'Connects to those that nobody has used yet.',
        tags,
        response: { 200: z.object({ items: z.array(ServerInfo) }) },
      },
    },
    async () => ({ items: structuredClone(await engine.mcp.list()) as z.input<typeof ServerInfo>[] }),
  )

  app.post(
    '/v1/mcp/:server/tools/:tool/approve',
    {
      config: { action: 'server' },
      schema: {
        summary: 'Allows a tool that is new or has changed.',
        description: 'With `hash`, only as it was when that was its hash.',
        tags,
        params: z.object({ server: z.string(), tool: z.string() }),
        body: z.object({ hash: z.string().optional() }).nullish(),
        response: { 200: ToolInfo },
      },
    },
    async ({ params, body }) => {
      const tool = await engine.mcp.approve(params.server, params.tool, body?.hash)
      return structuredClone(tool) as z.input<typeof ToolInfo>
    },
  )
}
