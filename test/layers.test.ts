import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

process.chdir(join(import.meta.dirname, '..')) // the paths below are the repository's

/** Each layer and what stands right under it. A layer may import what it stands on, near or far, and nothing else of ours. */
const STANDS_ON = {
  protocol: [],
  client: ['protocol'],
  web: ['client'],
  emulator: [],
  otel: ['protocol'],

  'server/observe': ['protocol'],
  'server/store': ['protocol'],
  'server/bus': ['server/store'],
  'server/model': ['protocol', 'server/observe'],
  'server/agent': ['server/model'],
  'server/tools': ['server/agent'],
  'server/filters': ['server/agent'],
  'server/records': ['server/agent', 'server/store', 'server/bus'],
  'server/budgets': ['server/agent', 'server/store'],
  'server/runs': ['server/budgets', 'server/records', 'server/agent', 'server/store', 'server/bus'],
  'server/clockwork': ['server/runs'],
  'server/dialects': ['protocol'],
  'server/accounts': ['server/store', 'server/bus'],
  'server/shares': ['server/runs', 'server/accounts'],
  'server/gateway': ['server/shares', 'server/runs', 'server/dialects', 'server/accounts'],

  'server/config': [],
  'server/index': ['server/agent', 'server/tools', 'server/filters'],
  agents: ['server/index'],
  'server/main': [
    'server/gateway',
    'server/clockwork',
    'server/tools',
    'server/filters',
    'server/config',
    'emulator',
    'otel',
  ],
  'server/cli': ['server/main', 'client'],
} as const satisfies Record<string, readonly string[]>
type Layer = keyof typeof STANDS_ON

/** Libraries that only one place knows, so that only one place changes with them. */
const KNOWN_ONLY_IN: readonly (readonly [library: RegExp, layers: readonly Layer[]])[] = [
  [/^(fastify|@fastify\/.*)$/, ['server/gateway']],
  [/^ws$/, ['server/gateway', 'server/cli']],
  [/^@aws-sdk\//, ['server/model', 'emulator']],
  [/^node:sqlite$/, ['server/store', 'server/tools']],
  [/^@modelcontextprotocol\//, ['server/tools']],
  [/^@opentelemetry\//, ['otel']],
  [/^pino$/, ['server/observe', 'server/main']],
  [/^(jose|openid-client)$/, ['server/accounts']],
  [/^(react|react-dom)(\/|$)/, ['web', 'client']],
]

/** Layers that must give the same for the same input, on any machine: no network, disk, clock or chance of their own. */
const PURE: readonly Layer[] = ['protocol', 'server/dialects', 'server/agent']
const IMPURE =
  /\b(Date\.now|new Date\(\)|performance\.now|setTimeout|setInterval|setImmediate|Math\.random|randomUUID|getRandomValues|fetch|process\.\w+)(?=\W|$)/g
const ALLOWED = new Set([
  'packages/server/src/agent/calls.ts: setTimeout', // the time a tool may take
  'packages/protocol/src/ids.ts: getRandomValues', // new ids
])

const files = globSync(['packages/*/src/**/*.{ts,tsx}', 'agents/**/*.ts'], { exclude: ['**/node_modules/**'] })
const shipped = files.filter((file) => !/\.test\.tsx?$|\/conformance\.ts$|\/testing\/|\.d\.ts$/.test(file))

test('every file belongs to a layer', () => {
  assert.deepEqual(
    shipped.filter((file) => layerOf(file) === undefined),
    [],
  )
})

test('no layer imports one that it does not stand on', () => {
  const wrong = shipped.flatMap((file) =>
    importsOf(file)
      .map((path) => ({ path, to: layerOf(path) }))
      .filter(({ to }) => to !== undefined && to !== layerOf(file) && !below(layerOf(file)!).has(to))
      .map(({ path }) => `${file} imports ${path}`),
  )
  assert.deepEqual(wrong, [])
})

test('the emulator imports nothing of ours, nor do its tests', () => {
  const emulator = globSync('packages/emulator/**/*.{ts,js}', { exclude: ['**/node_modules/**'] })
  const wrong = emulator.flatMap((file) =>
    importsOf(file)
      .filter((path) => !path.startsWith('packages/emulator/') && (path.startsWith('packages/') || path === 'agents'))
      .map((path) => `${file} imports ${path}`),
  )
  assert.deepEqual(wrong, [])
})

test('a library is known in its own place only', () => {
  const wrong = shipped.flatMap((file) =>
    importsOf(file)
      .filter((name) =>
        KNOWN_ONLY_IN.some(([library, layers]) => library.test(name) && !layers.includes(layerOf(file)!)),
      )
      .map((name) => `${file} imports ${name}`),
  )
  assert.deepEqual(wrong, [])
})

test('protocol, dialects and agent have no network, disk, clock or chance of their own', () => {
  const wrong = shipped
    .filter((file) => PURE.includes(layerOf(file)!))
    .flatMap((file) => {
      const modules = importsOf(file).filter((name) => name.startsWith('node:'))
      const uses = withoutComments(readFileSync(file, 'utf8')).matchAll(IMPURE)
      return [...modules, ...[...uses].map(([, name]) => name)].map((name) => `${file}: ${name}`)
    })
    .filter((use) => !ALLOWED.has(use))
  assert.deepEqual(wrong, [])
})

function below(layer: Layer): Set<Layer> {
  return new Set(STANDS_ON[layer].flatMap((next: Layer) => [next, ...below(next)]))
}

/** What a file imports: paths in the repository for what is ours, names for the rest. */
function importsOf(file: string): string[] {
  const source = withoutComments(readFileSync(file, 'utf8'))
  const names = [...source.matchAll(/\b(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name]) => name!)
  return names.map((name) => {
    if (name.startsWith('.')) return join(file, '..', name)
    const [, ours, inside = 'index.ts'] = name.match(/^@streambed\/([^/]+)(?:\/(.+))?$/) ?? []
    return ours ? `packages/${ours}/src/${inside}` : name
  })
}

function layerOf(path: string): Layer | undefined {
  const parts = path.split('/')
  const [top, name, , folder = '', ...deeper] = parts
  if (top === 'agents') return 'agents'
  if (top !== 'packages') return undefined
  if (name !== 'server') return known(name!)
  if (deeper.length > 0) return known(`server/${folder}`)
  return known(`server/${folder.replace('.ts', '')}`) ?? (folder.endsWith('.ts') ? 'server/main' : undefined)
}

function known(name: string): Layer | undefined {
  return name in STANDS_ON ? (name as Layer) : undefined // `in` has just looked
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}
