import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { launchServer, type ServerOptions, startServer } from './harness/server.ts'
import { temporaryFolder } from './harness/temporary-folder.ts'

/** A start takes less than two seconds on a machine that does nothing else; tests run on others. */
const LONGEST_START_MS = 10_000

test('a first start is quick', async (t) => {
  using folder = temporaryFolder()
  t.diagnostic(`healthy after ${await timeToHealth({ dataDir: folder.path, env: { STREAMBED_BEDROCK: 'auto' } })} ms`)
})

test('looking for credentials does not delay it where the metadata service says nothing', async (t) => {
  using folder = temporaryFolder()
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  try {
    const { port } = silent.address() as AddressInfo // it listens on TCP
    const env = {
      STREAMBED_BEDROCK: 'auto',
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${port}`,
    }
    t.diagnostic(`healthy after ${await timeToHealth({ dataDir: folder.path, env })} ms`)
  } finally {
    silent.close()
  }
})

test('nor does a role whose token cannot be had', async (t) => {
  using folder = temporaryFolder()
  const env = {
    STREAMBED_BEDROCK: 'aws',
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'false',
    AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:9', // where nobody is
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://127.0.0.1:9',
  }
  t.diagnostic(`healthy after ${await timeToHealth({ dataDir: folder.path, env })} ms`)
})

test('a second server on the same data is told so', async () => {
  using folder = temporaryFolder()
  await using first = await startServer({ dataDir: folder.path })
  const { server, ready } = launchServer({ dataDir: folder.path })
  await assert.rejects(ready)
  const { code } = await server.gone
  assert.notEqual(code, 0)
  assert.match(server.output, /another|already/i)
  assert.ok(server.output.includes(folder.path), server.output)
  assert.doesNotMatch(server.output, /^\s+at /m, 'a sentence, not a stack')
  assert.equal((await fetch(`${first.url}/v1/health`)).status, 200)
})

test('a port that is taken is told in a sentence', async () => {
  using folder = temporaryFolder()
  using other = temporaryFolder()
  await using first = await startServer({ dataDir: folder.path })
  const { server, ready } = launchServer({ dataDir: other.path, port: first.port })
  await assert.rejects(ready)
  assert.notEqual((await server.gone).code, 0)
  assert.match(server.output, new RegExp(`\\b${first.port}\\b`))
  assert.doesNotMatch(server.output, /^\s+at /m, 'a sentence, not a stack')
})

test('where people sign in, a Bedrock key that never ends is refused, and not shown', async () => {
  using folder = temporaryFolder()
  const env = {
    STREAMBED_AUTH: 'accounts',
    STREAMBED_BEDROCK: 'aws',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://127.0.0.1:9', // where nobody is
  }
  const keyed = (key: string) => launchServer({ dataDir: folder.path, env: { ...env, AWS_BEARER_TOKEN_BEDROCK: key } })
  const { server, ready } = keyed('ABSKQmVkcm9ja0FQSUtleS1leGFtcGxl')
  await assert.rejects(ready)
  assert.notEqual((await server.gone).code, 0)
  assert.match(server.output, /AWS_BEARER_TOKEN_BEDROCK is a long-term .* short-term key\.\n/)
  assert.doesNotMatch(server.output, /^\s+at |Qmvkcm9ja/im, 'a sentence, without the key')

  const other = keyed('bedrock-api-key-YmVkcm9jaw==')
  await using _ = other.server
  await other.ready
})

async function timeToHealth(options: ServerOptions): Promise<number> {
  const began = performance.now()
  await using server = await startServer(options)
  assert.equal((await fetch(`${server.url}/v1/health`)).status, 200)
  const taken = Math.round(performance.now() - began)
  assert.ok(taken < LONGEST_START_MS, `it took ${taken} ms`)
  return taken
}
