import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { searchDocs } from './search-docs.ts'
import { toolContext } from './tool-context.fixture.ts'

let root: string

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'docs-'))
  const files = {
    'README.md': '# Streambed\n\nOne log, every client.\n\n## Start\n\nRun `npm start`.',
    'docs/guides/resume.md': '# Resuming\n\nA client resumes by its position: the epoch and the sequence number.',
    'docs/errors.md': `# Errors\n\n${'The position was lost. '.repeat(200)}`,
    'packages/client/README.md': '# Client\n\nThe outbox survives a reload.',
    'packages/client/notes.md': '# Notes\n\nThe outbox of another kind.',
    'secret.md': '# Secret\n\nThe outbox password.',
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
})
after(() => rm(root, { recursive: true }))

test('the passages that fit best come first, and are cited', async () => {
  const { context, citations } = toolContext()
  const output = await search('How does a client resume?', context)
  const text = 'A client resumes by its position: the epoch and the sequence number.'
  assert.deepEqual((output as { passages: unknown[] }).passages[0], {
    source: 'docs/guides/resume.md#resuming',
    heading: 'Resuming',
    text,
  })
  assert.deepEqual(citations[0], { title: 'Resuming', source: 'docs/guides/resume.md#resuming', text })
})

test('the project’s own documents answer what people ask first', async () => {
  const own = searchDocs({ root: new URL('../../../..', import.meta.url) })
  const { context } = toolContext()
  for (const [query, expected] of [
    ['What is Streambed?', 'README.md#what-streambed-is'],
    ['What is Streambed, in three sentences?', 'README.md#what-streambed-is'],
    ['What is a run in Streambed?', 'PROTOCOL.md#runs'],
    ['What is the log?', 'PROTOCOL.md#the-log'],
    ['what does an answer cost', 'docs/guides/budgets.md#budgets'],
    ['how do I connect to my AWS account', 'docs/guides/use-your-aws.md'],
    ['add an agent with a tool of my own', 'docs/guides/write-an-agent.md#write-an-agent'],
    ['answer when the server is killed in the middle', 'README.md#try-it'],
  ] as const) {
    const { passages } = (await own.run({ query } as never, context)) as { passages: { source: string }[] }
    const first = passages.slice(0, 2).map(({ source }) => source)
    assert.ok(
      first.some((source) => source.startsWith(expected)),
      `${query}: ${first}`,
    )
  }
})

test('only the documentation is searched', async () => {
  const { passages } = (await search('outbox')) as { passages: { source: string }[] }
  assert.deepEqual(
    passages.map(({ source }) => source),
    ['packages/client/README.md#client'],
  )
})

test('results are few and short', async () => {
  const { context, citations } = toolContext()
  const { passages } = (await search('position the client', context)) as { passages: { text: string }[] }
  assert.equal(passages.length, 5)
  assert.ok(passages.every(({ text }) => text.length <= 2_000))
  assert.ok(citations.every(({ text }) => text!.length <= 300))
})

test('words that are nowhere get an answer in words', async () => {
  assert.equal(await search('zebra'), 'Nothing in the documentation has these words. Try others.')
  await assert.rejects(search(' "-* '), /^Error: The query has no words/)
})

test('no query breaks the search', async () => {
  const tool = searchDocs({ root })
  const special = fc.constantFrom(
    '"',
    "'",
    'NEAR(',
    'a AND',
    'NOT',
    'heading:',
    '*',
    '^',
    '\u0000',
    '\ud83d',
    '((',
    '; DROP',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(special, fc.string({ unit: 'binary' }))), async (parts) => {
      const query = `log ${parts.join(' ')}`
      await tool.run({ query } as never, toolContext().context)
    }),
    { numRuns: 500 },
  )
})

test('a folder without documents finds nothing', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'docs-'))
  try {
    const tool = searchDocs({ root: pathToFileURL(empty) })
    assert.match(String(await tool.run({ query: 'log' } as never, toolContext().context)), /^Nothing/)
  } finally {
    await rm(empty, { recursive: true })
  }
})

function search(query: string, context = toolContext().context): Promise<unknown> {
  return searchDocs({ root }).run({ query } as never, context)
}
