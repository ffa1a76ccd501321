import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { axeViolations, openBrowser, PHONE, visit } from './browser.ts'
import { answered, conversationOf, say, startApp } from './steps.ts'

test('a conversation is shared by a link that anybody reads, as it was, until it is taken back', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  using data = temporaryFolder()
  await using server = await startApp(data.path, 'instant')
  const { page, complaints } = await visit(browser, `${server.url}/builder`)
  await say(page, 'I have $5000 and want a conservative strategy with 3% monthly returns')
  await answered(page, 1)
  await page
    .getByRole('button', { name: /^Actions for/ })
    .last()
    .click()
  await page.getByRole('menuitem', { name: 'Share by a link' }).click()
  await page.getByRole('button', { name: 'Make a link' }).click()
  const link = await page.getByRole('textbox', { name: /shown this once/ }).inputValue()
  assert.match(link, new RegExp(`^${server.url}/shared/sbv_`))
  assert.deepEqual(await axeViolations(page), [])
  await page.keyboard.press('Escape')
  await say(page, 'Explain it step by step')
  await answered(page, 2)

  const reader = await visit(browser, link, { viewport: PHONE, colorScheme: 'dark' })
  await reader.page.getByText('Shared conversation · With Strategy builder').waitFor()
  await reader.page.getByRole('img', { name: 'The strategy that was built' }).waitFor()
  assert.equal(await reader.page.locator('article').count(), 1)
  assert.equal(await reader.page.getByRole('textbox').count(), 0)
  assert.deepEqual(await axeViolations(reader.page), [])

  const links = `${server.url}/v1/conversations/${conversationOf(page)}/share`
  const { items } = (await (await fetch(links)).json()) as { items: { id: string }[] }
  assert.equal(items.length, 1)
  await page
    .getByRole('button', { name: /^Actions for/ })
    .last()
    .click()
  await page.getByRole('menuitem', { name: 'Share by a link' }).click()
  await page.getByRole('button', { name: /^Remove the link/ }).click()
  await page.getByText('It opens nothing any more').waitFor()
  await reader.page.reload()
  await reader.page.getByRole('heading', { name: 'This link opens nothing' }).waitFor()
  assert.deepEqual(complaints, [])
  assert.deepEqual(
    reader.complaints.filter((complaint) => !complaint.includes('404')),
    [],
  )
})
