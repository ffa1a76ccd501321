import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseSync } from 'vite'

process.chdir(join(import.meta.dirname, '..')) // the paths below are the repository's

// What no source that ships may do, because of what others could make of it.

/** A node of a parsed source. */
interface Node {
  readonly type: string
  readonly [name: string]: unknown
}

const files = globSync(['packages/*/src/**/*.{ts,tsx}', 'agents/**/*.ts']).filter(
  (file) => !/\.test\.|\.d\.ts$/.test(file),
)
const shipped = files.map((file) => {
  const source = readFileSync(file, 'utf8')
  return { file, source, nodes: [...walk(parseSync(file, source).program)] }
})

/**
 * What goes into SQL by its name, in the few places that make several statements of one: names of tables and columns, numbers, whole
 * statements that are made of constants. None comes from outside.
 */
const OWN_TEXTS: Readonly<Record<string, readonly string[]>> = {
  'packages/server/src/store/sqlite/accounts.ts': ['page'],
  'packages/server/src/store/sqlite/database.ts': [
    'sql',
    'Math.ceil(bytes / pageSize)',
    "durability === 'durable' ? 'full' : 'normal'",
  ],
  'packages/server/src/store/sqlite/files.ts': ['table'],
  'packages/server/src/store/sqlite/forget.ts': ['table'],
  'packages/server/src/store/sqlite/migrations.ts': ['migration', 'migrations.length'],
  'packages/server/src/store/sqlite/records.ts': ['sql'],
  'packages/server/src/store/sqlite/runs.ts': ['table'],
  'packages/server/src/store/sqlite/search.ts': ['numbers', 'column', 'HIT[0]', 'HIT[1]'],
  'packages/server/src/store/sqlite/usage.ts': ['key'],
}

test('SQL is written in the source: no text from outside becomes part of a statement', () => {
  const wrong = shipped.flatMap(({ file, source, nodes }) =>
    nodes
      .filter((node) => isCallOf(node, /^(prepare|exec)$/) && /\bdb$|\bdatabase$/.test(receiver(node, source)))
      .flatMap((node) => notOwn(firstArgument(node), source, OWN_TEXTS[file] ?? []))
      .map((text) => `${file}: ${text}`),
  )
  assert.deepEqual(wrong, [])
})

test('the check of SQL sees what it is made to see', () => {
  const placed = '$' + '{id}'
  const source = `db.prepare(\`select * from t where id = ${placed}\`); db.exec("delete from " + name); db.prepare(sql)`
  const calls = [...walk(parseSync('x.ts', source).program)].filter((node) => isCallOf(node, /^(prepare|exec)$/))
  assert.deepEqual(
    calls.map((node) => notOwn(firstArgument(node), source, [])),
    [['id'], ['"delete from " + name'], ['sql']],
  )
})

test('no program is started by a shell, and no text becomes code', () => {
  const wrong = shipped.flatMap(({ file, nodes }) =>
    nodes
      .filter(
        (node) =>
          isCallOf(node, /^(execSync|eval|Function|compileFunction|runInThisContext|runInNewContext)$/) ||
          (node.type === 'NewExpression' && nameOf(node['callee']) === 'Function') ||
          (node.type === 'ImportSpecifier' && /^exec(Sync)?$/.test(nameOf(node['imported']))) ||
          (node.type === 'Property' && nameOf(node['key']) === 'shell' && (node['value'] as Node)['value'] === true),
      )
      .map(({ type }) => `${file}: ${type}`),
  )
  assert.deepEqual(wrong, [])
})

/** Where a page's own text is put into an element by a policy of its own. */
const BY_POLICY = new Set(['packages/web/src/markdown/character-reference.ts'])

test('no text becomes markup of a page', () => {
  const sinks = /^(dangerouslySetInnerHTML|innerHTML|outerHTML|srcdoc|srcDoc)$/
  const calls = /^(insertAdjacentHTML|parseFromString|setHTMLUnsafe|createContextualFragment)$/
  const wrong = shipped
    .filter(({ file }) => file.startsWith('packages/web/') && !BY_POLICY.has(file))
    .flatMap(({ file, source, nodes }) =>
      nodes
        .filter(
          (node) =>
            isCallOf(node, calls) ||
            (isCallOf(node, /^write(ln)?$/) && receiver(node, source) === 'document') ||
            (node.type === 'AssignmentExpression' && sinks.test(nameOf((node['left'] as Node)['property']))) ||
            (node.type === 'JSXAttribute' && sinks.test(nameOf(node['name']))) ||
            (node.type === 'Property' && sinks.test(nameOf(node['key']))),
        )
        .map(({ type }) => `${file}: ${type}`),
    )
  assert.deepEqual(wrong, [])
})

/** Of a statement's text, the parts that are neither written there nor constants of the module, which are in capitals. */
function notOwn(argument: Node | undefined, source: string, known: readonly string[]): string[] {
  if (argument === undefined) return ['nothing']
  const parts = argument.type === 'TemplateLiteral' ? (argument['expressions'] as readonly Node[]) : [argument]
  return parts
    .filter((part) => !isConstant(part))
    .map(({ start, end }) => source.slice(start as number, end as number))
    .filter((text) => !known.includes(text))
}

/** A text, a constant, or what a function makes of such: `left('tokens')`. */
function isConstant(node: Node): boolean {
  if (node.type === 'CallExpression') return (node['arguments'] as readonly Node[]).every(isConstant)
  return node.type === 'Literal' || /^[A-Z][A-Z_]*$/.test(nameOf(node))
}

function isCallOf({ type, callee }: Node, name: RegExp): boolean {
  if (type !== 'CallExpression') return false
  const { property } = callee as Node
  return name.test(nameOf(property ?? callee))
}

function receiver({ callee }: Node, source: string): string {
  const { object } = callee as { readonly object?: Node }
  return object ? source.slice(object['start'] as number, object['end'] as number) : ''
}

function firstArgument(node: Node): Node | undefined {
  return (node['arguments'] as readonly Node[])[0]
}

function nameOf(node: unknown): string {
  return String((node as { readonly name?: unknown } | null)?.name ?? '')
}

function* walk(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return
  if ('type' in value && typeof value.type === 'string') yield value as Node
  for (const inner of Object.values(value)) yield* walk(inner)
}
