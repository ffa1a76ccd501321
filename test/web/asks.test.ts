import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Emulator, scriptBrain, startEmulator } from '@streambed/emulator'
import type { Browser, Page } from 'playwright-core'
import { type ServerProcess, startServer } from '../chaos/harness/server.ts'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { axeViolations, openBrowser, PHONE, visit } from './browser.ts'
import { answered, say } from './steps.ts'

/** One that turns the words around it, so that they read otherwise than they are. */
const TURN = '\u202e'
const LETTER = { to: 'Ada', text: `Pay 10${TURN}0 crowns`, copies: 2 }

test('a tool asks in two windows; what one changes and allows is what runs, and the other sees it', async (t) => {
  await using office = await openOffice(t)
  if (!office) return
  const first = await office.visit()
  await say(first, 'Write to Ada')
  const card = (page: Page) => page.getByRole('region', { name: /Allow send_letter/ })
  await card(first).getByText('U+202E').waitFor()
  await card(first).getByText('outside of this office').waitFor()
  await first.getByText('Waits for you', { exact: true }).waitFor()
  assert.deepEqual(await axeViolations(first), [])

  const second = await office.visit(new URL(first.url()).pathname)
  await card(second).getByRole('button', { name: 'Change the input' }).click()
  await card(second).getByLabel('Copies').fill('3')
  assert.deepEqual(await axeViolations(second), [])
  await card(second).getByRole('tab', { name: 'JSON' }).click()
  const json = card(second).getByRole('textbox', { name: 'What it would run with' })
  await json.fill('{"to": "Ada",')
  assert.equal(await card(second).getByRole('button', { name: 'Allow with changes' }).isDisabled(), true)
  await json.fill('{"to": "Ada", "text": "Hello", "copies": 9}')
  await card(second).getByRole('button', { name: 'Allow with changes' }).click()
  await card(second).getByRole('alert').waitFor() // the tool takes five at most
  await json.fill('{"to": "Ada", "text": "Hello", "copies": 3}')
  await card(second).getByRole('button', { name: 'Allow with changes' }).click()

  for (const page of [first, second]) {
    await page.getByText('It is sent.').waitFor()
    await page.getByText('Send letter').click()
    await page.getByText('Allowed, with a changed input').waitFor()
    await page.getByText('"sent": "3 × Hello"').waitFor()
  }
})

test('what is not allowed is not done', async (t) => {
  await using office = await openOffice(t)
  if (!office) return
  const page = await office.visit()
  await say(page, 'Write to Ada')
  await page.getByRole('button', { name: 'Do not allow' }).click()
  await page.getByText('It is sent.').waitFor() // the script says so whatever happened
  await page.getByText('Send letter').click()
  await page.getByText('the user does not allow it').waitFor()
})

test('a form asks for what is missing, says at the fields what is wrong, and is over when it was sent', async (t) => {
  await using office = await openOffice(t)
  if (!office) return
  for (const [nth, viewport] of [undefined, PHONE].entries()) {
    const page = await office.visit('/', viewport)
    await say(page, 'Book a room')
    const form = page.getByRole('form', { name: 'Book room' })
    await form.getByText('needed').first().waitFor()
    assert.equal(await form.getByLabel('Which room').or(form.getByLabel(/^Room/)).first().inputValue(), '1') // large
    assert.deepEqual(await axeViolations(page), [])

    await form.getByLabel(/^Date/).fill('2027-03-01')
    await form.getByLabel(/^Time/).fill('09:30')
    await form.getByLabel(/^People/).fill('0')
    await form.getByText('Wed', { exact: true }).click()
    await form.getByLabel(/^Email/).fill('ada@office')
    await form.getByRole('button', { name: 'Send' }).click()
    await form.getByText('At least one comes.').waitFor()
    await form.getByText('Write an e-mail address.').waitFor()
    assert.match((await page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))) ?? '', /true/)

    await form.getByLabel(/^People/).fill('4')
    await form.getByLabel(/^Name/).fill('Ada')
    await form.getByLabel(/^Email/).fill('ada@office.example')
    await form.getByRole('button', { name: 'Send' }).click()
    await page.getByText('Book room · sent').waitFor()
    await page.getByText('It is booked.').waitFor()
    const values = await bookedIn(office, page)
    assert.deepEqual(values, {
      room: 'large',
      date: '2027-03-01',
      time: '09:30',
      people: 4,
      days: ['wed'],
      contact: { name: 'Ada', email: 'ada@office.example' },
    })
    assert.deepEqual(await axeViolations(page), [], `visit ${nth}`)
  }
})

test('a form that nobody wants is put aside', async (t) => {
  await using office = await openOffice(t)
  if (!office) return
  const page = await office.visit()
  await say(page, 'Book a room')
  await page.getByRole('button', { name: 'Never mind' }).click()
  await page.getByText('Book room · cancelled').waitFor()
})

