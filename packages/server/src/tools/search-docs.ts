import { glob, readFile, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { defineTool, type Tool } from '../agent/tool.ts'
import { type Passage, passagesOf } from './passages.ts'

export interface SearchDocsOptions {
  /** The project's folder. */
  readonly root: string | URL
}

const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'PROTOCOL.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs/**/*.md',
  'packages/*/README.md',
]
const MAX_DOCUMENTS = 1_000
const MAX_DOCUMENT_BYTES = 1024 * 1024
const MAX_RESULTS = 5
const MAX_WORDS = 24

/**
 * A search over the project's own documentation, best match first, each passage cited. The documents are read at the first
 * search, and stay as they were then.
 */
export function searchDocs({ root }: SearchDocsOptions): Tool {
  const folder = root instanceof URL ? fileURLToPath(root) : root
  let index: Promise<DatabaseSync> | undefined

  return defineTool({
    name: 'search_docs',
    description:
      "Searches Streambed's own documentation by words and returns the passages that fit best, with their sources. Use it for every question about Streambed, before you answer.",
    input: z.object({
      query: z.string().max(1_000).describe('Words that the passage should hold, such as "resume after restart".'),
    }),
    async run({ query }, context) {
      const words = wordsOf(query)
      if (words.length === 0) throw new Error('The query has no words. Search for words that the answer would hold.')
      index ??= indexOf(folder).catch((thrown) => {
        index = undefined // the next search tries again
        throw thrown
      })
      const found = find(await index, words)
      for (const { heading, source, text } of found) context.cite({ title: heading, source, text: excerpt(text) })
      return found.length > 0 ? { passages: found } : 'Nothing in the documentation has these words. Try others.'
    },
  })
}

interface Found {
  readonly source: string
  readonly heading: string
  readonly text: string
}

/**
 * Passages with the telling words. A question of nothing but words that stand everywhere, such as "What is Streambed?", is answered
 * by headings; one whose telling words stand nowhere, by what words it has.
 */
function find(index: DatabaseSync, words: readonly string[]): Found[] {
  const telling = words.filter((word) => !EVERYWHERE.has(word))
  const query = telling.length > 0 ? anyOf(telling) : `section : (${anyOf(words)})`
  const found = search(index, query)
  return found.length > 0 ? found : search(index, anyOf(words))
}

/** Each word in quotes, so that none is taken for the query language. */
function anyOf(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(' OR ')
}

function search(index: DatabaseSync, query: string): Found[] {
  return index
    .prepare(
      `SELECT source, heading, text FROM passages WHERE passages MATCH ?
       ORDER BY bm25(passages, 0, 0, 0, 4, 6, 1) * weight, rowid LIMIT ?`,
    )
    .all(query, MAX_RESULTS)
    .map(({ source, heading, text }) => ({ source: String(source), heading: String(heading), text: String(text) }))
}

function wordsOf(query: string): string[] {
  return [...new Set(query.toLowerCase().match(/[\p{L}\p{N}]+/gu))].slice(0, MAX_WORDS)
}

/** Words that say nothing of what is looked for. */
const EVERYWHERE = new Set(
  'a an and are as at be by can do does explain for from happen happens has have how i in is it me my of on one or own sentence sentences streambed tell that the there this three to was we what when where which who why will with work works you your'.split(
    ' ',
  ),
)

async function indexOf(folder: string): Promise<DatabaseSync> {
  const index = new DatabaseSync(':memory:')
  index.exec(
    `CREATE VIRTUAL TABLE passages USING
       fts5 (source UNINDEXED, heading UNINDEXED, weight UNINDEXED, document, section, text, tokenize = 'porter unicode61')`,
  )
  const insert = index.prepare(
    'INSERT INTO passages (source, heading, weight, document, section, text) VALUES (?, ?, ?, ?, ?, ?)',
  )
  for (const path of await documentsIn(folder)) {
    const passages = passagesOf(await readFile(join(folder, path), 'utf8'))
    for (const { heading, anchor, text } of passages) {
      const [document = '', ...sections] = heading.split(' › ')
      const source = anchor === '' ? path : `${path}#${anchor}`
      insert.run(source, titleOf(path, heading), weightOf(path), document, sections.join(' '), text)
    }
  }
  return index
}

/** By path, so that a search finds the same in the same order everywhere. */
async function documentsIn(folder: string): Promise<string[]> {
  const paths: string[] = []
  for await (const found of glob(DOCUMENTS, { cwd: folder })) {
    if (paths.length >= MAX_DOCUMENTS) break
    const { size } = await stat(join(folder, found))
    if (size <= MAX_DOCUMENT_BYTES) paths.push(found.replaceAll(sep, '/'))
  }
  return paths.sort()
}

function titleOf(path: string, heading: Passage['heading']): string {
  return heading === '' ? path : heading
}

function excerpt(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text
}

/** What explains comes before what records. */
function weightOf(path: string): number {
  return WEIGHTS.find(([start]) => path.startsWith(start))?.[1] ?? 1
}
const WEIGHTS: readonly (readonly [start: string, weight: number])[] = [
  ['README.md', 1.3],
  ['docs/guides/', 1.2],
  ['PROTOCOL.md', 1.2],
  ['docs/decisions/', 0.6],
  ['docs/asvs.md', 0.5],
  ['docs/security.md', 0.5],
  ['CHANGELOG.md', 0.4],
]
