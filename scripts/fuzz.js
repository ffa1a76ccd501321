import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.js'
import { run } from './run.js'
import { testFiles } from './test-files.js'

// npm run fuzz [-- minutes] [part-of-a-path …]: the tests that draw on chance, again and again with another seed and ten times
// as many runs of each property, for ten minutes or until one fails.
const given = process.argv.slice(2)
const minutes = Number(given.find((argument) => /^\d+$/.test(argument)) ?? 10)
const words = given.filter((argument) => !/^\d+$/.test(argument))
const files = testFiles(words).filter(drawsOnChance)
const end = Date.now() + minutes * 60_000

do {
  const SEED = String(randomInt(2 ** 31))
  console.log(`SEED=${SEED}`)
  const test = [join(root, 'scripts/test.js'), ...files]
  process.exitCode = await run(process.execPath, test, { cwd: root, env: { ...process.env, SEED, RUNS: '1000' } })
} while (process.exitCode === 0 && Date.now() < end)

function drawsOnChance(file) {
  return /from 'fast-check'|seededRandom\(/.test(readFileSync(join(root, file), 'utf8'))
}
