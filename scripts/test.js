import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { findChromium } from './chromium.js'
import { findNginx } from './nginx.js'
import { root } from './root.js'
import { runApart } from './run.js'
import { setUp } from './set-up.js'
import { testFiles } from './test-files.js'

// npm test [-- part-of-a-path … --flags-of-node]: every test, or those whose file's path contains one of the words.
// With CI=true in the environment nothing may be skipped. Tests that draw on chance draw the same each time, so that one that
// fails here fails everywhere; another SEED in the environment gives others, and `npm run fuzz` many.
const SEED = process.env.SEED ?? '20261120'
const LONGEST_TEST_MS = 120_000

const node = await setUp({ page: true })
const chromium = await findChromium()
const nginx = await findNginx()
const folder = mkdtempSync(join(tmpdir(), 'streambed-test-'))
const report = join(folder, 'report.json')

const given = process.argv.slice(2)
const words = given.filter((argument) => !argument.startsWith('--'))
const files = testFiles(words)
const flags = [
  `--import=${new URL('chance.js', import.meta.url).href}`,
  '--test',
  `--test-concurrency=${Math.max(2, availableParallelism())}`,
  `--test-timeout=${LONGEST_TEST_MS}`,
  '--test-reporter=dot',
  '--test-reporter-destination=stdout',
  `--test-reporter=${new URL('report.js', import.meta.url).href}`,
  `--test-reporter-destination=${report}`,
  ...given.filter((argument) => argument.startsWith('--')),
]
const code = files.length > 0 ? await runApart(node, [...flags, ...files], { cwd: root, env: testEnvironment() }) : 1
process.exitCode = summarise(code)
rmSync(folder, { recursive: true })

/** Tests meet no settings and no AWS account of whoever runs them. */
function testEnvironment() {
  const foreign = /^(AWS_|BEDROCK_|STREAMBED_|OTEL_|PORT$|HOST$|CORS_ORIGIN$|LOG_LEVEL$|NODE_ENV$)/
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name))
  return {
    ...Object.fromEntries(own),
    SEED,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(chromium && { CHROMIUM: chromium }),
    ...(nginx && { NGINX: nginx }),
  }
}

/** Prints how it went and returns the exit code. */
function summarise(code) {
  const { passed, failed, skipped } =
    code === 0 || files.length > 0 ? readReport() : { passed: 0, failed: [], skipped: [] }
  if (files.length === 0) console.error(`No test file's path contains ${words.join(' or ')}.`)
  for (const { name, file, reason } of skipped) console.log(`SKIPPED ${name} (${file})${reason ? `: ${reason}` : ''}`)
  for (const { name, file } of failed) console.log(`FAILED ${name} (${file})`)
  if (failed.length > 0) console.log(`The same again: SEED=${SEED} npm test -- ${failed[0].file}`)
  console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`)
  if (skipped.length > 0 && process.env.CI === 'true') {
    console.error('In CI nothing may be skipped.')
    return 1
  }
  return code || (failed.length > 0 ? 1 : 0)
}

function readReport() {
  return JSON.parse(readFileSync(report, 'utf8'))
}
