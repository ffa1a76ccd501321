import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { ServerProcess } from '../chaos/harness/server.ts'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { axeViolations, openBrowser, PHONE, visit } from './browser.ts'
import { answered, say, startApp } from './steps.ts'

const PASSWORD = 'seven blue horses'

interface House extends AsyncDisposable {
  readonly browser: Browser
  readonly server: ServerProcess
  /** A page on which Ada has just made the first account. */
  ada(): Promise<Page>
}

async function openHouse(t: TestContext): Promise<House | undefined> {
  await using stack = new AsyncDisposableStack()
  const browser = await openBrowser(t)
  if (!browser) return undefined
  stack.use(browser)
  const { path } = stack.use(temporaryFolder())
  const server = stack.use(await startApp(path, 'natural', { env: { STREAMBED_AUTH: 'accounts' } }))
  const [, welcome = ''] = await server.says(/(http:\S+\/welcome#\S+)\s/)
  const owned = stack.move()
  return {
    browser,
    server,
    async ada() {
      const { page } = await visit(browser, welcome)
      await page.getByLabel('E-mail address').fill('ada@lab.example')
      await makeAccount(page, 'Ada')
      return page
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function makeAccount(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByRole('textbox', { name: 'Your message' }).waitFor()
}

async function makeOrganisation(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: 'Account of Ada' }).click()
  await page.getByRole('menuitem', { name: 'Make an organisation…' }).click()
  await page.getByLabel('Its name').fill(title)
  await page.getByRole('button', { name: 'Make it and go there' }).click()
  await page.getByRole('navigation').getByText(title).waitFor()
}

async function goTo(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitemradio', { name: title }).click()
}

/** The link for an address, made on the page for people. */
async function invite(page: Page, email: string): Promise<string> {
  await page.goto(`${new URL(page.url()).origin}/people`)
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('E-mail address').fill(email)
  await dialog.getByRole('button', { name: 'Invite' }).click()
  return (await page.locator('code').textContent()) ?? ''
}

test('one goes from one organisation to another, and every window of the browser goes along', async (t) => {
  await using house = await openHouse(t)
  if (!house) return
  const page = await house.ada()
  await say(page, 'A word of the lab alone')
  await answered(page, 1)
  const other = await page.context().newPage()
  await other.goto(house.server.url)
  await other.getByRole('link', { name: /A word of the lab/ }).waitFor()
  await other.getByRole('textbox', { name: 'Your message' }).fill('Half a thought of the lab')

  await makeOrganisation(page, 'Bank')
  for (const window of [page, other]) {
    await window.getByRole('navigation').getByText('Bank').waitFor()
    await window.getByText('No conversations yet').waitFor()
    assert.equal(await window.getByText('A word of the lab alone').count(), 0)
    assert.equal(await window.getByRole('textbox', { name: 'Your message' }).inputValue(), '')
  }
  await page.getByRole('button', { name: 'Account of Ada' }).click()
  await page.getByRole('menuitemradio', { name: 'Bank' }).waitFor()
  assert.deepEqual(await axeViolations(page), [])
  assert.equal(await page.getByRole('menuitem', { name: 'Make an organisation…' }).count(), 0)
  await page.keyboard.press('Escape')
  await goTo(other, 'Home')
  for (const window of [page, other]) await window.getByRole('link', { name: /A word of the lab/ }).waitFor()
})

test('what was said without network in one organisation waits for it, and is said in no other', async (t) => {
  await using house = await openHouse(t)
  if (!house) return
  const page = await house.ada()
  await makeOrganisation(page, 'Bank')
  await goTo(page, 'Home')
  await page.getByText('No conversations yet').waitFor()
  const other = await page.context().newPage()
  await other.goto(house.server.url)
  await other.getByRole('textbox', { name: 'Your message' }).waitFor()
  await page.getByRole('button', { name: 'Break it' }).click()
  await page.getByRole('button', { name: 'Cut my network' }).click()
  await say(page, 'For the lab alone')
  await goTo(other, 'Bank')
  for (const window of [page, other]) {
    await window.getByRole('navigation').getByText('Bank').waitFor()
    await window.getByText('No conversations yet').waitFor()
  }
  const inBank = await other.evaluate(async () => (await (await fetch('/v1/conversations')).json()).items)
  assert.deepEqual(inBank, [])
  await goTo(other, 'Home')
  await other.getByRole('link', { name: /For the lab alone/ }).waitFor()
})

test('a second invitation is accepted by whoever is signed in, and by nobody else', async (t) => {
  await using house = await openHouse(t)
  if (!house) return
  const page = await house.ada()
  const bob = await visit(house.browser, await invite(page, 'bob@lab.example'))
  await makeAccount(bob.page, 'Bob')
  await page.goto(house.server.url)
  await makeOrganisation(page, 'Bank')
  const link = await invite(page, 'bob@lab.example')

  await page.goto('about:blank')
  await page.goto(link)
  await page.getByText('This invitation is for bob@lab.example.').waitFor()
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.getByRole('textbox', { name: 'Your message' }).waitFor()

  await bob.page.goto('about:blank')
  await bob.page.goto(link)
  await bob.page.getByText('You are signed in as bob@lab.example.').waitFor()
  assert.deepEqual(await axeViolations(bob.page), [])
  await bob.page.getByRole('button', { name: 'Join Bank' }).click()
  await bob.page.getByRole('navigation').getByText('Bank').waitFor()
  await goTo(bob.page, 'Home')
  await bob.page.getByRole('navigation').getByText('Home').waitFor()
})

test('who is removed is gone with all that was kept for them; how long conversations are kept is set there, too', async (t) => {
  await using house = await openHouse(t)
  if (!house) return
  const page = await house.ada()
  const bob = await visit(house.browser, await invite(page, 'bob@lab.example'), { viewport: PHONE })
  await makeAccount(bob.page, 'Bob')
  await say(bob.page, 'Tell me a story about a river, as long as you can.')
  await bob.page.getByRole('button', { name: 'Stop' }).waitFor()

  await page.reload()
  await page.getByLabel('How long conversations are kept').selectOption({ label: '30 days' })
  await page.getByText('conversations of more than 30 days are removed for good').waitFor()
  await page.getByRole('button', { name: 'Keep them so long' }).click()
  await page.getByText('Saved.').waitFor()
  await page.getByLabel('Name of the organisation').fill('The lab')
  await page.getByRole('button', { name: 'Rename' }).click()
  await page.reload()
  await page.getByRole('button', { name: 'Actions for Bob' }).click()
  await page.getByRole('menuitem', { name: 'Remove from the organisation…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Remove Bob?' })
  await dialog.getByText('is erased for good').waitFor()
  assert.deepEqual(await axeViolations(page), [])
  await dialog.getByRole('button', { name: 'Remove and erase' }).click()
  await page.getByText('Bob was removed.').waitFor()
  await bob.page.getByRole('button', { name: 'Sign in' }).waitFor({ timeout: 5_000 })
  assert.equal(await page.getByLabel('How long conversations are kept').inputValue(), '30')
  assert.equal(await page.getByLabel('Name of the organisation').inputValue(), 'The lab')

  await bob.page.getByLabel('E-mail address').fill('bob@lab.example')
  await bob.page.getByLabel('Password').fill(PASSWORD)
  await bob.page.getByRole('button', { name: 'Sign in' }).click()
  await bob.page.getByText('The e-mail address or the password is wrong.').waitFor()
})
