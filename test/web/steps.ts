import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { ConversationId } from '@streambed/protocol'
import type { Locator, Page } from 'playwright-core'
import { type ServerOptions, type ServerProcess, startServer } from '../chaos/harness/server.ts'

const AGENTS_DIR = join(import.meta.dirname, '..', '..', 'agents')

/** A server with the agents of this repository, in a process of its own. */
export function startApp(dataDir: string, pace: string, more: Partial<ServerOptions> = {}): Promise<ServerProcess> {
  const env = { STREAMBED_AGENTS_DIR: AGENTS_DIR, STREAMBED_DEMO_PACE: pace, ...more.env }
  return startServer({ ...more, dataDir, env })
}

export async function say(page: Page, words: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your message' }).fill(words)
  await page.keyboard.press('Enter')
}

export function lastAnswer(page: Page): Locator {
  return page.locator('article').last()
}

/** Some words of the last answer are there. */
export function begun(page: Page): Promise<void> {
  return lastAnswer(page)
    .locator('.markdown') // what was asked stands in the article, too
    .getByText(/\w+ \w+ \w+ \w+/)
    .first()
    .waitFor()
}

/** As many answers are shown, and the last one is over. */
export async function answered(page: Page, count: number): Promise<void> {
  await page.waitForFunction((count) => document.querySelectorAll('article').length === count, count)
  await lastAnswer(page).getByRole('button', { name: 'Copy answer' }).waitFor()
}

/** The conversation that the address names. */
export function conversationOf(page: Page): ConversationId {
  const id = /\/(?:c|builder)\/(c_\w+)/.exec(page.url())?.[1]
  assert.ok(id, `no conversation at ${page.url()}`)
  return id as ConversationId // it has the look of one
}
