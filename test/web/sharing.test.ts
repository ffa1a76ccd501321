import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { axeViolations, openBrowser, PHONE, visit, WIDE } from './browser.ts'
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
  assert.match(link, new RegExp(`^${server.url}/shared#sbv_`))
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

test('what was shared is read with its pictures and documents, and no request has the link’s token in its address', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  using data = temporaryFolder()
  await using server = await startApp(data.path, 'instant')
  const token = await shareWithFiles(server.url)
  for (const viewport of [PHONE, WIDE]) {
    const { page, complaints } = await visit(browser, 'about:blank', { viewport })
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(`${server.url}/shared#${token}`)
    const picture = page.getByRole('img', { name: 'dot.png' })
    await picture.waitFor()
    assert.equal(await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth)), 1)
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download rivers.html' }).click()
    const download = await saved
    assert.equal(download.suggestedFilename(), 'rivers.html')
    assert.equal(await readFile(await download.path(), 'utf8'), '<b>Rhine</b>')
    assert.deepEqual(await axeViolations(page), [])

    await page.goto(`${server.url}/shared#${token.slice(0, -1)}`)
    await page.getByRole('heading', { name: 'This link opens nothing' }).waitFor()
    await page.goBack()
    await picture.waitFor()
    const secret = token.split('_')[2]!.slice(0, -1)
    assert.deepEqual(
      asked.filter((url) => url.includes(secret)),
      [],
    )
    assert.deepEqual(
      complaints.filter((complaint) => !complaint.includes('404')),
      [],
    )
  }
})

/** Says something with a picture and a document, and makes a link to it. Its token. */
async function shareWithFiles(url: string): Promise<string> {
  const files = [
    await uploaded(url, 'dot.png', 'image/png', Buffer.from(DOT, 'base64')),
    await uploaded(url, 'rivers.html', 'text/html', '<b>Rhine</b>'),
  ]
  const parts = [{ type: 'text', text: 'What is this?' }, ...files.map((file) => ({ type: 'file', file }))]
  const { conversation } = await posted(`${url}/v1/messages`, JSON.stringify({ requestId: 'q_shared', parts }))
  return (await posted(`${url}/v1/conversations/${conversation}/share`)).token!
}

async function uploaded(url: string, name: string, type: string, body: NonNullable<RequestInit['body']>) {
  return (await posted(`${url}/v1/files`, body, { 'content-type': type, 'x-file-name': name })).id!
}

async function posted(url: string, body?: RequestInit['body'], headers?: Record<string, string>) {
  const more = body === undefined ? {} : { body, headers: headers ?? { 'content-type': 'application/json' } }
  const response = await fetch(url, { method: 'POST', ...more })
  assert.ok(response.ok, `${url} ${response.status}`)
  return (await response.json()) as Partial<Record<'id' | 'conversation' | 'token', string>>
}

/** A picture of one pixel. */
const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
