import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { ServerProcess } from '../chaos/harness/server.ts'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { axeViolations, openBrowser, PHONE, visit, WIDE } from './browser.ts'
import { answered, say, startApp } from './steps.ts'

/** Each place of the app, and words that are there when it is whole. */
const PLACES: readonly (readonly [path: string, whole: string | RegExp])[] = [
  ['/', 'What shall we work on?'],
  ['/builder', 'What should your money do?'],
  ['/strategies', 'No strategies yet'],
  ['/predictions', 'The river freezes.'],
  ['/predictions/:prediction', 'How to find out'],
  ['/predictions/d_nothing', 'This prediction does not exist'],
  ['/alarms', 'Morning run'],
  ['/usage', 'Dollars by day'],
  ['/settings', 'Lives in Oslo.'],
  ['/account', 'Nobody signs in here'],
  ['/people', 'Nobody signs in here'],
  ['/nowhere', 'There is no page at this address'],
]

test('axe finds nothing on any page, and no page complains or is too wide', async (t) => {
  await using app = await openApp(t)
  if (!app) return
  for (const [name, viewport] of [
    ['wide', WIDE],
    ['phone', PHONE],
  ] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, context, complaints } = await visit(app.browser, app.server.url, { viewport, colorScheme })
      for (const [path, whole] of PLACES) {
        const where = `${path} ${name} ${colorScheme}`
        await page.goto(app.server.url + path.replace(':prediction', app.prediction))
        await page.getByText(whole).first().waitFor()
        assert.deepEqual([where, await axeViolations(page)], [where, []])
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, where)
        // That something is missing the server says with a status, and the browser repeats it.
        const said = complaints.splice(0)
        assert.deepEqual(
          [where, said.length, said.every((line) => /404/.test(line))],
          [where, path.includes('nothing') ? 1 : 0, true],
        )
      }
      await context.close()
    }
  }
})

test('axe finds nothing while a page, and then what it shows, is on its way', async (t) => {
  await using app = await openApp(t)
  if (!app) return
  const { page } = await visit(app.browser, app.server.url, { viewport: PHONE })
  for (const path of ['/builder', '/strategies', '/predictions', '/alarms', '/usage', '/settings']) {
    const [code, data] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const hold = (what: RegExp, until: Promise<void>) =>
      page.route(what, async (route) => {
        await until
        await route.continue().catch(() => {}) // the page has gone on
      })
    await hold(/assets\/[^/]*-page-[^/]*\.js/, code.promise)
    await hold(/\/v1\/(?!auth)/, data.promise) // who is there is asked before anything is drawn
    await page.goto(app.server.url + path)
    await page.locator('[aria-busy=true] h1').waitFor()
    assert.deepEqual([path, await axeViolations(page)], [path, []])
    code.resolve()
    await page.locator('[aria-busy=true] h1').waitFor({ state: 'detached' })
    assert.deepEqual([path, await axeViolations(page)], [path, []])
    data.resolve()
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  }
})

test('everything can be gone to and done by keys', async (t) => {
  await using app = await openApp(t)
  if (!app) return
  const { page } = await visit(app.browser, app.server.url)
  await page.getByText('What shall we work on?').waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('alar')
  await page.getByRole('option', { name: 'Alarms' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('Morning run').waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  assert.deepEqual(await axeViolations(page), [])
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('dark')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark')
  await page.keyboard.press('Control+Shift+O')
  await page.getByText('What shall we work on?').waitFor()
})

test('a menu and a popover open at their first press, by mouse and by keys, and give the focus back', async (t) => {
  await using app = await openApp(t)
  if (!app) return
  const { page, complaints } = await visit(app.browser, app.server.url)
  await say(page, 'Hello')
  await answered(page, 1)
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
  const again = page.getByRole('button', { name: 'Try again' })
  await again.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Try again' }).waitFor()
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'menuitem')
  assert.deepEqual(await axeViolations(page), [])
  await page.keyboard.press('Escape')
  await page.getByRole('menu').waitFor({ state: 'hidden' })
  assert.equal(await focused(), 'Try again')

  await page.getByRole('button', { name: /What this answer cost/ }).click()
  const receipt = page.getByRole('dialog', { name: 'What this answer cost' })
  await receipt.getByText('Input tokens').waitFor()
  await receipt.getByText('nothing was paid').waitFor()
  assert.deepEqual(await axeViolations(page), [])
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.waitForFunction(() => /What this answer cost/.test(document.activeElement?.textContent ?? ''))

  const theme = page.getByRole('button', { name: 'Appearance' })
  await theme.click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark')
  await theme.click()
  await page.getByRole('menuitemradio', { name: 'Light' }).click()
  await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'light')
  assert.deepEqual(complaints, [])
})

