import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.js'

// node scripts/complete-lockfile.js, after npm install against a registry that lacks packages for other systems: npm then
// leaves them out of the lockfile, and npm ci refuses it. This names them, so that npm ci knows and skips them.
const OS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'sunos', 'win32']
const CPU = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']
const path = join(root, 'package-lock.json')

const lockfile = JSON.parse(readFileSync(path, 'utf8'))
const added = missing(lockfile.packages)
Object.assign(lockfile.packages, added)
const sorted = Object.entries(lockfile.packages).sort(([a], [b]) => a.localeCompare(b, 'en'))
writeFileSync(path, `${JSON.stringify({ ...lockfile, packages: Object.fromEntries(sorted) }, null, 2)}\n`)
console.log(`Added ${Object.keys(added).length} packages to package-lock.json.`)

/** Packages that somebody may install optionally and that the lockfile does not have. */
function missing(packages) {
  const entries = Object.values(packages).flatMap(({ optionalDependencies = {}, dev }) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)))
      .map(([name, version]) => [`node_modules/${name}`, entry(name.split(/[^a-z0-9]/), version, dev)]),
  )
  return Object.fromEntries(entries)
}

/** Such packages say in their names which systems they are for. */
function entry(words, version, dev) {
  const cpu = words.includes('gnueabihf') ? 'arm' : CPU.find((cpu) => words.includes(cpu))
  const os = OS.find((os) => words.includes(os))
  return {
    version,
    ...(cpu && { cpu: [cpu] }),
    ...(dev && { dev }),
    ...(words.includes('musl') && { libc: ['musl'] }),
    optional: true,
    ...(os && { os: [os] }),
  }
}
