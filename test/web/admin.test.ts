import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { ServerProcess } from '../chaos/harness/server.ts'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { axeViolations, openBrowser, PHONE, visit, WIDE } from './browser.ts'
import { startApp } from './steps.ts'

const PASSWORD = 'seven blue horses'

/** Each page for admins, and words that are there when it is whole. */
const PAGES: readonly (readonly [path: string, whole: string])[] = [
  ['/people', 'bob@lab.example'],
  ['/budgets', 'The most this server allows'],
  ['/audit', 'Bob accepted an invitation'],
  ['/limits', 'STREAMBED_REQUESTS_PER_MINUTE'],
  ['/usage?of=organisation&by=user', 'What you may spend'],
]

test('axe finds nothing on any page for admins, and none is too wide', async (t) => {
  await using house = await openHouse(t)
  if (!house) return
  for (const [name, viewport] of [
    ['wide', WIDE],
    ['phone', PHONE],
  ] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, complaints } = await house.visitAs('ada', '/', { viewport, colorScheme })
      for (const [path, whole] of PAGES) {
        const where = `${path} ${name} ${colorScheme}`
        await page.goto(house.server.url + path)
        await page.getByText(whole).first().waitFor()
        assert.deepEqual([where, await axeViolations(page)], [where, []])
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, where)
        assert.deepEqual([where, complaints], [where, []])
      }
      await page.context().close()
    }
  }
})

test('a budget is set by keys, with what is wrong said at its field, then changed, removed and brought back', async (t) => {
  await using house = await openHouse(t)
  if (!house) return
  const { page } = await house.visitAs('ada', '/budgets')
  await page.getByRole('button', { name: 'Add a budget' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Add a budget' })
  await dialog.getByRole('radio', { name: 'People' }).waitFor()
  await dialog.getByLabel('Who').selectOption({ label: 'Bob · bob@lab.example' })
  await dialog.getByLabel('Dollars').press('Enter')
  await dialog.getByText('Say dollars, tokens or both.').waitFor()
  assert.equal(await dialog.getByLabel('Dollars').getAttribute('aria-invalid'), 'true')
  assert.equal(await page.evaluate(() => (document.activeElement as HTMLInputElement).name), 'dollars')
  assert.deepEqual(await axeViolations(page), [])
  await page.keyboard.type('2.50')
  await dialog.getByLabel('Tokens').fill('1.5')
  await page.keyboard.press('Enter')
  await dialog.getByText('Write a whole number.').waitFor()
  await dialog.getByLabel('Tokens').fill('')
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'hidden' })
  const row = page.getByRole('listitem').filter({ hasText: 'Bob, per day' })
  await row.getByText('$0 of $2.50 spent').waitFor()
  assert.equal(await row.getByRole('meter', { name: 'Bob, per day' }).getAttribute('aria-valuemax'), '2500000')

  await act(page, 'Change')
  await page.getByRole('dialog', { name: 'Change the budget' }).getByLabel('Dollars').fill('0')
  await page.keyboard.press('Enter')
  await row.getByText('Spent', { exact: true }).waitFor()
  await act(page, 'Remove')
  await row.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Undo' }).click()
  await row.getByText('Spent', { exact: true }).waitFor()

  const bob = await house.visitAs('bob', '/usage')
  await bob.page.getByRole('region', { name: 'What you may spend' }).getByText('You, per day').waitFor()
  await bob.page.getByText('Your organisation, per month').waitFor()
})

test('the audit is filtered, shared by its address, unfolded and taken along', async (t) => {
  await using house = await openHouse(t)
  if (!house) return
  const { page } = await house.visitAs('ada', '/audit')
  await page.getByText('Bob accepted an invitation').waitFor()
  await page.getByRole('combobox', { name: 'What' }).selectOption({ label: 'Permissions' })
  await page.getByText('Bob accepted an invitation').waitFor({ state: 'hidden' })
  await page.getByText('Ada invited somebody as a member').waitFor()
  assert.equal(new URL(page.url()).search, '?kind=permission-change')
  await page.reload()
  const entry = page.getByRole('listitem').filter({ hasText: 'Ada invited somebody' })
  await entry.locator('summary').press('Enter')
  await entry.getByText('POST /v1/invitations').waitFor()
  assert.deepEqual(await axeViolations(page), [])

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download CSV' }).click(),
  ])
  assert.equal(file.suggestedFilename(), 'audit.csv')
  await page.getByRole('combobox', { name: 'Who' }).selectOption({ label: 'Bob' })
  await page.getByText('Nothing like this has happened').waitFor()
  await page.getByRole('button', { name: 'Clear the filters' }).click()
  await page.getByText('Ada downloaded the audit').waitFor()
})

