import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { axeViolations, openBrowser, PHONE, visit } from './browser.ts'
import { startApp } from './steps.ts'

const main = (page: Page) => page.getByRole('main')

test('the start has something to ask each agent, and asks the one that it is for', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  using data = temporaryFolder()
  await using server = await startApp(data.path, 'instant')
  const { page, complaints } = await visit(browser, server.url)
  const prompts = main(page).getByRole('listitem')
  await prompts.nth(3).waitFor()
  assert.deepEqual(
    (await prompts.allInnerTexts()).map((words) => words.split('\n')[0]),
    ['Assistant', 'Predictions', 'Strategy builder', 'Tasks'],
  )

  await prompts.last().getByRole('button').click()
  await page.getByRole('form', { name: 'Create alarm' }).waitFor()
  // What is done to it names it as its heading does.
  await main(page).getByRole('button', { name: 'Actions for “Create an alarm”' }).waitFor()

  await page.getByRole('button', { name: 'New chat' }).click()
  await page.getByRole('button', { name: 'Agent: Assistant' }).click()
  await page.getByRole('menuitemradio', { name: 'Tasks' }).click()
  await prompts.getByText('Which alarms do I have?').waitFor()
  assert.deepEqual(complaints, [])
})

test('the heading of the start stands clear of the composer, however low the window is', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  using data = temporaryFolder()
  await using server = await startApp(data.path, 'instant')
  const { page } = await visit(browser, server.url)
  await main(page).getByRole('listitem').nth(3).waitFor()
  for (const viewport of [
    PHONE,
    { width: 390, height: 664 },
    { width: 390, height: 500 },
    { width: 844, height: 390 },
  ]) {
    await page.setViewportSize(viewport)
    await page.waitForFunction(() => {
      const [heading, field] = ['h1', 'textarea'].map((name) => document.querySelector(name)?.getBoundingClientRect())
      return heading && field && heading.top >= 0 && heading.bottom <= field.top
    })
    assert.deepEqual(await axeViolations(page), [])
  }
})

test('a page whose code does not come says so, and comes by itself when the connection is back', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  using data = temporaryFolder()
  await using server = await startApp(data.path, 'instant')
  const { page, context: window } = await visit(browser, server.url)
  await page.getByText('Connected').waitFor()
  await window.setOffline(true)
  await page.getByRole('link', { name: 'Usage' }).click()
  await page.getByRole('heading', { name: 'This page could not be loaded' }).waitFor()
  await page.getByText('You are offline.').waitFor()
  assert.deepEqual(await axeViolations(page), [])
  await window.setOffline(false)
  await page.getByText('Nothing was used in this time').waitFor()
})