test('tables, charts and cards are drawn, sorted by keyboard, and can be read without seeing them', async (t) => {
  await using office = await openOffice(t)
  if (!office) return
  const page = await office.visit()
  await say(page, 'Show me figures')
  await page.getByText('There they are.').waitFor()
  const table = page.getByRole('table', { name: 'Letters by clerk' })
  const clerks = () => table.locator('tbody tr td:first-child').allTextContents()
  await table.waitFor()
  assert.deepEqual(await clerks(), ['Ada', 'Ben', 'Cleo'])
  await table.getByRole('button', { name: 'Letters' }).focus()
  await page.keyboard.press('Enter')
  assert.deepEqual(await clerks(), ['Cleo', 'Ada', 'Ben'])
  await page.getByRole('img', { name: /sent, received/ }).waitFor()
  await page.getByText('As a table').click()
  await page.getByRole('cell', { name: '16' }).waitFor()
  await page.getByRole('region', { name: 'Letters this week' }).getByText('41').waitFor()
  await answered(page, 1)
  assert.deepEqual(await axeViolations(page), [])
})

test('an answer that a budget has no room for asks, in every window; allowed it goes on, else it ends', async (t) => {
  await using office = await openOffice(t)
  if (!office) return
  await setBudget(office, { scope: 'user', period: 'day', tokens: 100, action: 'ask' })
  const first = await office.visit()
  await say(first, 'Hello there')
  const card = (page: Page) => page.getByRole('region', { name: 'Your budget for the day has no room. Go on?' })
  await card(first).getByText('0 tokens of 100 tokens').waitFor()
  assert.deepEqual(await axeViolations(first), [])
  const second = await office.visit(new URL(first.url()).pathname, PHONE)
  await card(second)
    .getByRole('button', { name: /^Allow [\d,]+ tokens more$/ })
    .click()
  for (const page of [first, second]) await page.getByText('Hello from the office.').waitFor()
  assert.equal(await card(first).count(), 0)

  await say(first, 'Hello there')
  await card(first).getByRole('button', { name: 'End the answer' }).press('Enter')
  await first.getByText(/A budget is spent/).waitFor()
})

test('of an organisation’s budget it is an admin who makes room', async (t) => {
  await using office = await openOffice(t)
  if (!office) return
  const budget = { scope: 'organisation', period: 'month', microDollars: 1, action: 'ask' }
  await setBudget(office, budget)
  const page = await office.visit()
  await say(page, 'Hello there')
  const card = page.getByRole('region', { name: 'The organisation’s budget for the month has no room. Go on?' })
  await card.getByRole('button', { name: 'Go on' }).click()
  await card.getByRole('alert').waitFor()
  await setBudget(office, { ...budget, microDollars: 1_000_000 })
  await card.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('Hello from the office.').waitFor()
})

interface Office extends AsyncDisposable {
  readonly server: ServerProcess
  /** A window of its own, at a place of the app; the agent is the office. */
  visit(path?: string, viewport?: typeof PHONE): Promise<Page>
}

/** A server whose one agent asks, shows and needs to be allowed, before a model that follows a script. */
async function openOffice(t: TestContext): Promise<Office | undefined> {
  const stack = new AsyncDisposableStack()
  const browser = await openBrowser(t)
  if (!browser) return undefined
  stack.use(browser)
  const folder = stack.use(temporaryFolder())
  const emulator: Emulator = stack.use(await startEmulator({ brain: SCRIPT(), pace: 'instant' }))
  const env = { STREAMBED_AGENTS_DIR: join(import.meta.dirname, 'agents') }
  const server = stack.use(await startServer({ dataDir: folder.path, bedrockUrl: emulator.url, env }))
  return {
    server,
    visit: (path, viewport) => openPage(browser, server, path, viewport),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

async function openPage(browser: Browser, server: ServerProcess, path = '/', viewport?: typeof PHONE): Promise<Page> {
  const { page } = await visit(browser, server.url + path, viewport && { viewport })
  return page
}

const SCRIPT = () =>
  scriptBrain([
    { when: { toolResult: 'send_letter' }, text: 'It is sent.' },
    { when: ({ messages }) => /Booked|is booked for/.test(JSON.stringify(messages?.at(-1))), text: 'It is booked.' },
    { when: { toolResult: 'book_room' }, text: 'When, and for how many?' },
    { when: { toolResult: 'show_figures' }, text: 'There they are.' },
    { when: 'Write', blocks: [{ tool: 'send_letter', input: LETTER }] },
    { when: 'Book', blocks: [{ tool: 'book_room', input: { room: 'large' } }] },
    { when: 'Hello', text: 'Hello from the office.' },
    { when: 'figures', blocks: [{ tool: 'show_figures', input: {} }] },
  ])

/** What the form's message says that was booked. */
async function bookedIn({ server }: Office, page: Page): Promise<unknown> {
  const id = /\/c\/(\w+)/.exec(page.url())![1]
  const { messages } = (await (await fetch(`${server.url}/v1/conversations/${id}`)).json()) as {
    messages: { parts?: { type: string; values?: unknown }[] }[]
  }
  return messages.flatMap(({ parts = [] }) => parts).find(({ type }) => type === 'form')?.values
}

async function setBudget({ server }: Office, budget: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${server.url}/v1/budgets`, { method: 'PUT', headers, body: JSON.stringify(budget) })
  assert.equal(answer.status, 200)
}
