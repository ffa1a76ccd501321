import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { axeViolations, openBrowser, PHONE, visit } from './browser.ts'
import { startApp } from './steps.ts'

const WIDGET = join(import.meta.dirname, '..', '..', 'packages/web/dist/widget')

test('the widget talks from a strict page of another origin, by keyboard, and remembers', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  using data = temporaryFolder()
  await using host = await openHost()
  await using server = await startApp(data.path, '50,300', { env: { CORS_ORIGIN: host.url } })
  host.server = server.url
  const { page, complaints } = await visit(browser, host.url)
  const launcher = page.getByRole('button', { name: 'Ask us' })
  await launcher.focus()
  assert.equal(await launcher.getAttribute('aria-expanded'), 'false')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Ask us' }).getByRole('heading', { name: 'Ask us' }).waitFor()
  assert.equal(await launcher.getAttribute('aria-expanded'), 'true')
  await page.waitForFunction(focusIs, 'Your message')
  await page.keyboard.type('Show me a table, a list and some code')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Copy answer' }).waitFor()
  await page.getByRole('button', { name: 'What this answer cost' }).click()
  await page.getByText('Time to first token').waitFor()
  await page.keyboard.press('Escape')
  await page.getByText('Time to first token').waitFor({ state: 'detached' })
  assert.equal(await page.getByRole('dialog', { name: 'Ask us' }).isVisible(), true, 'a menu closes first')
  assert.deepEqual(await axeViolations(page), [])
  assert.deepEqual(await foreignLooks(page), [])

  await page.getByRole('textbox', { name: 'Your message' }).focus()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.waitForFunction(focusIs, 'Ask us')

  await page.reload()
  await launcher.click()
  await page.getByRole('button', { name: 'Copy answer' }).waitFor()
  assert.equal(await page.locator('article').count(), 1)
  await page.getByRole('button', { name: 'New chat' }).click()
  await page.locator('article').waitFor({ state: 'detached' })
  assert.equal(await page.title(), 'A host', 'the page keeps its title')
  assert.deepEqual(complaints, [])
})

test('whoever builds a page that the server does not let in is told why on its console', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  using data = temporaryFolder()
  await using host = await openHost()
  await using server = await startApp(data.path, 'instant')
  host.server = server.url
  const { page } = await visit(browser, host.url)
  const warned = page.waitForEvent('console', (message) => message.type() === 'warning')
  await page.getByRole('button', { name: 'Ask us' }).click()
  assert.equal(
    (await warned).text(),
    `<streambed-chat>: ${server.url} does not let pages of ${host.url} in. Name this origin in its setting CORS_ORIGIN.`,
  )
})

test('with a token it asks over HTTP alone, and every request carries it', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  using data = temporaryFolder()
  await using host = await openHost()
  await using server = await startApp(data.path, 'instant', { env: { CORS_ORIGIN: host.url } })
  host.server = server.url
  const { page, complaints } = await visit(browser, host.url)
  const asked: (string | undefined)[] = []
  let sockets = 0
  page.on('websocket', () => sockets++)
  page.on('request', (request) => {
    if (request.url().includes('/v1/')) asked.push(request.headers()['authorization'])
  })
  await page.evaluate(() => Object.assign(document.querySelector('streambed-chat')!, { token: 'theirs' }))
  await page.getByRole('button', { name: 'Ask us' }).click()
  await page.getByRole('textbox', { name: 'Your message' }).fill('Hello')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Copy answer' }).waitFor()
  assert.equal(sockets, 0)
  assert.ok(asked.length > 2)
  assert.deepEqual([...new Set(asked)], ['Bearer theirs'])
  assert.deepEqual(complaints, [])
})

test('the examples show it plain, with an agent and in the dark, on a phone as well', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  using data = temporaryFolder()
  await using server = await startApp(data.path, 'instant')
  const { page, complaints } = await visit(browser, `${server.url}/examples/`, { viewport: PHONE })
  assert.deepEqual(await axeViolations(page), [])
  await page.getByRole('link', { name: 'A plain page' }).click()
  await page.getByRole('button', { name: 'Ask us' }).click()
  await page.getByText('knows its way around Streambed').waitFor()
  const box = (await page.getByRole('dialog').boundingBox())!
  assert.deepEqual([box.width, box.height], [PHONE.width, PHONE.height], 'it takes all of a phone')
  assert.deepEqual(await axeViolations(page), [])

  await page.goto(`${server.url}/examples/agent.html`)
  await page.getByText('Turns what you want from your money').waitFor()
  await page.goto(`${server.url}/examples/dark.html`)
  await page.getByRole('button', { name: 'Ask us' }).click()
  await page.getByText('knows its way around Streambed').waitFor()
  const ground = await page.getByRole('dialog').evaluate((panel) => getComputedStyle(panel).backgroundColor)
  assert.match(ground, /oklch\(0\.2/)
  assert.deepEqual(await axeViolations(page), [])
  assert.deepEqual(complaints, [])
})

test('a page that does not open the widget pays little for it', async (context) => {
  const bytes = gzipSync(await readFile(join(WIDGET, 'streambed-chat.js'))).length
  context.diagnostic(`streambed-chat.js: ${bytes} bytes gzip`)
  assert.ok(bytes < 8_000)
})

/** Runs in the page: whether that of the widget has the focus which has this name. */
function focusIs(name: string): boolean {
  return document.activeElement?.shadowRoot?.activeElement?.getAttribute('aria-label') === name
}

/** Classes of the panel that have no effect, by the looks that they must have. */
function foreignLooks(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.querySelector('streambed-chat')!.shadowRoot!
    const composer = getComputedStyle(root.querySelector('form')!)
    const wrong: string[] = []
    if (!composer.boxShadow.includes('px')) wrong.push('shadows')
    if (composer.borderTopStyle !== 'solid') wrong.push('borders')
    if (!composer.borderRadius.startsWith('24')) wrong.push('radii')
    if (!getComputedStyle(root.querySelector('textarea')!).fontFamily.includes('system-ui')) wrong.push('fonts')
    return wrong
  })
}

/** Somebody's page, on an origin of its own, that lets nothing run inline. */
async function openHost() {
  const host = { server: '' }
  const http = createServer((_, response) => {
    const socket = host.server.replace('http', 'ws')
    response.setHeader(
      'content-security-policy',
      `default-src 'none'; script-src ${host.server}; connect-src ${host.server} ${socket}; img-src ${host.server} blob:`,
    )
    response.setHeader('content-type', 'text/html')
    response.end(`<!doctype html><html lang="en"><title>A host</title>
      <script type="module" src="${host.server}/widget/streambed-chat.js"></script>
      <main><h1>A host</h1></main>
      <streambed-chat server="${host.server}" title="Ask us"></streambed-chat>`)
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo // it listens on TCP
  return Object.assign(host, {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      http.close()
      http.closeAllConnections()
    },
  })
}
