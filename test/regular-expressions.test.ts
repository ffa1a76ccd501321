import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createContext, Script } from 'node:vm'
import { parseSync } from 'vite'

process.chdir(join(import.meta.dirname, '..')) // the paths below are the repository's

/** How long the texts are. Of one that goes back again and again, the time grows with the square of it at least. */
const LENGTH = 10_000
/** Going once through such a text takes a hundredth of it, going back at every letter some three times as much. */
const LONGEST_MS = 25
const TRIES = 4

test('no regular expression takes ever longer for a text made to hold it up', () => {
  const patterns = new Map(sources().map(({ file, pattern, flags }) => [`/${pattern}/${flags}`, file]))
  assert.ok(patterns.size > 200)
  const slow = [...patterns].flatMap(([literal, file]) => {
    const [, pattern, flags] = /^\/(.*)\/(\w*)$/s.exec(literal)!
    const text = attacks(pattern!).find((attack) => isSlow(new RegExp(pattern!, flags), attack))
    return text === undefined ? [] : [`${file}: ${literal} on ${JSON.stringify(text.slice(0, 30))}…`]
  })
  assert.deepEqual(slow, [])
})

test('the check sees what it is made to see', () => {
  for (const slow of [/(a+)+$/, /^(\w+\s?)*$/, /\s+$/, /[\w.]+@/, /,+;/, /^[\s-]*[\w-]+:/])
    assert.ok(
      attacks(slow.source).some((text) => isSlow(slow, text)),
      slow.source,
    )
})

interface Pattern {
  readonly file: string
  readonly pattern: string
  readonly flags: string
}

/** Every regular expression of what ships. The emulator's are left out: it reads what the server has read. */
function sources(): readonly Pattern[] {
  const files = globSync(['packages/{protocol,server,client,web}/src/**/*.{ts,tsx}', 'agents/**/*.ts'])
  return files
    .filter((file) => !/\.test\.|\.fixture\.|conformance/.test(file))
    .flatMap((file) => literals(parseSync(file, readFileSync(file, 'utf8')).program).map((one) => ({ file, ...one })))
}

function literals(node: unknown): readonly { readonly pattern: string; readonly flags: string }[] {
  if (typeof node !== 'object' || node === null) return []
  const { regex } = node as { readonly regex?: { readonly pattern: string; readonly flags: string } }
  return regex ? [regex] : Object.values(node).flatMap(literals)
}

/** Texts that repeat a piece of what the pattern looks for and then end otherwise, from the start or after another piece. */
function attacks(pattern: string): readonly string[] {
  const written = pattern.match(/\\?[^\w\s]|[A-Za-z]{2,}/g)?.map((piece) => piece.replace(/^\\(?=.)/, '')) ?? []
  const pieces = [...new Set(['a', '0', ' ', '\n', '-', 'a ', 'a.', '! ', ...written])]
  const starts = ['', ...new Set(written.slice(0, 2))]
  return starts.flatMap((start) =>
    pieces.map((piece) => `${start}${piece.repeat(Math.ceil(LENGTH / piece.length))}\u0001`),
  )
}

const context = createContext({})
const script = new Script('flags.includes("g") ? text.replace(expression, "") : expression.exec(text)')

/** Slow each time: a busy machine is slow once or twice. */
function isSlow(expression: RegExp, text: string): boolean {
  Object.assign(context, { expression, text, flags: expression.flags })
  for (let i = 0; i < TRIES; i++) {
    const begun = performance.now()
    try {
      script.runInContext(context, { timeout: LONGEST_MS * 4 })
    } catch {
      // given up: it is slow
    }
    if (performance.now() - begun < LONGEST_MS) return false
  }
  return true
}
