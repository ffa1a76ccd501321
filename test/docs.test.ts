import assert from 'node:assert/strict'
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { ERRORS } from '@streambed/protocol'
import { COMMANDS } from '../packages/server/src/cli/main.ts'
import { settings } from '../packages/server/src/config.ts'

process.chdir(join(import.meta.dirname, '..')) // the paths below are the repository's

const pages = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md', 'bench/*.md', 'agents/**/*.md'], {
  exclude: ['**/node_modules/**'],
})

test('docs/errors.md has the rows of the error table', () => {
  const rows = Object.entries(ERRORS).map(([code, { status, close, retry, text }]) => {
    return `| \`${code}\` | ${status} | ${close} | ${retry ? 'yes' : 'no'} | ${text} |`
  })
  assert.deepEqual(tableRows('docs/errors.md'), rows.map(cells))
})

test('docs/guides/settings.md has the rows of the settings', () => {
  const rows = settings().map((row) => {
    const names = row.env.map((name) => `\`${name}\``).join(', ')
    const flag = row.flag ? `\`--${row.flag}\`` : ''
    const value = row.default ? `\`${row.default}\`` : ''
    return `| ${names} | ${flag} | ${value} | ${row.unit ?? ''} | ${row.description} |`
  })
  assert.deepEqual(tableRows('docs/guides/settings.md'), rows.map(cells))
})

test('the tree of the architecture has all that the server’s folder has', () => {
  const tree = /```\n(agents\/[^`]+)```/.exec(read('ARCHITECTURE.md'))![1]!
  const drawn = [...tree.matchAll(/^│ {7}[├└]── (\S+)/gm)].map(([, name]) => name!.replace('/', ''))
  const there = readdirSync('packages/server/src').filter((name) => !name.endsWith('.test.ts'))
  assert.deepEqual(drawn.sort(), there.sort())
  const [, commands] = /cli\/ +streambed (.*)$/m.exec(tree)!
  assert.deepEqual(commands!.split(', ').sort(), Object.keys(COMMANDS).sort())
})

test('each rule of the protocol has a number of its own', () => {
  const numbers = [...read('PROTOCOL.md').matchAll(/\*\*(P\d+)\*\*/g)].map(([, number]) => number)
  assert.deepEqual(
    numbers.filter((number, i) => numbers.indexOf(number) !== i),
    [],
  )
})

test('every decision that a source names is there', () => {
  const sources = globSync('{packages,agents,test,bench,scripts}/**/*.{ts,tsx,js}', {
    exclude: ['**/{node_modules,dist}/**'],
  })
  const missing = sources.flatMap((file) =>
    [...read(file).matchAll(/docs\/decisions\/[\w-]+\.md/g)]
      .filter(([page]) => !existsSync(page))
      .map(([page]) => `${file}: ${page}`),
  )
  assert.deepEqual(missing, [])
})

test('every threat and every requirement of ASVS names tests that there are', () => {
  const rows = ['docs/security.md', 'docs/asvs.md'].flatMap((page) => {
    const tables = read(page).matchAll(/^\|(?! *-)(?!.*\| tests \|$).*\| (.*) \|$/gm)
    return Array.from(tables, ([row, tests]) => ({ row: `${page}: ${row.slice(0, 60)}`, tests: named(tests!) }))
  })
  assert.ok(rows.length > 90)
  const wrong = rows.flatMap(({ row, tests }) => {
    if (tests.length === 0) return [`${row} names no test`]
    return tests
      .filter(({ file, title }) => !existsSync(file) || !read(file).includes(title))
      .map(({ file, title }) => `${row} names “${title}” of ${file}`)
  })
  assert.deepEqual(wrong, [])
})

test('every link to a file of the repository leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link]) => link!.replace(/#.*$/, ''))
      .filter((link) => link !== '' && !/^[a-z]+:/.test(link) && !existsSync(join(dirname(page), link)))
      .map((link) => `${page}: ${link}`),
  )
  assert.deepEqual(broken, [])
})

test('every file named in the texts exists', () => {
  const missing = pages
    .filter((page) => page !== 'CHANGELOG.md') // tells of files that are gone
    .flatMap((page) =>
      [...read(page).matchAll(/`((?:packages|agents|test|scripts|docs|bench)\/[\w./-]+\.\w+)`/g)]
        .filter(([, path]) => !existsSync(path!))
        .map(([, path]) => `${page}: ${path}`),
    )
  assert.deepEqual(missing, [])
})

test('every npm command of the texts is a script of package.json', () => {
  const { scripts } = JSON.parse(read('package.json'))
  const unknown = pages.flatMap((page) =>
    [...read(page).matchAll(/\bnpm (?:run ([\w-]+)|(start|test)\b)/g)]
      .map(([, named, short]) => named ?? short!)
      .filter((name) => !(name in scripts))
      .map((name) => `${page}: npm run ${name}`),
  )
  assert.deepEqual(unknown, [])
})

test('every streambed command of the texts is one of the command line', () => {
  const commands = new Set(Object.keys(COMMANDS))
  const unknown = pages.flatMap((page) =>
    [...read(page).matchAll(/\bnpm exec (?:-- )?streambed (?:-- )?([a-z]+)/g)]
      .filter(([, name]) => !commands.has(name!))
      .map(([, name]) => `${page}: streambed ${name}`),
  )
  assert.deepEqual(unknown, [])
})

test('every rule of the protocol that the code cites is in PROTOCOL.md', () => {
  const rules = new Set([...read('PROTOCOL.md').matchAll(/^- \*\*(P\d+)\*\*/gm)].map(([, rule]) => rule))
  const sources = globSync(['packages/*/{src,test}/**/*.{ts,tsx}', 'test/**/*.ts'], { exclude: ['**/node_modules/**'] })
  const unknown = sources.flatMap((file) =>
    [...read(file).matchAll(/^.*(?:\/\/|^ *\/?\*).*$/gm)]
      .flatMap(([comment]) => comment.match(/\bP\d{1,2}\b/g) ?? [])
      .filter((rule) => !rules.has(rule))
      .map((rule) => `${file}: ${rule}`),
  )
  assert.ok(rules.size > 0)
  assert.deepEqual(unknown, [])
})

/** The tests that a cell names: `` `file` “title” ``. */
function named(cell: string): readonly { readonly file: string; readonly title: string }[] {
  return Array.from(cell.matchAll(/`([^`]+)` “(.*?)”(?=<br>|$| \()/g), ([, file, title]) => ({
    file: file!,
    title: title!,
  }))
}

/** The rows whose first cell is code, without the blanks that align them. */
function tableRows(page: string): string[][] {
  return read(page)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map(cells)
}

function cells(row: string): string[] {
  return row.split('|').map((cell) => cell.trim())
}

function read(path: string): string {
  return readFileSync(path, 'utf8')
}
