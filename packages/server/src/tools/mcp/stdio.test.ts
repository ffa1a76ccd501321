import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stdioTransport } from './stdio.ts'

/** Tells what it was started with. */
const TELLS = `console.log(JSON.stringify({
  jsonrpc: '2.0', method: 'told', params: { args: process.argv.slice(1), env: Object.keys(process.env) },
}))`

interface Told {
  readonly params: { readonly args: readonly string[]; readonly env: readonly string[] }
}

test('no shell reads what a program is started with, and it has of the environment what it was given', async () => {
  process.env['A_SECRET_OF_THE_SERVER'] = 'canary'
  const args = ['; touch /tmp/owned', '$(id)', '`id`', 'a\nb', '&& true', '| cat', '*', '%PATH%', '"']
  const config = { command: process.execPath, args: ['-e', TELLS, '--', ...args], env: { TOKEN: 't' } }
  const transport = stdioTransport({ ...config, tools: undefined, approval: 'always', timeoutSeconds: 5 } as never)
  const { promise, resolve } = Promise.withResolvers<Told>()
  transport.onmessage = (message) => resolve(message as unknown as Told) // it says nothing else
  await transport.start()
  const told = await promise
  await transport.close()
  delete process.env['A_SECRET_OF_THE_SERVER']
  assert.deepEqual(told.params.args, args)
  const known = new Set([
    'PATH',
    'HOME',
    'LANG',
    'TMPDIR',
    'NODE_EXTRA_CA_CERTS',
    'SSL_CERT_FILE',
    'TOKEN',
    'LD_LIBRARY_PATH',
    '__CF_USER_TEXT_ENCODING',
  ])
  assert.deepEqual(
    told.params.env.filter((name) => !known.has(name)),
    [],
  )
})