test('an alarm is set, rings over whatever is shown, and is stopped', async (t) => {
  await using app = await openApp(t)
  if (!app) return
  const { page } = await visit(app.browser, `${app.server.url}/alarms`)
  await page.getByRole('button', { name: 'New alarm' }).click()
  await page.getByRole('button', { name: 'Set alarm' }).click()
  await page.getByText('Say when it should ring.').waitFor()
  await page.getByLabel(/^Time/).first().fill('07:30')
  await page.getByLabel(/^Name/).fill('Tea')
  await page.getByText('Sun', { exact: true }).click()
  await page.getByRole('button', { name: 'Set alarm' }).click()
  await page.getByRole('heading', { name: 'Tea' }).waitFor()
  assert.deepEqual(
    (await records(app.server, 'alarms')).filter(({ label }) => label === 'Tea').map(({ time, days }) => [time, days]),
    [['07:30', ['sun']]],
  )

  // Nobody waits for Sunday: the list says that it has just rung.
  await page.route('**/v1/alarms?*', async (route) => {
    const answer = await route.fetch()
    const list = (await answer.json()) as { items: { label: string }[] }
    const rangAt = new Date().toISOString()
    const items = list.items.map((item) => (item.label === 'Tea' ? { ...item, rangAt: heard ? null : rangAt } : item))
    await route.fulfill({ response: answer, json: { ...list, items } })
  })
  let heard = false
  await page.goto(`${app.server.url}/settings`)
  const ringing = page.getByRole('alertdialog', { name: 'Tea' })
  await ringing.waitFor()
  assert.deepEqual(await axeViolations(page), [])
  await page.keyboard.press('Escape')
  await ringing.waitFor() // it is stopped, or it rings
  heard = true
  await ringing.getByRole('button', { name: 'Stop' }).click()
  await ringing.waitFor({ state: 'hidden' })
})

test('a call is worked out, logged, and stands in the list', async (t) => {
  await using app = await openApp(t)
  if (!app) return
  const { page } = await visit(app.browser, `${app.server.url}/predictions`)
  await page
    .getByRole('textbox', { name: /What will happen/ })
    .fill('I am 80% sure that it snows in Oslo before Christmas')
  await page.getByRole('button', { name: 'Make the call' }).click()
  await page.getByRole('button', { name: 'Log call' }).click()
  await page.getByRole('link', { name: 'Open it' }).click()
  await page.getByText('80%').first().waitFor()
  const [kept] = (await records(app.server, 'predictions')) as { prediction?: { confidence?: number } }[]
  assert.equal(kept!.prediction!.confidence, 0.8)
})

test('the language is changed in the settings, and stays', async (t) => {
  await using app = await openApp(t)
  if (!app) return
  const { page, complaints } = await visit(app.browser, `${app.server.url}/settings`)
  await page.getByText('Deutsch').click()
  await page.getByText('Aussehen und Sprache').waitFor()
  await page.goto(app.server.url)
  await page.getByText('Woran arbeiten wir?').waitFor()
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de')
  assert.deepEqual(await axeViolations(page), [])
  assert.deepEqual(complaints, [])
})

test('with the demo model the network can be cut, and the answer goes on without it', async (t) => {
  await using app = await openApp(t, '100,40')
  if (!app) return
  const { page } = await visit(app.browser, app.server.url)
  await say(page, 'Write 120 words about rivers')
  await page
    .getByText(/\w+ \w+ \w+ \w+/)
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Break it' }).click()
  await page.getByRole('button', { name: 'Cut my network' }).click()
  await page.getByText(/connection was lost/i).waitFor()
  await page.getByRole('button', { name: /Network cut/ }).waitFor()
  await answered(page, 1)
  await page.getByRole('button', { name: 'Cut Bedrock’s stream' }).click()
  await page.getByText(/will break off/).waitFor()
  await say(page, 'Write 120 words about lakes')
  await page.getByRole('button', { name: 'Try again', exact: true }).last().waitFor()
  await page.getByText(/will break off/).waitFor({ state: 'hidden' }) // that was said of this answer
})

test('the alarm form says at its field that nobody knows a time zone, and what else the server refuses', async (t) => {
  await using app = await openApp(t)
  if (!app) return
  const { page } = await visit(app.browser, `${app.server.url}/alarms`, { viewport: PHONE })
  await page.getByRole('button', { name: 'New alarm' }).click()
  const form = page.getByRole('dialog', { name: 'New alarm' })
  const [zone, date] = [form.getByLabel('Time zone'), form.getByLabel('Date')]
  await form.getByLabel('Time', { exact: true }).fill('07:30')
  await zone.fill('Mars/Base')
  await form.getByRole('button', { name: 'Set alarm' }).click()
  await form.getByText(/^Nobody knows that time zone/).waitFor()
  const isFocused = (field: typeof zone) => field.evaluate((element) => element === document.activeElement)
  assert.equal(await isFocused(zone), true)
  assert.deepEqual(await axeViolations(page), [])

  await zone.fill('Europe/Oslo')
  await date.fill('2020-02-29')
  await form.getByRole('button', { name: 'Set alarm' }).click()
  await form.getByText('That time has passed.', { exact: true }).waitFor()
  assert.equal(await date.getAttribute('aria-invalid'), 'true')
  await date.fill('')
  await form.getByRole('button', { name: 'Set alarm' }).click()
  await form.waitFor({ state: 'hidden' })
})

