import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { root } from './root.js'
import { run } from './run.js'
import { setUp } from './set-up.js'

const dist = join(root, 'dist')
const compiled = join(dist, 'compiled')
/** A project's older Node hands over to the newer one of the package `node`, where that is installed beside it. */
const engines = { node: '>=24' }
const published = ['protocol', 'client', 'emulator', 'otel', 'server']

// npm run pack: the packages as npm publishes them, in dist/. A checkout runs from its TypeScript; Node strips no types under
// node_modules, so what is installed from the registry must be JavaScript.
const node = await setUp({ page: true })
rmSync(dist, { recursive: true, force: true })
await orStop(node, ['node_modules/typescript/bin/tsc', '-p', 'scripts/pack.tsconfig.json'])
for (const name of published) assemble(name)
addApp(join(dist, 'server'))
assembleCommand(join(dist, 'streambed'))
rmSync(compiled, { recursive: true })
for (const name of [...published, 'streambed']) {
  await orStop('npm', ['pack', '--silent', '--pack-destination', dist, join(dist, name)])
}

async function orStop(command, args) {
  const failed = await run(command, args, { cwd: root, shell: command === 'npm' && process.platform === 'win32' })
  if (failed) process.exit(failed)
}

/** One package: its compiled sources, and everything beside them that is no TypeScript. */
function assemble(name) {
  const from = join(root, 'packages', name)
  const to = join(dist, name)
  cpSync(join(compiled, 'packages', name, 'src'), join(to, 'src'), { recursive: true })
  copyOthers(join(from, 'src'), join(to, 'src'))
  cpSync(join(root, 'LICENSE'), join(to, 'LICENSE'))
  if (existsSync(join(from, 'README.md'))) cpSync(join(from, 'README.md'), join(to, 'README.md'))
  if (existsSync(join(from, 'bin'))) copyCommands(join(from, 'bin'), join(to, 'bin'))
  writeJson(join(to, 'package.json'), manifest(readJson(join(from, 'package.json'))))
}

function copyOthers(from, to) {
  cpSync(from, to, {
    recursive: true,
    filter: (path) => !/\.tsx?$/.test(path) || path.endsWith('.d.ts'),
  })
}

function copyCommands(from, to) {
  mkdirSync(to, { recursive: true })
  for (const name of readdirSync(from)) {
    const code = readFileSync(join(from, name), 'utf8')
    writeFileSync(join(to, name), code.replaceAll(/(import\('[^']+)\.ts'\)/g, "$1.js')"), { mode: 0o755 })
  }
}

/** What comes with the server: the page, the agents, and the documents that the assistant looks into. */
function addApp(server) {
  cpSync(join(root, 'packages/web/dist'), join(server, 'page'), { recursive: true })
  cpSync(join(compiled, 'agents'), join(server, 'agents'), { recursive: true })
  for (const page of ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'PROTOCOL.md']) cpSync(join(root, page), join(server, page))
  const isText = (path) => !path.includes('.') || path.endsWith('.md') // pictures would be half of the package
  cpSync(join(root, 'docs'), join(server, 'docs'), { recursive: true, filter: (path) => isText(basename(path)) })
  cpSync(join(root, 'README.md'), join(server, 'docs/README.md'))
  for (const name of published.filter((name) => existsSync(join(root, 'packages', name, 'README.md')))) {
    cpSync(join(root, 'packages', name, 'README.md'), join(server, 'packages', name, 'README.md'))
  }
}

/** The package behind `npx streambed`: nothing but the server's command under a short name. */
function assembleCommand(to) {
  const { name, version, description, license, type } = readJson(join(root, 'package.json'))
  const own = { [`@streambed/server`]: version }
  mkdirSync(to, { recursive: true })
  writeFileSync(join(to, 'streambed.js'), "#!/usr/bin/env node\nawait import('@streambed/server/command')\n", {
    mode: 0o755,
  })
  cpSync(join(root, 'LICENSE'), join(to, 'LICENSE'))
  cpSync(join(root, 'packages/server/README.md'), join(to, 'README.md'))
  writeJson(join(to, 'package.json'), {
    name,
    version,
    description,
    license,
    type,
    bin: { streambed: './streambed.js' },
    engines,
    dependencies: own,
  })
}

function manifest({ private: _, files: __, exports, dependencies = {}, ...rest }) {
  return {
    ...rest,
    engines,
    exports: mapValues(exports, (path) =>
      path.endsWith('.ts') ? { types: path.replace(/\.ts$/, '.d.ts'), default: path.replace(/\.ts$/, '.js') } : path,
    ),
    dependencies: mapValues(dependencies, (version) => (version === '*' ? rest.version : version)),
  }
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]))
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function writeJson(path, value) {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`)
}
