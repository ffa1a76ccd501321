import assert from 'node:assert/strict'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
// @ts-expect-error -- plain JavaScript, which runs before anything is installed
import { serverAddress } from './server-address.js'

test('the page of npm run dev asks the server where its settings put it: a flag, a variable, .env, or 4000', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'streambed-address-'))
  const address = (argv: readonly string[], env = {}) => serverAddress({ argv, env, folder: folder.path })
  assert.equal(address([]), 'http://localhost:4000')
  writeFileSync(join(folder.path, '.env'), 'PORT=4001 # mine\n')
  assert.equal(address([]), 'http://localhost:4001')
  assert.equal(address([], { PORT: '' }), 'http://localhost:4001')
  assert.equal(address([], { PORT: '4002' }), 'http://localhost:4002')
  assert.equal(address(['--port', '4003'], { PORT: '4002' }), 'http://localhost:4003')
  assert.equal(address(['--bedrock', 'aws', '--port=4004']), 'http://localhost:4004')
})
