import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { aptGet, findProgram, isRootOnDebian } from './debian.js'
import { root } from './root.js'
import { run } from './run.js'

/** Debian's nginx without its service: taken out of its package, not installed. */
const folder = join(root, 'node_modules', '.streambed-nginx')
const taken = join(folder, 'usr', 'sbin', 'nginx')

/**
 * The path of an nginx for the test that runs the guide's configuration. On Debian, and as root, it is fetched where it is
 * missing; elsewhere a sentence says what to do, and the test says that it was skipped.
 */
export async function findNginx() {
  const present = findProgram(['nginx'], process.env.NGINX) ?? (existsSync(taken) ? taken : undefined)
  if (present) return present
  if (isRootOnDebian()) await takeFromPackage()
  if (existsSync(taken)) return taken
  console.error('NO NGINX: its test is skipped. Install it (on Debian: apt-get install nginx-light).')
  return undefined
}

async function takeFromPackage() {
  console.log('Fetching nginx for its test (apt-get) …')
  mkdirSync(folder, { recursive: true })
  if (!(await aptGet(['-o', 'APT::Sandbox::User=root', 'download', 'nginx'], { cwd: folder }))) return
  if (!findProgram(['openssl'])) await aptGet(['install', '-y', '--no-install-recommends', 'openssl'])
  const file = readdirSync(folder).find((name) => name.endsWith('.deb'))
  if (file) await run('dpkg', ['-x', join(folder, file), folder])
}
