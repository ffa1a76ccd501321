import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { FakeServer } from '../testing/fake-server.ts'

const INDEX = fileURLToPath(new URL('index.ts', import.meta.url))

test('a page loads less than fourteen kilobytes of it, not counting the protocol', async () => {
  const bytes = gzipSync(await bundle(['@streambed/protocol'])).length
  assert.ok(bytes < 14_000, `${bytes} bytes`)
})

test('with the protocol it has no schemas in it: those are for servers', async () => {
  const code = await bundle([])
  assert.ok(gzipSync(code).length < 20_000, `${gzipSync(code).length} bytes`)
  assert.doesNotMatch(code, /ZodError|ZodType/)
})

async function bundle(external: readonly string[]): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: true,
      lib: { entry: INDEX, formats: ['es'] },
      rolldownOptions: { external: [...external] },
    },
  })
  const [{ output }] = built as unknown as [{ output: [{ code: string }] }] // one format, one entry, no watching
  return output[0].code
}

test('a disposed client does not keep its process alive', async () => {
  await using server = await FakeServer.start()
  for (const transport of ['websocket', 'sse', 'long-poll']) {
    const program = `
      import { createClient } from ${JSON.stringify(INDEX)}
      const client = createClient({ url: ${JSON.stringify(server.url)}, transports: ['${transport}'] })
      client.conversation('nothing').follow()
      client.conversations.watch()
      client.connection.subscribe(() => client.connection.get().status === 'connected' && client[Symbol.dispose]())`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit', timeout: 4_000 })
    assert.deepEqual(await once(child, 'exit'), [0, null])
  }
})
