import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import type { ServerProcess } from '../chaos/harness/server.ts'
import { axeViolations, openBrowser, PHONE, visit } from './browser.ts'
import { answered, say, startApp } from './steps.ts'

const PASSWORD = 'seven blue horses'

async function start(): Promise<ServerProcess & { readonly welcome: string }> {
  const path = await mkdtemp(join(tmpdir(), 'streambed-sign-in-'))
  const server = await startApp(path, 'instant', { env: { STREAMBED_AUTH: 'accounts' } })
  const [, welcome = ''] = await server.says(/(http:\S+\/welcome#\S+)\s/)
  return Object.assign(Object.create(server), {
    welcome,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await rm(path, { recursive: true, force: true })
    },
  })
}

/** Accepts an invitation; the first one asks for the address, too. */
async function accept(page: Page, { name, email }: { readonly name: string; readonly email?: string }): Promise<void> {
  if (email !== undefined) await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByRole('textbox', { name: 'Your message' }).waitFor()
}

const place = (page: Page, name: string) => page.getByRole('list', { name: 'Places' }).getByRole('link', { name })

test('the first owner comes by the link of the start, invites somebody, and shows them out', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using server = await start()
  const ada = await visit(browser, server.welcome)
  await ada.page.getByLabel('E-mail address').waitFor()
  assert.equal(new URL(ada.page.url()).hash, '', 'the secret stays in no history')
  assert.deepEqual(await axeViolations(ada.page), [])
  await accept(ada.page, { name: 'Ada', email: 'ada@lab.example' })
  await say(ada.page, 'Say a secret word')
  await answered(ada.page, 1)

  await place(ada.page, 'Administration').click()
  await ada.page.getByText('ada@lab.example').waitFor()
  await ada.page.getByRole('button', { name: 'Invite', exact: true }).click()
  const dialog = ada.page.getByRole('dialog')
  await dialog.getByLabel('E-mail address').fill('bob@lab.example')
  await dialog.getByRole('button', { name: 'Invite' }).click()
  const link = (await ada.page.locator('code').textContent()) ?? ''
  assert.deepEqual(await axeViolations(ada.page), [])

  const bob = await visit(browser, link)
  await bob.page.getByText('You are invited to').waitFor()
  await accept(bob.page, { name: 'Bob' })
  assert.equal(await bob.page.getByText('Say a secret word').count(), 0)
  assert.equal(await place(bob.page, 'Administration').count(), 0, 'members look after nobody')

  await ada.page.reload()
  await ada.page.getByRole('button', { name: 'Actions for Bob' }).click()
  await ada.page.getByRole('menuitem', { name: 'Disable the account' }).click()
  await bob.page.getByRole('button', { name: 'Sign in' }).waitFor({ timeout: 5_000 })

  const again = await visit(browser, link, { viewport: PHONE })
  await again.page.getByText('This link was used').waitFor()
})

test('nothing is asked of the server for somebody who is not there', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using server = await start()
  for (const [address, ready] of [
    [server.welcome, 'E-mail address'],
    [server.url, 'Password'],
    [`${server.url}/usage`, 'Password'],
  ] as const) {
    const { page, complaints } = await visit(browser, 'about:blank')
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    page.on('websocket', () => asked.push('a socket'))
    await page.goto(address)
    await page.getByLabel(ready).waitFor()
    assert.deepEqual([address, complaints], [address, []])
    const questions = asked.filter((path) => path.startsWith('/v1/') || path === 'a socket')
    assert.ok(questions.length > 0, address)
    assert.deepEqual([address, questions.filter((path) => !path.startsWith('/v1/auth'))], [address, []])
  }
})

test('who signs in where a page was asked for comes to that page', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using server = await start()
  const { page, context: window } = await visit(browser, server.welcome)
  await accept(page, { name: 'Ada', email: 'ada@lab.example' })
  await window.clearCookies() // the session has ended
  await page.goto(`${server.url}/usage`)
  await page.getByLabel('E-mail address').fill('ada@lab.example')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Nothing was used in this time').waitFor()
  assert.equal(new URL(page.url()).pathname, '/usage')
})

test('one signs out and in again, and what the browser kept is gone in between', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using server = await start()
  const { page } = await visit(browser, server.welcome)
  await accept(page, { name: 'Ada', email: 'ada@lab.example' })
  await say(page, 'Hello')
  await answered(page, 1)
  await page.evaluate(() => localStorage.setItem('streambed.outbox', 'words that were not sent'))
  await place(page, 'Account').click()
  await page.getByText('this browser').waitFor()
  await page.getByLabel('What it is for').fill('nightly report')
  await page.getByRole('button', { name: 'Make a key' }).click()
  const key = (await page.locator('code').textContent()) ?? ''
  assert.match(key, /^sbk_/)
  const byKey = await fetch(`${server.url}/v1/conversations`, { headers: { authorization: `Bearer ${key}` } })
  assert.equal((await byKey.json()).items.length, 1)
  assert.deepEqual(await axeViolations(page), [])

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in')
  await page.getByLabel('Password').waitFor()
  assert.deepEqual(await axeViolations(page), [])
  assert.equal(await page.evaluate(() => localStorage.getItem('streambed.outbox')), null)
  await page.goto(server.url)
  await page.getByLabel('E-mail address').fill('ada@lab.example')
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').getByText('The e-mail address or the password is wrong.').waitFor()
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: /Hello/ }).waitFor()
})

test('a page of another origin gets nothing with the cookie of who visits it', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using server = await start()
  const { page, context: profile } = await visit(browser, server.welcome)
  await accept(page, { name: 'Ada', email: 'ada@lab.example' })
  const evil = createServer((_, response) => response.end('<!doctype html><title>Prizes</title>'))
  evil.listen(0)
  await once(evil, 'listening')
  const { port } = evil.address() as AddressInfo
  try {
    // Another port is the same site, so the browser sends the cookie; another name is another site.
    for (const host of ['127.0.0.1', 'localhost']) {
      const lure = await profile.newPage()
      await lure.goto(`http://${host}:${port}`)
      const tried = await lure.evaluate(async (url) => {
        const socket = await new Promise((resolve) => {
          const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`)
          socket.onopen = () => resolve('open')
          socket.onerror = () => resolve('refused')
        })
        const outcome = (request: Promise<Response>) =>
          request.then(
            ({ type, status }) => `${type} ${status}`,
            () => 'refused',
          )
        const send = (init: RequestInit) =>
          outcome(fetch(`${url}/v1/conversations`, { method: 'POST', credentials: 'include', ...init }))
        return {
          socket,
          read: await outcome(fetch(`${url}/v1/conversations`, { credentials: 'include' })),
          json: await send({ body: '{}', headers: { 'content-type': 'application/json' } }),
          form: await send({ mode: 'no-cors', body: new URLSearchParams({ title: 'Evil' }) }),
          text: await send({ mode: 'no-cors', body: '{"title": "Evil"}' }),
        }
      }, server.url)
      const refused = 'refused'
      assert.deepEqual(tried, { socket: refused, read: refused, json: refused, form: refused, text: refused }, host)
    }
    const items = await page.evaluate(async () => (await (await fetch('/v1/conversations')).json()).items)
    assert.deepEqual(items, [])
  } finally {
    evil.closeAllConnections()
    evil.close()
  }
})
