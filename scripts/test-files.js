import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.js'

const FOLDERS = ['packages', 'agents', 'scripts', 'test']

/**
 * The paths of all tests, from the root, or of those whose path contains one of the words.
 *
 * @param {readonly string[]} words
 */
export function testFiles(words) {
  const all = FOLDERS.filter((name) => existsSync(join(root, name))).flatMap((name) =>
    readdirSync(join(root, name), { recursive: true })
      .map((path) => join(name, path))
      .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules')),
  )
  return words.length === 0 ? all : all.filter((file) => words.some((word) => file.includes(word)))
}
