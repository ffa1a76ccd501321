import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** An MCP server over stdio, without a library and without manners. Its arguments: how it behaves, and a file with its tools. */
const [, , behaviour = 'well', file] = process.argv
const calls = new Map<string, NodeJS.Timeout>()

console.log('Welcome! This line is no JSON.')
console.error(`behaves ${behaviour}`)
if (behaviour === 'dies at once') process.exit(7)
if (behaviour === 'is downloaded') while (!existsSync(file!)) await new Promise((resolve) => setTimeout(resolve, 50))
if (behaviour === 'hears nothing') setInterval(() => {}, 1_000)
else for await (const line of createInterface({ input: process.stdin })) hear(JSON.parse(line))

// biome-ignore lint/suspicious/noExplicitAny: a message is whatever comes
function hear({ id, method, params }: any): unknown {
  switch (method) {
    case 'initialize': {
      if (behaviour === 'dies at initialize') process.exit(8)
      if (behaviour === 'never answers') return undefined
      const { protocolVersion } = params
      return answer(id, {
        protocolVersion,
        capabilities: { tools: { listChanged: true } },
        serverInfo: { name: 'odd', version: '1' },
      })
    }
    case 'tools/list':
      if (behaviour === 'dies at tools/list') process.exit(9)
      return answer(id, { tools: tools() })
    case 'tools/call':
      return call(id, params)
    case 'notifications/cancelled':
      clearTimeout(calls.get(params.requestId))
      console.error(`cancelled ${params.reason ?? ''}`)
      return undefined
    case 'notifications/initialized':
      return undefined
    default:
      return say({ id, error: { code: -32601, message: `no ${method}` } })
  }
}

// biome-ignore lint/suspicious/noExplicitAny: as above
function call(id: string, { name, arguments: input }: any): unknown {
  switch (name) {
    case 'wait':
      calls.set(
        id,
        setTimeout(() => answer(id, { content: [] }), 60_000),
      )
      return undefined
    case 'die':
      return process.exit(1)
    case 'pid':
      return answer(id, { content: [{ type: 'text', text: `${process.pid}` }] })
    case 'flood':
      return answer(id, { content: [{ type: 'text', text: 'x'.repeat(1_000_000) }] })
    case 'burst':
      return answer(id, { content: [{ type: 'text', text: 'x'.repeat(11_000_000) }] })
    case 'announce':
      say({ method: 'notifications/tools/list_changed' })
      return answer(id, { content: [{ type: 'text', text: 'announced' }] })
    default:
      return answer(id, {
        content: [{ type: 'text', text: `${name} ${JSON.stringify(input)}` }, null, { type: 'dance' }],
      })
  }
}

function tools(): readonly unknown[] {
  if (behaviour === 'many tools') return Array.from({ length: 10_000 }, (_, i) => tool(`tool-${i}`))
  return file
    ? JSON.parse(readFileSync(file, 'utf8'))
    : ['wait', 'die', 'pid', 'flood', 'burst'].map((name) => tool(name))
}

function tool(name: string): unknown {
  return { name, description: 'x'.repeat(100), inputSchema: { type: 'object', properties: {} } }
}

function answer(id: string, result: object): void {
  say({ id, result })
}

function say(message: object): void {
  console.log(JSON.stringify({ jsonrpc: '2.0', ...message }))
}
