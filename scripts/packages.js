import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join, sep } from 'node:path'
import { root } from './root.js'
import { run } from './run.js'

const modules = join(root, 'node_modules')
const lockfile = join(root, 'package-lock.json')
/** Holds the lockfile's digest once everything is installed. `npm ci` removes it first, so a broken install has none. */
const stamp = join(modules, '.streambed-installed')
const nodePackage = join(modules, 'node')
const nodeBinary = join(nodePackage, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

/** Whether everything in the lockfile is installed, by this script or by npm itself. */
export function isInstalled() {
  if (!existsSync(nodeBinary)) return false
  const digest = createHash('sha256').update(readFileSync(lockfile)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return true
  if (!agreesWithLockfile()) return false
  writeFileSync(stamp, digest)
  return true
}

export async function installPackages() {
  console.log('Installing packages (once, and again when the lockfile changes) …')
  const env = { ...process.env, PATH: pathOutside(modules) } // npm ci removes the Node that may be running this
  // dev dependencies bring Node itself, also where NODE_ENV says production; warnings are about the Node that only installs
  const flags = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const failed = await run('npm', ['ci', ...flags], { env, cwd: root, shell: process.platform === 'win32' })
  if (failed) stop('npm ci failed; its own message is above. Mend that and run the command again.')
  if (!existsSync(nodeBinary)) await run('node', ['installArchSpecificPackage.js'], { env, cwd: nodePackage })
  if (!existsSync(nodeBinary)) {
    stop(
      'npm did not install the pinned Node, perhaps because ignore-scripts is set. Allow it: npm ci --ignore-scripts=false',
    )
  }
  if (await run(nodeBinary, ['--version'], { stdio: 'ignore' })) {
    stop(`The pinned Node does not run on this system (${process.platform} ${process.arch}): ${nodeBinary}`)
  }
  if (!isInstalled())
    stop('npm ci ended well, yet packages of the lockfile are missing. Run npm ci and look at its warnings.')
}

/** The Node that runs Streambed, whatever Node runs this. */
export function pinnedNode() {
  return nodeBinary
}

/** Compares the lockfile with the record npm keeps of what it installed, which it writes last. */
function agreesWithLockfile() {
  const record = join(modules, '.package-lock.json')
  if (!existsSync(record)) return false
  const wanted = JSON.parse(readFileSync(lockfile, 'utf8')).packages
  const present = JSON.parse(readFileSync(record, 'utf8')).packages
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || (present[path] ? present[path].version === version : optional),
  )
}

function pathOutside(folder) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => !`${entry}${sep}`.startsWith(`${folder}${sep}`))
    .join(delimiter)
}

function stop(sentence) {
  console.error(sentence)
  process.exit(1)
}
