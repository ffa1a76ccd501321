import { spawn } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { MUTANTS, type Mutant } from './mutants.ts'

// node test/mutants/run.ts [part-of-a-name]: puts one bug after the other into a copy of the sources, and looks whether the tests
// that should notice do. Ends with 1 when a bug went unnoticed, or when the tests fail without any.

const ROOT = join(import.meta.dirname, '../..')
/** A bug may make a test wait for ever: that is noticing it, too. */
const PATIENCE_MS = 90_000

const folder = mkdtempSync(join(tmpdir(), 'streambed-mutants-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
copySources()

const wanted = MUTANTS.filter(({ name }) => name.includes(process.argv[2] ?? ''))
const suites = new Set(wanted.flatMap(({ tests }) => tests))
const isSound = await pass([...suites], 'inherit') // shown, as nobody expects a failure here
console.log(isSound ? 'Without a bug the tests pass.' : 'The tests fail without any bug.')
const unnoticed = isSound ? await run(wanted) : wanted
if (isSound) console.log(`${wanted.length - unnoticed.length} of ${wanted.length} bugs were noticed.`)
process.exitCode = unnoticed.length > 0 ? 1 : 0

async function run(mutants: readonly Mutant[]): Promise<readonly Mutant[]> {
  const unnoticed: Mutant[] = []
  for (const mutant of mutants) {
    const path = join(folder, mutant.file)
    const sound = readFileSync(path, 'utf8')
    if (sound.split(mutant.find).length !== 2)
      throw new Error(`${mutant.name}: find ${mutant.find} once in ${mutant.file}`)
    writeFileSync(
      path,
      sound.replace(mutant.find, () => mutant.replace),
    )
    const began = performance.now()
    const isUnnoticed = await pass(mutant.tests)
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    console.log(`${isUnnoticed ? 'UNNOTICED' : 'noticed'} after ${seconds} s: ${mutant.name}`)
    if (isUnnoticed) unnoticed.push(mutant)
    writeFileSync(path, sound)
  }
  return unnoticed
}

/** Whether all these test files pass in the copy. */
function pass(tests: readonly string[], output: 'inherit' | 'ignore' = 'ignore'): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const flags = ['--test', '--test-reporter=dot', `--test-timeout=${PATIENCE_MS}`]
  const child = spawn(process.execPath, [...flags, ...tests], {
    cwd: folder,
    stdio: ['ignore', output, output],
    detached: true,
  })
  const late = setTimeout(() => killAll(child.pid!), PATIENCE_MS)
  child.once('close', (code) => {
    clearTimeout(late)
    killAll(child.pid!)
    resolve(code === 0)
  })
  return promise
}

/** A test runner, its tests and the servers that they have started. */
function killAll(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // nothing of it is left
  }
}

/** The sources, with libraries that are links to the real ones, but for our own packages. */
function copySources(): void {
  const isSource = (path: string): boolean => !['node_modules', 'dist', '.streambed'].includes(basename(path))
  for (const name of ['package.json', 'agents', 'docs', 'packages', 'test']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true, filter: isSource })
  }
  mkdirSync(join(folder, 'packages/web/dist'), { recursive: true })
  const own = join(folder, 'node_modules/@streambed')
  mkdirSync(own, { recursive: true })
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '@streambed') symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name))
  }
  for (const name of readdirSync(join(ROOT, 'node_modules/@streambed'))) {
    const real = realpathSync(join(ROOT, 'node_modules/@streambed', name))
    symlinkSync(join(folder, 'packages', basename(real)), join(own, name))
  }
}
