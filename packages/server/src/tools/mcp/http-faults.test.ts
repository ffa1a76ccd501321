import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { McpServers } from '../../agent/mcp.ts'
import { toolContext } from '../tool-context.fixture.ts'
import { mcpServers } from './servers.ts'

interface Message {
  readonly id?: number
  readonly method: string
  readonly params: { readonly name?: string; readonly protocolVersion?: string }
}

/** How a call of the tool that is named so is answered. */
const FAULTS: Readonly<Record<string, (response: ServerResponse, id: number) => void>> = {
  refuses: (response) => response.writeHead(403).end('no'),
  fails: (response) => response.writeHead(500).end('oops'),
  hangs: () => {},
  babbles: (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":'),
  errs: (response, id) => json(response, { id, error: { code: -32000, message: 'It broke.' } }),
  'mistakes another': (response, id) => json(response, { id: id + 1_000, result: { content: [] } }),
  redirects: (response) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end(),
  'says what is no result': (response, id) => json(response, { id, result: 7 }),
  'sends a page': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'),
  'breaks off': (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('event: message\ndata: {"jsonrpc":"2.0",', () => response.destroy())
  },
  'never stops': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const more = (): void => void (response.destroyed || response.write('x'.repeat(1 << 20), () => setImmediate(more)))
    more()
  },
}

test('however a server fails over HTTP, the call ends in time with a reason, and the next one is served', {
  timeout: 60_000,
}, async (t) => {
  await using site = await listen()
  await using servers = await open(site.url)
  const call = async (name: string): Promise<unknown> => {
    const tool = (await servers.tools(true)).find((tool) => tool.name === `site__${name.replaceAll(' ', '_')}`)
    assert.ok(tool, name)
    return tool.run({} as never, toolContext().context)
  }
  for (const name of Object.keys(FAULTS)) {
    const from = performance.now()
    await assert.rejects(call(name), (error: Error) => {
      t.diagnostic(`${name}: ${error.message}`)
      return error.message.length > 0
    })
    assert.ok(performance.now() - from < 10_000, `${name} took too long`)
    assert.match(String(await call('works')), /It works\./, `after one that ${name}`)
  }
})

async function open(url: string): Promise<McpServers> {
  const folder = mkdtempSync(join(tmpdir(), 'streambed-mcp-'))
  const config = { url, headers: {}, allow: ['loopback' as const], approval: 'never' as const, timeoutSeconds: 1 }
  const servers = await mcpServers({
    servers: new Map([['site', config]]),
    pins: join(folder, 'pins.json'),
    version: '1',
    log: { info() {}, warn() {} },
  })
  return {
    ...servers,
    async [Symbol.asyncDispose]() {
      await servers[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

async function listen() {
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') return response.writeHead(405).end()
    const message = JSON.parse((await request.toArray()).join('')) as Message
    if (message.id === undefined) return response.writeHead(202).end()
    return answer(message, message.id, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function answer({ method, params }: Message, id: number, response: ServerResponse): unknown {
  switch (method) {
    case 'initialize': {
      const serverInfo = { name: 'site', version: '1' }
      const { protocolVersion } = params
      return json(response, { id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } })
    }
    case 'tools/list': {
      const tools = ['works', ...Object.keys(FAULTS)].map((name) => ({ name, inputSchema: { type: 'object' } }))
      return json(response, { id, result: { tools } })
    }
    case 'tools/call': {
      const fault = FAULTS[params.name!]
      if (fault) return fault(response, id)
      return json(response, { id, result: { content: [{ type: 'text', text: 'It works.' }] } })
    }
    default:
      return json(response, { id, error: { code: -32601, message: `no ${method}` } })
  }
}

function json(response: ServerResponse, message: object): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ jsonrpc: '2.0', ...message }))
}
