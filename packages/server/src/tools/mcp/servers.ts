import { createHash } from 'node:crypto'
import { StreambedError } from '@streambed/protocol'
import * as z from 'zod'
import type { McpServerInfo, McpServers, McpToolInfo } from '../../agent/mcp.ts'
import { defineTool, type Tool } from '../../agent/tool.ts'
import type { ServerConfig } from './config.ts'
import { type Definition, definitionsOf } from './definition.ts'
import { openPinBook, type Pin, type PinBook, pinOf } from './pins.ts'
import { failureOf, resultText } from './result.ts'
import { type McpServer, mcpServer } from './server.ts'

/** The part of pino that is used here. */
export interface Log {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
}

export interface McpServersOptions {
  readonly servers: ReadonlyMap<string, ServerConfig>
  /** The file that remembers which tools were allowed. */
  readonly pins: string
  readonly version: string
  readonly log: Log
  /** The clock, in milliseconds since 1970. Default the machine's. */
  now?(): number
}

/** Tools of one server; those beyond are left out. */
const MAX_TOOLS = 128
/** Tools of all servers that one agent has. */
const MAX_ALL = 256

/** The tools of other programs. What they offer when they are first seen is allowed; what they change or add later must be. */
export async function mcpServers({ servers, pins, version, log, now }: McpServersOptions): Promise<McpServers> {
  const book = await openPinBook(pins)
  const offers = new Map([...servers].map(([name, config]) => [name, offer(name, config)]))

  return {
    async tools(names) {
      const wanted = names === true ? [...offers.values()] : names.flatMap((name) => offers.get(name) ?? [])
      await Promise.all(wanted.map(({ server }) => server.ready()))
      const tools = wanted.flatMap((offer) => offer.tools())
      if (tools.length > MAX_ALL) log.warn({ tools: tools.length }, 'an agent has too many tools of MCP servers')
      return tools.slice(0, MAX_ALL)
    },
    async list() {
      await Promise.all([...offers.values()].map(({ server }) => server.ready()))
      return [...offers.values()].map((offer) => offer.info())
    },
    async approve(server, tool, hash) {
      const found = offers.get(server)
      if (!found) throw new StreambedError('not-found')
      return found.approve(tool, hash)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...offers.values()].map(({ server }) => server[Symbol.asyncDispose]()))
    },
  }

  function offer(name: string, config: ServerConfig) {
    return openOffer({ name, config, version, log, book, now })
  }
}

interface OfferOptions {
  readonly name: string
  readonly config: ServerConfig
  readonly version: string
  readonly log: Log
  readonly book: PinBook
  readonly now: McpServersOptions['now']
}

/** What one server offers, and what of it is allowed. */
function openOffer({ name, config, version, log, book, now }: OfferOptions) {
  const identity = identityOf(config)
  let definitions: readonly Definition[] = []
  let pins: ReadonlyMap<string, Pin> = new Map()
  const server: McpServer = mcpServer({ name, config, version, log, listed, ...(now && { now }) })

  return { server, tools, info, approve }

  async function listed(raw: readonly unknown[]): Promise<void> {
    const wanted = config.tools ? raw.filter((tool) => config.tools!.includes(nameOf(tool))) : raw
    if (wanted.length > MAX_TOOLS) log.warn({ server: name, tools: wanted.length }, 'an MCP server has too many tools')
    definitions = definitionsOf(name, wanted.slice(0, MAX_TOOLS))
    const known = book.of(name, identity)
    pins = known ?? new Map(definitions.map((definition) => [definition.tool, pinOf(definition)]))
    if (!known) await book.keep(name, identity, pins)
    const waiting = definitions.filter((definition) => ['new', 'changed'].includes(statusOf(definition)))
    if (waiting.length > 0)
      log.warn({ server: name, tools: waiting.map(({ tool }) => tool) }, 'tools of an MCP server wait to be allowed')
  }

  function statusOf({ tool, hash, fault }: Definition): McpToolInfo['status'] {
    if (fault !== null) return 'broken'
    const pin = pins.get(tool)
    if (!pin) return 'new'
    return pin.hash === hash ? 'on' : 'changed'
  }

  function tools(): readonly Tool[] {
    return definitions.filter((definition) => statusOf(definition) === 'on').map(toolOf)
  }

  function toolOf(definition: Definition): Tool {
    const { name: modelName, tool, hash, description, inputSchema, check } = definition
    const timeoutMs = config.timeoutSeconds * 1_000
    return {
      ...defineTool({
        name: modelName,
        description,
        input: z.looseObject({}),
        strict: false, // nobody here has a say in its schema
        timeoutMs,
        approval: asks(definition) ? () => `${tool} is done by the MCP server ${name}.` : 'never',
        async run(input, { signal, progress }) {
          const check = () => checkAllowed(tool, hash)
          const options = { signal, timeoutMs, progress, check }
          const result = await server.call(tool, input, options).catch((error) => {
            throw failureOf(name, error)
          })
          return resultText(name, result)
        },
      }),
      input: check, // its server's, not one that zod could say
      inputSchema,
    }
  }

  /** A server that was lost may come back as something else. */
  function checkAllowed(tool: string, hash: string): void {
    const definition = definitions.find((known) => known.tool === tool)
    if (!definition) throw new Error(`it no longer has the tool ${tool}`)
    if (definition.hash !== hash || statusOf(definition) !== 'on')
      throw new Error(`${tool} has changed since it was allowed, and must be allowed again`)
  }

  function asks({ isReadOnly }: Definition): boolean {
    if (config.approval === 'unless-read-only') return !isReadOnly
    return config.approval === 'always'
  }

  function info(): McpServerInfo {
    const transport = 'command' in config ? 'stdio' : 'http'
    const { status, error } = server
    return { name, transport, status, error, tools: definitions.map(infoOf) }
  }

  function infoOf(definition: Definition): McpToolInfo {
    const { tool, description, hash, inputSchema, fault } = definition
    const status = statusOf(definition)
    const pin = status === 'changed' ? pins.get(tool) : undefined
    const before = pin ? { description: pin.description, inputSchema: pin.inputSchema } : null
    const { name: modelName } = definition
    return {
      tool,
      name: modelName,
      description,
      status,
      reason: fault,
      asks: asks(definition),
      hash,
      inputSchema,
      before,
    }
  }

  async function approve(tool: string, hash?: string): Promise<McpToolInfo> {
    await server.ready()
    const definition = definitions.find((known) => known.tool === tool)
    if (!definition) throw new StreambedError('not-found')
    if (hash !== undefined && hash !== definition.hash) throw new StreambedError('tool-changed')
    pins = new Map([...pins, [tool, pinOf(definition)]])
    await book.keep(name, identity, pins)
    return infoOf(definition)
  }
}

function nameOf(raw: unknown): string {
  return typeof raw === 'object' && raw !== null && 'name' in raw ? String(raw.name) : ''
}

/** Which program or address it is; other settings may change without it becoming another. */
function identityOf(config: ServerConfig): string {
  const who = 'command' in config ? [config.command, ...config.args] : [config.url]
  return createHash('sha256').update(JSON.stringify(who)).digest('hex')
}
