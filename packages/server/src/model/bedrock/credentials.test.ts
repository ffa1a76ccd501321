import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { findCredentials, lastingKey, unfinishedCredentials } from './credentials.ts'

async function home(files: Readonly<Record<string, string>>): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'home-'))
  await mkdir(join(path, '.aws'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, '.aws', name), text)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }

test('the environment is looked at in the order of the SDK', async () => {
  await using empty = await home({})
  const found = (env: Record<string, string>) => findCredentials({ env, home: empty.path })
  assert.deepEqual(await found({ AWS_BEARER_TOKEN_BEDROCK: 't', ...keys }), { source: 'bearer' })
  assert.deepEqual(await found(keys), { source: 'keys' })
  assert.deepEqual(await found({ AWS_ACCESS_KEY_ID: 'half' }), { source: 'none' })
  assert.deepEqual(await found({ AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_ROLE_ARN: 'r' }), { source: 'web-identity' })
  assert.deepEqual(await found({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2' }), { source: 'container' })
  assert.deepEqual(await found({ AWS_REGION: 'us-east-1' }), { source: 'none' })
})

test('credentials that were meant and are not whole are told of, and not shown', () => {
  assert.equal(unfinishedCredentials({}), undefined)
  for (const [env, text] of [
    [{ AWS_ACCESS_KEY_ID: 'AKIAhush' }, 'AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not.'],
    [{ AWS_SECRET_ACCESS_KEY: 'hush' }, 'AWS_SECRET_ACCESS_KEY is set, and AWS_ACCESS_KEY_ID is not.'],
    [{ AWS_ROLE_ARN: 'arn:hush' }, 'AWS_ROLE_ARN is set, and AWS_WEB_IDENTITY_TOKEN_FILE is not.'],
    [{ AWS_PROFILE: 'wrok', ...keys }, 'AWS_PROFILE is "wrok", and no profile of this name holds credentials.'],
  ] as const) {
    assert.equal(unfinishedCredentials(env), text)
  }
})

test('keys that never end are told from those that do', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'b' }
  for (const [env, found] of [
    [{ AWS_BEARER_TOKEN_BEDROCK: 'ABSKQmVkcm9ja0FQSUtleS1leGFtcGxl', ...keys }, 'AWS_BEARER_TOKEN_BEDROCK'],
    [keys, 'AWS_ACCESS_KEY_ID'],
    [{}, undefined],
    [{ AWS_BEARER_TOKEN_BEDROCK: 'bedrock-api-key-YmVkcm9jaw==', ...keys }, undefined],
    [{ AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE', AWS_SESSION_TOKEN: 't' }, undefined],
    [{ AWS_PROFILE: 'work', ...keys }, undefined],
  ] as const)
    assert.equal(lastingKey(env), found)
})

test('a profile counts when one of the two files gives it credentials', async () => {
  await using user = await home({
    credentials: '[default]\naws_access_key_id = x\naws_secret_access_key = y\n',
    config:
      '[default]\nregion = eu-west-1\n\n[profile  work]\nsso_session = corp\n[profile bare]\nregion = us-east-1\n',
  })
  const found = (env: Record<string, string>) => findCredentials({ env, home: user.path })
  assert.deepEqual(await found({}), { source: 'profile', profile: 'default' })
  assert.deepEqual(await found({ AWS_PROFILE: 'work', ...keys }), { source: 'profile', profile: 'work' })
  assert.deepEqual(await found({ AWS_PROFILE: 'bare' }), { source: 'none' })
  assert.deepEqual(await found({ AWS_PROFILE: 'nobody' }), { source: 'none' })
  assert.deepEqual(await found({ AWS_SHARED_CREDENTIALS_FILE: '/nowhere', AWS_CONFIG_FILE: '/nowhere' }), {
    source: 'none',
  })
})

test('the metadata service is asked only when wanted, and never longer than allowed', async () => {
  await using empty = await home({})
  let asked = 0
  const server = createServer(({ url, headers }, response) => {
    asked++
    if (url === '/latest/api/token') response.end('a token')
    else if (asked === 2) response.end(headers['x-aws-ec2-metadata-token'] === 'a token' ? 'a-role' : '')
    else response.write('a-') // and the fourth gets no more
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  try {
    assert.deepEqual(await findCredentials({ env, home: empty.path }), { source: 'none' })
    assert.equal(asked, 0)
    assert.deepEqual(await findCredentials({ env, home: empty.path, askInstance: true }), { source: 'instance' })
    assert.deepEqual(await findCredentials({ env, home: empty.path, askInstance: true, timeoutMs: 50 }), {
      source: 'none',
    })
    const off = { ...env, AWS_EC2_METADATA_DISABLED: 'true' }
    assert.deepEqual(await findCredentials({ env: off, home: empty.path, askInstance: true }), { source: 'none' })
    assert.equal(asked, 4)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('a role is there only where the metadata service gives a token and names one', async () => {
  await using empty = await home({})
  for (const [token, role, source] of [
    [{ status: 200, text: 'a token' }, { status: 200, text: 'a-role' }, 'instance'],
    [{ status: 404, text: 'Not found' }, { status: 200, text: 'a-role' }, 'none'],
    [{ status: 200, text: '' }, { status: 200, text: 'a-role' }, 'none'],
    [{ status: 200, text: 'a token' }, { status: 404, text: 'Not found' }, 'none'],
    [{ status: 200, text: 'a token' }, { status: 200, text: '' }, 'none'],
    [{ status: 200, text: '<html>\n</html>' }, { status: 200, text: 'a-role' }, 'none'],
    [{ status: 200, text: 'x'.repeat(100_000) }, { status: 200, text: 'a-role' }, 'none'],
  ] as const) {
    const server = createServer(({ url }, response) => {
      const { status, text } = url === '/latest/api/token' ? token : role
      response.writeHead(status).end(text)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
    assert.deepEqual(await findCredentials({ env, home: empty.path, askInstance: true }), { source })
    server.closeAllConnections()
    server.close()
  }
})