test('the audit goes on where its page ended', async (t) => {
  await using house = await openHouse(t)
  if (!house) return
  const { page } = await house.visitAs('ada', '/limits')
  await page.evaluate(async () => {
    for (let i = 0; i < 55; i++)
      await fetch('/v1/budgets', {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ scope: 'agent', period: 'day', tokens: i }),
      })
  })
  await page.getByRole('link', { name: 'Audit' }).click()
  await page.getByText(/per day, 54 tokens/).waitFor()
  assert.equal(await page.getByText(/per day, 4 tokens/).count(), 0)
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.getByText(/per day, 4 tokens/).waitFor()
  await page.getByText('That is all.').waitFor()
})

test('usage is seen by person, and by a member for themselves alone', async (t) => {
  await using house = await openHouse(t)
  if (!house) return
  for (const name of ['ada', 'bob'] as const) {
    const { page } = await house.visitAs(name, '/')
    await page.getByRole('textbox', { name: 'Your message' }).fill(`Say hello to ${name}`)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Copy answer' }).waitFor()
    await page.context().close()
  }
  const ada = await house.visitAs('ada', '/usage')
  await ada.page.getByText('Dollars by day').waitFor()
  await ada.page.getByText('The organisation’s').click()
  const parts = ada.page.getByRole('region', { name: 'What it went into' })
  await parts.getByRole('tab', { name: 'By person', selected: true }).waitFor()
  await parts.getByText('Bob').waitFor()
  await parts.getByText('Ada').waitFor()
  assert.equal(new URL(ada.page.url()).search, '?of=organisation')

  const bob = await house.visitAs('bob', '/usage?of=organisation&by=user')
  await bob.page.getByText('Dollars by day').waitFor()
  await bob.page.getByRole('tab', { name: 'By model', selected: true }).waitFor()
  assert.equal(await bob.page.getByText('The organisation’s').count(), 0)
  assert.equal(await bob.page.getByRole('tab', { name: 'By person' }).count(), 0)
})

