import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { openBrowser, visit } from './browser.ts'
import { answered, say, startApp } from './steps.ts'

test('who deletes a conversation by keys stays in the list, and who undoes it is back where they were', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  using data = temporaryFolder()
  await using server = await startApp(data.path, 'instant')
  const { page } = await visit(browser, server.url)
  for (const words of ['Say one', 'Say two', 'Say three']) {
    await say(page, words)
    await answered(page, 1)
    await page.getByRole('button', { name: 'New chat' }).click()
    await page.getByText('What shall we work on?').waitFor()
  }
  const focused = page.locator(':focus')
  const list = page.getByRole('navigation', { name: 'Conversations' })
  await list.getByRole('button', { name: 'Actions for “Say two”' }).press('Enter')
  await page.getByRole('menuitem', { name: 'Delete' }).press('Enter')
  await list.getByRole('link', { name: 'Say two' }).waitFor({ state: 'detached' })
  await page.waitForFunction(() => document.activeElement?.textContent.startsWith('Say one'))

  const undo = page.getByRole('button', { name: 'Undo' })
  await undo.focus()
  await undo.press('Enter')
  await list.getByRole('link', { name: 'Say two' }).waitFor()
  assert.match((await focused.textContent()) ?? '', /^Say one/)
})

test('in the colours of the system what is chosen stands out', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  using data = temporaryFolder()
  await using server = await startApp(data.path, 'instant')
  const { page } = await visit(browser, `${server.url}/settings`)
  await page.emulateMedia({ forcedColors: 'active' })
  const ground = (name: string) =>
    page
      .locator('label', { hasText: name })
      .first()
      .evaluate((label) => getComputedStyle(label).backgroundColor)
  await page.getByRole('radio', { name: 'Light' }).check({ force: true })
  assert.notEqual(await ground('Light'), await ground('Dark'))
})
