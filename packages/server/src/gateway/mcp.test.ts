import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreambedError } from '@streambed/protocol'
import * as z from 'zod'
import { defineAgent } from '../agent/agent.ts'
import { type McpServers, type McpToolInfo, noMcpServers } from '../agent/mcp.ts'
import { defineTool } from '../agent/tool.ts'
import { callsTools, says } from '../model/scripted.ts'
import { connect, type Frame, testGateway } from './gateway.fixture.ts'

const is = (type: string) => (frame: Frame) => frame.type === type

const info: McpToolInfo = {
  tool: 'write',
  name: 'files__write',
  description: 'Writes.',
  status: 'changed',
  reason: null,
  asks: true,
  hash: 'h2',
  inputSchema: { type: 'object' },
  before: { description: 'Wrote.', inputSchema: { type: 'object' } },
}

/** One server with one tool, which must be allowed. */
const files: McpServers = {
  ...noMcpServers,
  async tools(names) {
    const tool = defineTool({
      name: 'files__write',
      description: 'Writes.',
      input: z.object({ text: z.string() }),
      approval: 'always',
      run: async ({ text }) => `Wrote ${text}`,
    })
    return names === true || names.includes('files') ? [tool] : []
  },
  list: async () => [{ name: 'files', transport: 'stdio', status: 'ready', error: null, tools: [info] }],
  async approve(server, tool, hash) {
    if (server !== 'files' || tool !== 'write') throw new StreambedError('not-found')
    if (hash !== undefined && hash !== info.hash) throw new StreambedError('tool-changed')
    return { ...info, status: 'on', before: null }
  },
}

test('agents have the tools of the servers that they name, and nobody else has', async () => {
  const agents = [
    defineAgent({ name: 'clerk', instructions: 'You write.', mcp: ['files'] }),
    defineAgent({ name: 'other', instructions: 'You do not.', mcp: ['docs'] }),
  ]
  const answers = [callsTools({ name: 'files__write', input: { text: 'a' } }), says('Done.'), says('No.')]
  await using gateway = await testGateway(answers, { agents, mcp: files })
  await using socket = await connect(gateway.url, '/ws')
  socket.send({ type: 'send', requestId: 'q1', text: 'Write' })
  const { conversation, run } = await socket.next()
  socket.send({ type: 'follow', conversation, after: 0 })
  const { approval } = await socket.next(is('approval-request'))
  await socket.next(is('run-park'))
  socket.send({ type: 'approve', requestId: 'q2', run, approval, approved: true, input: { text: 1 } })
  assert.equal((await socket.next()).error.code, 'bad-request')
  socket.send({ type: 'approve', requestId: 'q3', run, approval, approved: true, input: { text: 'b' } })
  assert.equal((await socket.next(is('tool-result'))).output, 'Wrote b')
  await socket.next(is('run-end'))

  socket.send({ type: 'send', requestId: 'q4', agent: 'other', text: 'Write' })
  const other = await socket.next(is('ack'))
  await gateway.engine.active.get(other.run)?.over
  assert.deepEqual(
    gateway.model.requests.map(({ tools }) => tools.map(({ name }) => name)),
    [['files__write'], ['files__write'], []],
  )
})

test('what changed is shown, and allowed as it was seen', async () => {
  await using gateway = await testGateway([], { mcp: files })
  const list = await fetch(`${gateway.url}/v1/mcp`)
  assert.deepEqual(await list.json(), {
    items: [{ name: 'files', transport: 'stdio', status: 'ready', error: null, tools: [info] }],
  })
  const approve = async (tool: string, body?: object): Promise<[number, Frame]> => {
    const response = await fetch(`${gateway.url}/v1/mcp/files/tools/${tool}/approve`, {
      method: 'POST',
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    return [response.status, await response.json()]
  }
  assert.equal((await approve('write', { hash: 'h1' }))[1].error.code, 'tool-changed')
  assert.equal((await approve('read'))[0], 404)
  assert.deepEqual(await approve('write', { hash: 'h2' }), [200, { ...info, status: 'on', before: null }])
  assert.equal((await approve('write'))[0], 200)
})