test('a member is refused, and told where to go', async (t) => {
  await using house = await openHouse(t)
  if (!house) return
  const { page } = await house.visitAs('bob', '/')
  await page.getByRole('textbox', { name: 'Your message' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Administration' }).count(), 0)
  for (const path of ['/people', '/budgets', '/audit', '/limits']) {
    await page.goto(house.server.url + path)
    await page.getByRole('heading', { name: 'This page is for admins' }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Add a budget' }).count(), 0)
    assert.deepEqual([path, await axeViolations(page)], [path, []])
  }
  await page.getByRole('button', { name: 'Go to your usage' }).click()
  await page.getByText('What you may spend').waitFor()
})

test('what cannot be read says so, and is read when it is asked for again', async (t) => {
  await using house = await openHouse(t)
  if (!house) return
  const { page } = await house.visitAs('ada', '/people')
  await page.getByText('bob@lab.example').waitFor()
  const failing = '**/v1/{budgets,audit,limits}*'
  await page.route(failing, (route) => route.fulfill({ status: 500, body: 'broken' }))
  for (const [name, failed] of [
    ['Budgets', 'The budgets could not be loaded'],
    ['Audit', 'The audit could not be loaded'],
    ['Limits', 'The limits could not be loaded'],
  ] as const) {
    await page.getByRole('navigation').getByRole('link', { name }).click()
    await page.getByRole('heading', { name: failed }).waitFor()
    assert.deepEqual([name, await axeViolations(page)], [name, []])
  }
  await page.unroute(failing)
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('STREAMBED_CONNECTIONS').first().waitFor()
})

test('without sign-in the one user has budgets, audit and limits, and no more in the sidebar', async (t) => {
  await using browser = await openBrowser(t)
  if (!browser) return
  await using folder = temporaryFolder()
  await using server = await startApp(folder.path, 'instant')
  const { page, complaints } = await visit(browser, `${server.url}/usage`)
  await page.getByText('Nothing limits what you spend.').waitFor()
  assert.equal(await page.getByRole('link', { name: 'Administration' }).count(), 0)
  await page.getByRole('button', { name: 'Budgets' }).click()
  await page.getByRole('heading', { name: 'Nothing is limited' }).waitFor()
  assert.deepEqual(await axeViolations(page), [])
  assert.deepEqual(
    await page.getByRole('navigation', { name: 'What admins look after' }).getByRole('link').allTextContents(),
    ['Budgets', 'Audit', 'Limits'],
  )
  await page.getByRole('button', { name: 'Add a budget' }).click()
  const dialog = page.getByRole('dialog')
  assert.equal(await dialog.getByRole('radio', { name: 'The organisation' }).count(), 0)
  await dialog.getByLabel('Tokens').fill('20000')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('0 of 20,000 tokens spent').waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('audit')
  await page.keyboard.press('Enter')
  await page.getByText('You set a budget: You, per day, 20,000 tokens').waitFor()
  assert.deepEqual(complaints, [])
  await page.goto(`${server.url}/people`)
  await page.getByRole('heading', { name: 'Nobody signs in here' }).waitFor()
})

async function act(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Actions for: Bob, per day' }).click()
  await page.getByRole('menuitem', { name }).click()
}

interface House extends AsyncDisposable {
  readonly server: ServerProcess
  /** A page of somebody who has signed in: Ada owns the organisation, Bob is a member. */
  visitAs(who: 'ada' | 'bob', path: string, options?: Parameters<typeof visit>[2]): ReturnType<typeof visit>
}

/** A server with sign-in and two people, one of whom was invited by the other. */
async function openHouse(t: TestContext): Promise<House | undefined> {
  const stack = new AsyncDisposableStack()
  const browser = await openBrowser(t)
  if (!browser) return undefined
  stack.use(browser)
  const folder = stack.use(temporaryFolder())
  const env = { STREAMBED_AUTH: 'accounts', STREAMBED_BUDGET_ORGANISATION_MONTH_DOLLARS: '2000' }
  const server = stack.use(await startApp(folder.path, 'instant', { env }))
  const [, first = ''] = await server.says(/\/welcome#(\S+)\s/)
  const ada = await accept(server, { token: first, name: 'Ada', email: 'ada@lab.example' })
  const { token } = await (await post(server, '/v1/invitations', { email: 'bob@lab.example' }, ada.cookie)).json()
  const bob = await accept(server, { token, name: 'Bob' })
  const states = { ada: ada.state, bob: bob.state }
  return {
    server,
    visitAs: (who, path, options) => visit(browser, server.url + path, { ...options, storageState: states[who] }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** Makes an account, and what a browser has kept after that. */
async function accept(
  server: ServerProcess,
  who: { readonly token: string; readonly name: string; readonly email?: string },
) {
  const answer = await post(server, '/v1/auth/accept', { ...who, password: PASSWORD })
  const [cookie = ''] = answer.headers.getSetCookie().map((line) => line.split(';')[0]!)
  const { user, organisation } = (await answer.json()) as { readonly user: string; readonly organisation: string }
  const [name, value] = cookie.split('=') as [string, string]
  const kept = { domain: '127.0.0.1', path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Lax' as const }
  const owner = { name: 'streambed.owner', value: JSON.stringify([organisation, user]) }
  const state = {
    cookies: [{ name, value, ...kept }],
    origins: [{ origin: server.url, localStorage: [owner] }],
  }
  return { cookie, state }
}

async function post({ url }: ServerProcess, path: string, body: object, cookie?: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', origin: url, ...(cookie && { cookie }) }
  const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  assert.ok(answer.ok, `${path}: ${answer.status}`)
  return answer
}
