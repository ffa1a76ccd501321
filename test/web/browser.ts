import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { TestContext } from 'node:test'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser for as long as its scope lasts; where there is none the test is skipped, and says so. `more` are flags. */
export async function openBrowser(
  test: TestContext,
  more: readonly string[] = [],
): Promise<(Browser & AsyncDisposable) | undefined> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
  try {
    return await chromium.launch({ executablePath, args: [...ARGUMENTS, ...more] })
  } catch (error) {
    if (process.env['CI'] === 'true') throw error
    test.skip(`no Chromium at ${executablePath}`)
    return undefined
  }
}

export const WIDE = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

export interface Visit {
  readonly page: Page
  readonly context: BrowserContext
  /** What the page has complained of: errors on its console, and of its own. */
  readonly complaints: string[]
}

/** A page in a profile of its own. */
export async function visit(
  browser: Browser,
  url: string,
  options: Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'storageState'> = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(url)
  return { page, context, complaints }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong with a page, a line for each rule and place. */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE)
  const results = await page.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: readonly Violation[] }> } }
    return axe.run()
  })
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly target: readonly string[] }[]
}
