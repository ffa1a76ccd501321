import { readFileSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { whatIsWrong } from '@streambed/protocol'
import * as z from 'zod'

const common = {
  /**
   * Whether people are asked before a tool runs: `always`, `unless-read-only` where the server's word for that is to be trusted, or
   * `never`.
   */
  approval: z.enum(['always', 'unless-read-only', 'never']).default('always'),
  /** The tools to use; all where left out. */
  tools: z.array(z.string()).max(128).optional(),
  /** How long one call may take. */
  timeoutSeconds: z.number().min(1).max(600).default(60),
}

const Texts = z.record(z.string().min(1).max(256), z.string().max(8_192))

/** A program on this machine that is spoken to over its standard input and output. No shell reads its command. */
const StdioServer = z.strictObject({
  /** Said by files for other programs; `command` says it here. */
  type: z.literal('stdio').optional(),
  command: z.string().min(1),
  args: z.array(z.string()).max(100).default([]),
  /** All that it gets of the environment, beside where things are: PATH, HOME and the like. */
  env: Texts.default({}),
  cwd: z.string().optional(),
  ...common,
})
export type StdioServer = Readonly<Omit<z.infer<typeof StdioServer>, 'type'>>

const HttpServer = z.strictObject({
  type: z.enum(['http', 'streamable-http']).optional(),
  url: z.url({ protocol: /^https?$/ }),
  headers: Texts.default({}),
  /** Addresses of one's own that it may have. Without, only public ones, and only by https. */
  allow: z.array(z.enum(['loopback', 'private'])).default([]),
  ...common,
})
export type HttpServer = Readonly<Omit<z.infer<typeof HttpServer>, 'type'>>

export const McpConfig = z.strictObject({
  mcpServers: z
    .record(z.string(), z.unknown())
    .refine((servers) => Object.keys(servers).length <= 32, 'at most 32 servers'),
})

export type ServerConfig = StdioServer | HttpServer

/**
 * The MCP servers that a file names, by name; none when there is no such file. `${NAME}` in `env` and `headers` stands for that variable
 * of `environment`.
 *
 * @throws Error with a sentence for what is wrong.
 */
export function readMcpConfig(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, ServerConfig> {
  const parsed = McpConfig.safeParse(jsonOf(path))
  if (!parsed.success) throw new Error(`${path}: ${whatIsWrong(parsed.error)}`)
  const servers = Object.entries(parsed.data.mcpServers).map(([name, server]) => {
    if (!/^[a-z][a-z0-9-]{0,23}$/.test(name)) {
      throw new Error(
        `${path}: a server cannot be named ${JSON.stringify(name)}; use lower-case letters, digits, dashes.`,
      )
    }
    return [name, serverOf(path, name, server, environment)] as const
  })
  return new Map(servers)
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return { mcpServers: {} }
    throw new Error(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

function serverOf(
  path: string,
  name: string,
  server: unknown,
  environment: Readonly<Record<string, string | undefined>>,
): ServerConfig {
  const has = (field: string): boolean => typeof server === 'object' && server !== null && field in server
  const parsed = (has('command') ? StdioServer : HttpServer).safeParse(server)
  if (!parsed.success) throw new Error(`${path}: ${name}: ${wrongIn(parsed.error, has('command') || has('url'))}`)
  const { type: _, ...said } = parsed.data
  const filled = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, fillIn(text)]))
  if (!('command' in said)) return { ...said, headers: filled(said.headers) }
  const { cwd } = said
  return {
    ...said,
    env: filled(said.env),
    ...(cwd !== undefined && { cwd: isAbsolute(cwd) ? cwd : resolve(path, '..', cwd) }),
  }

  function fillIn(text: string): string {
    return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, variable: string) => {
      const value = environment[variable]
      if (value === undefined) throw new Error(`${path}: ${name}: the variable ${variable} is not set.`)
      return value
    })
  }
}

function wrongIn({ issues }: z.ZodError, isToldApart: boolean): string {
  if (isToldApart) return whatIsWrong({ issues })
  const others = issues.filter(({ path }) => path[0] !== 'url')
  return [
    'give it a command, for a program, or a url.',
    ...(others.length > 0 ? [whatIsWrong({ issues: others })] : []),
  ].join(' ')
}