test('what happens elsewhere is marked until somebody looks', async (t) => {
  await using app = await openApp(t)
  if (!app) return
  const { page } = await visit(app.browser, `${app.server.url}/usage`)
  await page.getByText('Dollars by day').waitFor()
  await page.getByText('The demo model answers here, and nothing was paid.').waitFor()
  await post(app.server, '/v1/messages', { requestId: 'elsewhere', text: 'Said on the phone' })
  await page.waitForFunction(() => document.title.startsWith('(1) '))
  await page.getByRole('link', { name: /Said on the phone.*Something new/ }).click()
  await page.waitForFunction(() => !document.title.startsWith('('))
})

test('what one has watched elsewhere than in the chat, or heard ring, is no news', async (t) => {
  await using app = await openApp(t)
  if (!app) return
  const { page } = await visit(app.browser, `${app.server.url}/predictions`)
  await page.getByRole('textbox', { name: /What will happen/ }).fill('I am 80% sure that it snows in Oslo')
  await page.getByRole('button', { name: 'Make the call' }).click()
  await page.getByRole('button', { name: 'Log call' }).waitFor()
  await page.getByRole('link', { name: 'Usage' }).click()
  await page.getByText('Dollars by day').waitFor()
  await page.reload()
  const made = page.getByRole('link', { name: /snows in Oslo/ })
  await made.waitFor()
  assert.doesNotMatch((await made.textContent())!, /Something new/)

  const { conversation } = await post(app.server, '/v1/messages', { requestId: 'set', text: 'Set elsewhere' })
  const news = page.getByRole('link', { name: /Set elsewhere.*Something new/ })
  await news.waitFor()
  const [alarm] = await records(app.server, 'alarms')
  const rung = { ...alarm, rangAt: new Date().toISOString(), conversation }
  await page.route(/\/v1\/alarms/, (route) => route.fulfill({ json: { items: [rung], cursor: null } }))
  await page.reload()
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByRole('link', { name: /Set elsewhere/ }).waitFor()
  await news.waitFor({ state: 'detached' })
})

test('a first visit loads less than 225 KB of JavaScript in few files, the conversation included', async (t) => {
  await using app = await openApp(t)
  if (!app) return
  const { page } = await visit(app.browser, app.server.url)
  await say(page, 'Hello')
  await answered(page, 1)
  const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
  const scripts = [...new Set(loaded)].filter((name) => name.endsWith('.js'))
  const sizes = await Promise.all(
    scripts.map(async (name) => gzipSync(Buffer.from(await (await fetch(name)).arrayBuffer())).length),
  )
  const total = sizes.reduce((sum, size) => sum + size, 0)
  t.diagnostic(`${total} bytes in ${scripts.length} files`)
  assert.ok(total > 100_000 && total < 225_000, `${total} bytes`)
  assert.ok(scripts.length < 20, `${scripts.length} files`)
})

interface App extends AsyncDisposable {
  readonly browser: Awaited<ReturnType<typeof openBrowser>> & object
  readonly server: ServerProcess
  /** The id of a logged prediction. */
  readonly prediction: string
}

/** The real server with the demo model, in which something has happened already. */
async function openApp(t: TestContext, pace = 'instant'): Promise<App | undefined> {
  const stack = new AsyncDisposableStack()
  const browser = await openBrowser(t)
  if (!browser) return undefined
  stack.use(browser)
  const folder = stack.use(temporaryFolder())
  const server = stack.use(await startApp(folder.path, pace))
  await post(server, '/v1/alarms', { label: 'Morning run', time: '06:45', days: ['mon', 'fri'], zone: 'Europe/Oslo' })
  await post(server, '/v1/memories', { text: 'Lives in Oslo.' })
  await post(server, '/v1/messages', { requestId: 'first', text: 'Say hello' })
  const { id } = await post(server, '/v1/predictions', { prediction: PREDICTION })
  return { browser, server, prediction: id!, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const PREDICTION = {
  prediction_statement: 'The river freezes.',
  verification_date: '2020-01-01T00:00:00Z',
  date_reasoning: 'By the new year.',
  verification_method: { source: ['the river'], criteria: ['ice'], steps: ['look'] },
}

async function post(
  server: ServerProcess,
  path: string,
  body: object,
): Promise<{ id?: string; conversation?: string }> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  assert.ok(answer.ok, `${path}: ${answer.status}`)
  return (await answer.json()) as { id?: string; conversation?: string }
}

interface Alarm {
  readonly label?: string
  readonly time?: string
  readonly days?: readonly string[]
}

async function records(server: ServerProcess, name: string): Promise<Alarm[]> {
  return ((await (await fetch(`${server.url}/v1/${name}`)).json()) as { items: Alarm[] }).items
}
