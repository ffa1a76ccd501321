import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { main } from './cli.ts'
import { startEmulator } from './emulator.ts'
import { client, listen, words } from './testing.ts'

const bin = fileURLToPath(new URL('../bin/streambed-emulator.js', import.meta.url))

test('serves until it is told to stop, and prints the line to export', async () => {
  const child = spawn(process.execPath, [bin, '--port', '0', '--quiet', '--pace', 'instant'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface(child.stdout), 'line')
  const url = /^export AWS_ENDPOINT_URL_BEDROCK_RUNTIME=(http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1]
  using bedrock = client(url!)
  assert.match(words((await listen(bedrock)).events), /demo model/)
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
})

test('says which port is taken, and which file is not there', async () => {
  await using other = await startEmulator()
  const said: string[] = []
  assert.equal(await main(['--port', String(other.port)], (text) => said.push(text)), 2)
  assert.equal(await main(['--brain', 'script', '--script', '/no/such.json'], (text) => said.push(text)), 2)
  assert.deepEqual(said, [
    `Something listens at 127.0.0.1:${other.port} already. Name another --port, or 0 for any free one.\nTry --help.`,
    '/no/such.json cannot be read: there is no such file.\nTry --help.',
  ])
})

test('explains itself, and what is wrong with an option', async () => {
  const run = async (...args: string[]) => {
    const lines: string[] = []
    return [await main(args, (text) => lines.push(text)), lines.join('\n')]
  }
  const [code, help] = await run('--help')
  assert.equal(code, 0)
  assert.match(String(help), /--openai-url URL/)
  for (const [args, says] of [
    [['--brain', 'big'], /not big/],
    [['--brain', 'script'], /needs --script/],
    [['--brain', 'replay'], /needs --replay/],
    [['--brain', 'openai', '--openai-url', 'http://x'], /--openai-model/],
    [['--pace', 'slowly'], /cannot be slowly/],
    [['--port', '99999'], /0 to 65535/],
    [['--colour'], /--colour/],
  ] as const) {
    const [code, text] = await run(...args)
    assert.equal(code, 2)
    assert.match(String(text), says)
  }
})
