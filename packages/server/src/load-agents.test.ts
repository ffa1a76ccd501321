import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { loadAgents } from './load-agents.ts'

const agentModule = pathToFileURL(join(import.meta.dirname, 'agent', 'agent.ts')).href

test('every file and folder is an agent', async () => {
  await using folder = await folderOf({
    'second.ts': agent('second'),
    'first/index.ts': agent('first'),
    'first/prompt.ts': 'export const prompt = 1',
    'second.test.ts': 'throw new Error("a test is no agent")',
    '_shared.ts': 'export const shared = 1',
    'README.md': '# Agents',
  })
  assert.deepEqual(
    (await loadAgents(folder.path)).map(({ name }) => name),
    ['first', 'second'],
  )
})

for (const [what, files, message] of [
  [
    'a file that cannot be run',
    { 'broken.ts': 'throw new Error("boom")' },
    /broken\.ts cannot be loaded: boom\n {2}at \S+\/broken\.ts:1:7$/,
  ],
  [
    'a file with a mistyped word',
    { 'typo.ts': 'const a = 1\nconst b = = 2' },
    /typo\.ts cannot be loaded: [^\n]+\n {2}at \S+\/typo\.ts:2$/,
  ],
  [
    'a file of a package that has no modules',
    { 'package.json': '{"type": "commonjs"}', 'old.ts': agent('old') },
    /old\.ts cannot be loaded: [\s\S]+put "type": "module" into the package\.json/,
  ],
  ['a file without an agent', { 'other.ts': 'export default { name: "x" }' }, /other\.ts does not define an agent/],
  ['a folder without an index', { 'folder/agent.ts': '' }, /folder has no index\.ts/],
  ['two agents of one name', { 'a.ts': agent('same'), 'b.ts': agent('same') }, /b\.ts and .*a\.ts both define/],
  ['no agent at all', { 'README.md': '' }, /There is no agent in /],
] as const) {
  test(`${what} stops the start with a sentence that names it`, async () => {
    await using folder = await folderOf(files)
    await assert.rejects(loadAgents(folder.path), message)
  })
}

test('a folder that is not there is named', async () => {
  await assert.rejects(
    loadAgents('/nowhere/agents'),
    /^ConfigError: The agents' folder \/nowhere\/agents cannot be read: /,
  )
})

function agent(name: string): string {
  return `import { defineAgent } from '${agentModule}'\nexport default defineAgent({ name: '${name}', instructions: 'Help.' })`
}

async function folderOf(files: Readonly<Record<string, string>>) {
  const path = await mkdtemp(join(tmpdir(), 'agents-'))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), content)
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}
