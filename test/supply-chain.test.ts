import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

process.chdir(join(import.meta.dirname, '..')) // the paths below are the repository's

interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly inBundle?: boolean
  readonly hasInstallScript?: boolean
  readonly dev?: boolean
  readonly optional?: boolean
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly allowScripts?: Readonly<Record<string, boolean>>
  readonly scripts?: Readonly<Record<string, string>>
}

const manifests = globSync(['package.json', 'packages/*/package.json']).map(read<Manifest>)
const { packages } = read<{ readonly packages: Readonly<Record<string, Locked>> }>('package-lock.json')
const foreign = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link)

test('every package is locked to bytes of the registry', () => {
  const loose = foreign
    .filter(([, { inBundle }]) => !inBundle) // comes inside of another's bytes
    .filter(([, { optional, integrity }]) => !optional || integrity) // those of other systems are named by their version alone
    .filter(([, { resolved, integrity }]) => !isOfRegistry(resolved) || !integrity?.startsWith('sha512-'))
  assert.deepEqual(
    loose.map(([path]) => path),
    [],
  )
})

test('nothing that is installed runs a script, but for Node itself, and nothing of ours does', () => {
  const scripted = foreign.filter(([, { hasInstallScript, optional }]) => hasInstallScript && !optional)
  assert.deepEqual(
    scripted.map(([path]) => path),
    ['node_modules/node'],
  )
  assert.deepEqual(
    manifests.flatMap(({ allowScripts = {} }) => Object.keys(allowScripts)),
    ['node'],
  )
  const own = manifests.flatMap(({ scripts = {} }) => Object.keys(scripts))
  assert.deepEqual(
    own.filter((name) => /^(pre|post)?install$|^prepare$/.test(name)),
    [],
  )
})

test('dependencies are few, and named by one version each', () => {
  const named = manifests.flatMap(({ dependencies = {}, devDependencies = {} }) => [
    ...Object.entries(dependencies),
    ...Object.entries(devDependencies),
  ])
  const loose = named.filter(
    ([name, version]) => !name.startsWith('@streambed/') && !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
  )
  assert.deepEqual(loose, [])
  const { dependencies = {} } = read<Manifest>('packages/server/package.json')
  const direct = Object.keys(dependencies).filter((name) => !name.startsWith('@streambed/'))
  assert.ok(direct.length <= 25, `the server has ${direct.length} direct dependencies`)
})

test('pages load nothing from anywhere else', () => {
  const pages = globSync(['packages/web/index.html', 'packages/web/examples/*.html'])
  for (const page of pages) {
    const addresses = readFileSync(page, 'utf8').matchAll(
      /<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)="([^"]+)"/g,
    )
    for (const [, address] of addresses) assert.doesNotMatch(address!, /^(https?:)?\/\//, page)
  }
})

/** npm may leave the address out where it is the registry's. */
function isOfRegistry(address: string | undefined): boolean {
  return address === undefined || address.startsWith('https://registry.npmjs.org/')
}

function read<Shape>(path: string): Shape {
  return JSON.parse(readFileSync(path, 'utf8'))
}
