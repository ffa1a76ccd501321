import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { before, suite, test } from 'node:test'

const root = join(import.meta.dirname, '..')
/** Somebody's project. It lies in the checkout, so that what Streambed depends on is found there; Streambed itself is not. */
const project = join(root, 'dist/project')
const START_MS = 30_000

suite('what npm publishes', () => {
  before(() => {
    run('scripts/pack.js')
    for (const tarball of globSync(join(root, 'dist/*.tgz'))) install(tarball)
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  })

  test('streambed serve, installed, serves the page and the agents that come with it', async () => {
    const child = spawn(process.execPath, ['node_modules/streambed/streambed.js', 'serve', '--port', '0'], {
      cwd: project,
      env: { PATH: process.env['PATH'], LOG_LEVEL: 'warn' },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: START_MS,
    })
    try {
      const url = await urlIn(child.stderr)
      const page = await fetch(url, { headers: { accept: 'text/html' } })
      assert.match(await page.text(), /<script type="module"/)
      const { items } = (await (await fetch(`${url}/v1/agents`)).json()) as { items: { name: string }[] }
      assert.deepEqual(items.map(({ name }) => name).toSorted(), [
        'assistant',
        'predictions',
        'strategy-builder',
        'tasks',
      ])
      const answer = await fetch(`${url}/api/chat`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ prompt: 'What is Streambed?' }),
      })
      const said = await answer.text()
      assert.match(said, /event: done/)
      const words = Array.from(said.matchAll(/"token":"((?:[^"\\]|\\.)*)"/g), ([, token]) => token).join('')
      assert.match(words, /docs\/README\.md#what-streambed-is/, 'the assistant finds the documents that come with it')
    } finally {
      child.kill()
      await once(child, 'exit')
    }
  })

  test('they say which Node they need, and how they are used once they are installed', () => {
    for (const name of ['streambed', '@streambed/server']) {
      const folder = join(project, 'node_modules', name)
      assert.match(readFileSync(join(folder, 'README.md'), 'utf8'), /^npx streambed serve/m)
      assert.deepEqual(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).engines, { node: '>=24' })
    }
  })

  test('the emulator and the client run as they are installed', () => {
    write('hears.js', [
      `import { startEmulator } from '@streambed/emulator'`,
      `import { createClient } from '@streambed/client'`,
      `await using emulator = await startEmulator()`,
      `using client = createClient({ url: emulator.url })`,
      `console.log(client.connection.get().status)`,
    ])
    assert.match(run('hears.js', project), /^(connecting|offline)/)
  })

  test('their types are there for those who write an agent or a client', () => {
    write('agent.ts', [
      `import { createClient, type Client } from '@streambed/client'`,
      `import { defineAgent } from '@streambed/server'`,
      `export const client: Client = createClient({ url: 'http://localhost:4000' })`,
      `export default defineAgent({ name: 'concierge', title: 'Concierge', description: '', instructions: 'Help.' })`,
      `// @ts-expect-error -- a name is words`,
      `defineAgent({ name: 1 })`,
    ])
    const flags = [
      '--strict',
      '--noEmit',
      '--skipLibCheck',
      '--ignoreConfig',
      '--module',
      'nodenext',
      '--target',
      'esnext',
    ]
    run(join(root, 'node_modules/typescript/bin/tsc'), project, [...flags, '--types', 'node', 'agent.ts'])
  })
})

function install(tarball: string): void {
  const list = execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' })
  const { name } = JSON.parse(list) as { name: string }
  const folder = join(project, 'node_modules', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', folder])
  const sources = globSync('src/**/*.{ts,tsx}', { cwd: folder }).filter((file) => !file.endsWith('.d.ts'))
  assert.deepEqual(sources, [], `${name} is published without its TypeScript`)
  assert.equal(readFileSync(join(folder, 'LICENSE'), 'utf8'), readFileSync(join(root, 'LICENSE'), 'utf8'))
}

function write(name: string, lines: readonly string[]): void {
  mkdirSync(dirname(join(project, name)), { recursive: true })
  writeFileSync(join(project, name), `${lines.join('\n')}\n`)
}

/** What a script says. Fails with all that it said. */
function run(script: string, cwd = root, flags: readonly string[] = []): string {
  return execFileSync(process.execPath, [script, ...flags], { cwd, encoding: 'utf8', timeout: 120_000 })
}

async function urlIn(output: Readable): Promise<string> {
  let said = ''
  for await (const chunk of output.iterator({ destroyOnReturn: false })) {
    said += String(chunk)
    const found = /Streambed is at (http:\S+),/.exec(said)
    if (found) return found[1]!
  }
  throw new Error(`It did not start: ${said}`)
}
