import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openLog } from './log.ts'
import { terminal } from './terminal.ts'

test('before a terminal the log is a short line for each thing, and tells errors whole', () => {
  const lines: string[] = []
  const log = openLog(
    'info',
    terminal((text) => lines.push(text)),
  )
  log.info(
    { request: 'id', method: 'GET', route: '/v1/agents', status: 200, ms: 3, org: 'local', user: 'local' },
    'request',
  )
  log.info({ conversation: 'c_1', agent: 'assistant', ms: 2400 }, 'a run is over, or waits for people')
  log.warn({ server: 'files', reason: 'it said:\u001b[2J "no"' }, 'an MCP server is down')
  const error = Object.assign(new Error('connect ECONNREFUSED'), {
    code: 'ECONNREFUSED',
    stack: 'Error\n    at somewhere',
  })
  log.error({ err: error }, 'a request failed')
  assert.deepEqual(
    lines.map((line) => line.replace(/^\d\d:\d\d:\d\d /, '')),
    [
      'GET /v1/agents 200 3 ms\n',
      'a run is over, or waits for people: conversation c_1, agent assistant, ms 2400\n',
      'Warning: an MCP server is down: server files, reason "it said:\\u001b[2J \\"no\\""\n',
      'Error: a request failed: Error ECONNREFUSED "connect ECONNREFUSED"\n  at somewhere\n',
    ],
  )
})
