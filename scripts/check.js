import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.js'
import { run } from './run.js'
import { setUp } from './set-up.js'

// The first half of `npm run check`: types and lint. The tests follow.
const node = await setUp({ page: false })
const projects = ['.', 'test/web', ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)]
const steps = [
  ...projects
    .filter((project) => existsSync(join(root, project, 'tsconfig.json')))
    .map((project) => ['node_modules/typescript/bin/tsc', '-p', project]),
  ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'],
]

for (const step of steps) {
  console.log(`> ${step.join(' ')}`)
  if (await run(node, step, { cwd: root })) process.exitCode = 1
}
