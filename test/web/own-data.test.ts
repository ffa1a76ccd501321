import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { axeViolations, openBrowser, PHONE, visit } from './browser.ts'
import { answered, say, startApp } from './steps.ts'

test('one takes along everything of one’s own, or hears that it broke off', async (t) => {
  await using browser = await openBrowser(t)
  if (!browser) return
  using folder = temporaryFolder()
  await using server = await startApp(folder.path, 'instant')
  const { page, complaints } = await visit(browser, server.url)
  await say(page, 'Remember the word marmalade')
  await answered(page, 1)
  await page.goto(`${server.url}/settings`)
  const section = page.getByRole('region', { name: 'Your data' })

  const saved = page.waitForEvent('download')
  await section.getByRole('button', { name: 'Export everything' }).click()
  const file = await (await saved).path()
  await section.getByText('The file is in your downloads').waitFor()
  const { owner, conversations, usage } = JSON.parse(await readFile(file, 'utf8'))
  assert.deepEqual([owner, conversations.length, usage.length], [{ org: 'local', user: 'local' }, 1, 1])
  assert.match(JSON.stringify(conversations), /marmalade/)
  assert.deepEqual([await axeViolations(page), complaints], [[], []])

  await page.route('**/v1/me/export', (route) => route.abort('connectionreset'))
  await section.getByRole('button', { name: 'Export everything' }).click()
  await section.getByText('The export broke off, and no file was saved.').waitFor()
  assert.deepEqual(await axeViolations(page), [])
  await page.unroute('**/v1/me/export')
  await section.getByRole('button', { name: 'Try again' }).click()
  await section.getByText('The file is in your downloads').waitFor()
})

test('whoever deletes everything is at the beginning again, in every open window', async (t) => {
  await using browser = await openBrowser(t)
  if (!browser) return
  using folder = temporaryFolder()
  await using server = await startApp(folder.path, 'instant')
  const laptop = await visit(browser, server.url)
  await say(laptop.page, 'Remember the word marmalade')
  await answered(laptop.page, 1)
  await laptop.page.evaluate(() => localStorage.setItem('streambed.builder.c_1', 'what a canvas looked like'))
  const phone = await visit(browser, laptop.page.url(), { viewport: PHONE })
  await answered(phone.page, 1)
  const other = await laptop.context.newPage()
  await other.goto(`${server.url}/settings`)
  await other.getByRole('button', { name: 'Delete everything…' }).click()
  const dialog = other.getByRole('dialog', { name: 'Delete everything of yours?' })
  const confirm = dialog.getByRole('button', { name: 'Delete everything' })
  assert.equal(await confirm.isDisabled(), true)
  assert.deepEqual(await axeViolations(other), [])
  await dialog.getByLabel('Type “delete” to go on').fill('Delete')
  await confirm.click()

  for (const page of [other, laptop.page, phone.page]) {
    await page.getByText('What shall we work on?').waitFor()
    assert.equal(new URL(page.url()).pathname, '/')
    assert.equal(await page.getByText('marmalade').count(), 0)
  }
  assert.equal(await laptop.page.evaluate(() => localStorage.getItem('streambed.builder.c_1')), null)
  const left = await (await fetch(`${server.url}/v1/me/export`)).json()
  assert.deepEqual([left.conversations, left.files, left.usage], [[], [], []])
})
