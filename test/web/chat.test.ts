import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { type ServerOptions, type ServerProcess, startServer } from '../chaos/harness/server.ts'
import { axeViolations, openBrowser, PHONE, visit, WIDE } from './browser.ts'

/** Slow enough to look while an answer is written. */
const SLOW = { STREAMBED_DEMO_PACE: '100,30' }
const FAST = { STREAMBED_DEMO_PACE: 'instant' }
const AGENTS_DIR = join(import.meta.dirname, '..', '..', 'agents')
const PROMPT = 'Write 120 words about rivers'

async function dataDir(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'streambed-web-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

const start = (
  dataDir: string,
  env: Record<string, string>,
  more: Partial<ServerOptions> = {},
): Promise<ServerProcess> => startServer({ dataDir, env: { STREAMBED_AGENTS_DIR: AGENTS_DIR, ...env }, ...more })

async function send(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: /message/i }).fill(text)
  await page.keyboard.press('Enter')
}

/** The last answer. */
const answer = (page: Page) => page.locator('article').last()
/** Some words of it, so that one is in its middle. */
const begun = (page: Page) =>
  answer(page)
    .getByText(/\w+ \w+ \w+ \w+/)
    .first()
    .waitFor()
const answersShown = (page: Page, count: number) =>
  page.waitForFunction((count) => document.querySelectorAll('article').length === count, count)

async function settled(page: Page): Promise<string> {
  await answer(page).getByRole('button', { name: 'Copy answer' }).waitFor()
  return answer(page)
    .textContent()
    .then((text) => text ?? '')
}

test('a message is answered while one watches, and the page has nothing to complain of', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using data = await dataDir()
  await using server = await start(data.path, SLOW)
  const { page, complaints } = await visit(browser, server.url)
  await send(page, PROMPT)
  const lengths = new Set<number>()
  while (lengths.size < 4) {
    await page.waitForFunction(
      (known) => !known.includes(document.querySelector('main')?.textContent.length ?? 0),
      [...lengths],
    )
    lengths.add(await page.locator('main').evaluate((main) => main.textContent.length))
  }
  assert.match(page.url(), /\/c\/c_/)
  await settled(page)
  assert.deepEqual(complaints, [])
})

test('an answer goes on through a reload in its middle', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using data = await dataDir()
  await using server = await start(data.path, SLOW)
  const { page } = await visit(browser, server.url)
  await send(page, PROMPT)
  await begun(page)
  await page.reload()
  const text = await settled(page)
  const [stored] = await answers(server, page)
  assert.ok(text.includes(firstWords(stored!)), text)
})

test('a stop keeps what was said, and the next message works', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using data = await dataDir()
  await using server = await start(data.path, SLOW)
  const { page } = await visit(browser, server.url)
  await send(page, PROMPT)
  await begun(page)
  await page.getByRole('button', { name: /stop/i }).click()
  await page
    .getByText(/You stopped this answer/)
    .first()
    .waitFor()
  await send(page, 'Say hello')
  await answersShown(page, 2)
  await settled(page)
  const [first, second] = await answers(server, page)
  assert.ok(first!.length > 0 && second!.length > 0)
})

test('what a tool did is unfolded in its place, and read from its beginning', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using data = await dataDir()
  await using server = await start(data.path, FAST)
  const { page } = await visit(browser, server.url)
  await send(page, 'What is Streambed, in three sentences?')
  await settled(page)
  const line = page.getByText('Search the documentation').first()
  const place = await line.boundingBox()
  await line.click()
  await page.getByText('Output', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Jump to latest' }).waitFor()
  assert.deepEqual(await line.boundingBox(), place)
})

test('offline is said, and what is written then is sent when the connection is back', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using data = await dataDir()
  await using server = await start(data.path, FAST)
  const { page, context: profile } = await visit(browser, server.url)
  await send(page, 'Hello')
  await settled(page)
  await profile.setOffline(true)
  await page
    .getByText(/you are offline/i)
    .first()
    .waitFor()
  await send(page, 'Are you there?')
  await profile.setOffline(false)
  await answersShown(page, 2)
  await settled(page)
  assert.equal((await answers(server, page)).length, 2)
})

test('a killed server is waited for, and the page goes on by itself', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using data = await dataDir()
  const first = await start(data.path, SLOW)
  const { port } = first
  const { page } = await visit(browser, first.url)
  await send(page, PROMPT)
  await begun(page)
  await first.kill()
  await page
    .getByText(/connection was lost/i)
    .first()
    .waitFor()
  await using second = await start(data.path, FAST, { port })
  await page
    .getByText(/interrupted|went away/i)
    .first()
    .waitFor()
  await page
    .getByRole('button', { name: /try again|retry/i })
    .first()
    .click()
  await page.waitForFunction(() => /2 \/ 2/.test(document.body.textContent))
  await settled(page)
  assert.equal((await answers(second, page)).length, 2)
})

for (const [name, viewport] of [
  ['wide', WIDE],
  ['phone', PHONE],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds nothing on a ${name} ${colorScheme} page, empty, answered or missing`, async (context) => {
      await using browser = await openBrowser(context)
      if (!browser) return
      await using data = await dataDir()
      await using server = await start(data.path, FAST)
      const { page } = await visit(browser, server.url, { viewport, colorScheme })
      await page.getByRole('textbox', { name: /message/i }).waitFor()
      assert.deepEqual(await axeViolations(page), [])
      await send(page, 'Show me a table, a list and some code')
      await settled(page)
      assert.deepEqual(await axeViolations(page), [])
      await send(page, 'a'.repeat(300))
      await answersShown(page, 2)
      const word = page
        .getByRole('heading', { name: 'You' })
        .last()
        .locator('..')
        .getByText(/^a{300}$/)
      assert.equal(await word.evaluate((word) => word.getBoundingClientRect().left > 0), true)
      await page.goto(`${server.url}/c/c_nothing`)
      await page
        .getByText(/does not exist|not yours/i)
        .first()
        .waitFor()
      assert.deepEqual(await axeViolations(page), [])
    })
  }
}

/** The answers of the conversation that the page shows, as the server has them. */
async function answers(server: ServerProcess, page: Page): Promise<string[]> {
  const id = /\/c\/(\w+)/.exec(page.url())![1]
  const { messages } = (await (await fetch(`${server.url}/v1/conversations/${id}`)).json()) as {
    messages: { role: string; blocks?: { type: string; text?: string }[] }[]
  }
  return messages
    .filter(({ role }) => role === 'assistant')
    .map(({ blocks = [] }) => blocks.flatMap(({ type, text = '' }) => (type === 'text' ? [text] : [])).join('\n'))
}

function firstWords(text: string): string {
  return /[\w ,]{20,40}/.exec(text)?.[0].trim() ?? text
}
