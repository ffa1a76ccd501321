import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { readConfig } from '../../packages/server/src/config.ts'
import { type Serving, serve } from '../../packages/server/src/serve.ts'
import { axeViolations, openBrowser, PHONE, visit, WIDE } from './browser.ts'

const AGENTS_DIR = join(import.meta.dirname, '..', '..', 'agents')
const PROMPT = 'I have $5000 and want a conservative strategy with 3% monthly returns'

test('a flowchart grows while the agent speaks, no node moves, and nobody changes it meanwhile', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using server = await start('100,220')
  const { page, complaints } = await visit(browser, `${server.url}/builder`)
  await page.evaluate(watchGrowth)
  await ask(page)
  await page.getByText('The agent is drawing').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Add a step' }).isDisabled(), true)
  await finished(page)
  const { counts, places } = await page.evaluate(() => (globalThis as unknown as { growth: Growth }).growth)
  assert.ok(counts.length >= 4 && counts.at(-1) === 7, `painted with ${counts.join(', ')} nodes`)
  assert.deepEqual(
    counts,
    counts.toSorted((a, b) => a - b),
  )
  assert.equal(places.length, 1, places.join('\n'))
  await page.getByRole('img', { name: 'Risk class: Low, 1 of 3' }).waitFor()
  assert.match(page.url(), /\/builder\/c_/)
  assert.deepEqual(complaints, [])
})

test('the timeline takes the flowchart apart and brings it back', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using server = await start('20,150')
  const { page } = await visit(browser, `${server.url}/builder`)
  await build(page)
  const slider = page.getByRole('slider', { name: 'Timeline' })
  const changes = Number(await slider.getAttribute('max'))
  assert.ok(changes > 6, `${changes} changes`)
  await slider.focus()
  const seen = [await nodes(page).count()]
  for (let step = 0; step < changes; step++) {
    await page.keyboard.press('ArrowLeft')
    seen.push(await nodes(page).count())
  }
  assert.deepEqual([seen[0], seen.at(-1)], [7, 0])
  assert.ok(new Set(seen).size >= 4, seen.join(', '))
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => b - a),
  )
  assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /empty canvas/)
  await page.getByRole('button', { name: 'Back to now' }).click()
  assert.equal(await nodes(page).count(), 7)
})

test('people edit, add, connect, remove, take back and move, by mouse and by keyboard; a reload keeps it', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using server = await start('instant')
  const { page, complaints } = await visit(browser, `${server.url}/builder`)
  await build(page)

  await node(page, 'Trend check').click()
  await page.getByLabel('Label').fill('Momentum check')
  await page.getByRole('radio', { name: 'Risk' }).check()
  await page.getByRole('button', { name: 'Save' }).last().click()
  await node(page, 'Risk: Momentum check').waitFor()

  await node(page, 'Volatility check').focus()
  await page.keyboard.press('Enter')
  await page.getByLabel('Label').fill('Calm check')
  await page.keyboard.press('Enter')
  await node(page, 'Calm check').waitFor()
  const before = await placeOf(page, 'Calm check')
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction(
    (before) => document.querySelector<HTMLElement>('[aria-label*="Calm check"]')?.style.transform !== before,
    before,
  )

  await page.getByRole('button', { name: 'Add a step' }).click()
  await page.getByLabel('Label').fill('Tell the owner')
  await page.getByLabel('Comes after').selectOption({ label: 'Monthly result' })
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await node(page, 'Tell the owner').waitFor()
  await page.locator('[aria-label="From Monthly result to Tell the owner"]').waitFor({ state: 'attached' })

  await node(page, 'Every market day').click()
  await page.getByLabel('Connect to').selectOption({ label: 'Buy in parts' })
  await page.locator('[aria-label="From Every market day to Buy in parts"]').waitFor({ state: 'attached' })
  await page.getByRole('button', { name: 'Disconnect from Buy in parts' }).click()
  await page.locator('[aria-label="From Every market day to Buy in parts"]').waitFor({ state: 'detached' })

  await node(page, 'Stop-loss').focus()
  await page.keyboard.press('Delete')
  await node(page, 'Stop-loss').waitFor({ state: 'detached' })
  await page.keyboard.press('Control+z')
  await node(page, 'Stop-loss').waitFor()
  await page.keyboard.press('Control+Shift+z')
  await node(page, 'Stop-loss').waitFor({ state: 'detached' })
  await page.locator('main').getByRole('button', { name: 'Undo' }).first().click()
  await node(page, 'Stop-loss').waitFor()

  await dragNode(page, 'Rebalance', 160, 30)
  const moved = await placeOf(page, 'Rebalance')
  await page.waitForFunction(isKept, moved) // views are written a moment after the last change
  await page.reload()
  await node(page, 'Momentum check').waitFor()
  assert.equal(await placeOf(page, 'Rebalance'), moved)
  const { value } = await stateOf(server, page)
  assert.deepEqual(
    value.flowchart.nodes.map(({ label }) => label),
    [
      'Every market day',
      'Momentum check',
      'Calm check',
      'Buy in parts',
      'Stop-loss 3%',
      'Rebalance',
      'Monthly result',
      'Tell the owner',
    ],
  )
  assert.deepEqual(complaints, [])
})

test('what was moved is taken back before what the agent has built, and an emptied canvas says how it comes back', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using server = await start('instant')
  const { page, complaints } = await visit(browser, `${server.url}/builder`)
  await build(page)
  const tools = page.locator('main')
  const undo = tools.getByRole('button', { name: 'Undo' }).first()
  const redo = tools.getByRole('button', { name: 'Redo' }).first()
  const at = (place: string) => page.locator(`.react-flow__node[aria-label*="Rebalance"][style*="${place}"]`)

  const first = await placeOf(page, 'Rebalance')
  await dragNode(page, 'Rebalance', 160, 30)
  const second = await placeOf(page, 'Rebalance')
  await node(page, 'Stop-loss').focus()
  await page.keyboard.press('Delete')
  await node(page, 'Stop-loss').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Tidy up' }).click()
  await at(second).waitFor({ state: 'detached' })
  const third = await placeOf(page, 'Rebalance')

  await undo.click()
  await at(second).waitFor()
  assert.equal(await nodes(page).count(), 6)
  await page.keyboard.press('Control+z')
  await node(page, 'Stop-loss').waitFor()
  assert.equal(await placeOf(page, 'Rebalance'), second)
  await page.keyboard.press('Control+z')
  await at(first).waitFor()
  assert.equal(await nodes(page).count(), 7)
  await undo.click()
  await page.getByText('Undone. Redo brings it back.').waitFor()
  assert.deepEqual([await nodes(page).count(), await undo.isDisabled()], [0, true])

  await redo.click()
  await node(page, 'Monthly result').waitFor()
  assert.equal(await placeOf(page, 'Rebalance'), first)
  await page.keyboard.press('Control+y')
  await at(second).waitFor()
  await page.keyboard.press('Control+Shift+z')
  await node(page, 'Stop-loss').waitFor({ state: 'detached' })
  await redo.click()
  await at(third).waitFor()
  assert.deepEqual([await nodes(page).count(), await redo.isDisabled()], [6, true])
  assert.deepEqual(complaints, [])
})

test('what one changes oneself is no news', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using server = await start('instant')
  const { page } = await visit(browser, `${server.url}/builder`)
  await build(page)
  const tools = page.locator('main')
  await tools.getByRole('button', { name: 'Undo' }).first().click()
  await nodes(page).first().waitFor({ state: 'detached' })
  await tools.getByRole('button', { name: 'Redo' }).first().click()
  await node(page, 'Monthly result').waitFor()
  await page.getByRole('link', { name: 'Usage' }).click()
  await page.getByText('Dollars by day').waitFor()
  await page.reload()
  await page
    .getByRole('navigation')
    .getByRole('link', { name: /I have \$5000/ })
    .waitFor()
  assert.doesNotMatch(await page.title(), /^\(/)
  assert.equal(await page.getByText('Something new').count(), 0)
})

for (const [locale, words] of [
  ['en-US', { save: 'Save', undo: 'Undo', redo: 'Redo' }],
  ['de-DE', { save: 'Speichern', undo: 'Rückgängig', redo: 'Wiederholen' }],
] as const) {
  test(`on a phone in ${locale} the whole flowchart is in view, and no words around it are cut`, async (context) => {
    await using browser = await openBrowser(context)
    if (!browser) return
    await using server = await start('instant')
    const phone = await browser.newContext({ viewport: PHONE, locale, reducedMotion: 'reduce' })
    const page = await phone.newPage()
    await page.goto(`${server.url}/builder`)
    await page.locator('textarea').fill(PROMPT)
    await page.keyboard.press('Enter')
    await page.getByRole('tab').last().click()
    await node(page, 'Monthly result').waitFor()
    await page.getByRole('button', { name: words.save, exact: true, disabled: false }).waitFor()
    const [last, canvas] = [
      await node(page, 'Monthly result').boundingBox(),
      await page.locator('.react-flow').boundingBox(),
    ]
    const [end, edge] = [last!.y + last!.height, canvas!.y + canvas!.height]
    assert.ok(end < edge, `the last step ends at ${end}, the canvas at ${edge}`)
    assert.deepEqual(await page.evaluate(cutWords), [])

    await page.getByRole('button', { name: words.undo }).click()
    await nodes(page).first().waitFor({ state: 'detached' })
    assert.deepEqual(await page.evaluate(cutWords), [])
    await page.getByRole('button', { name: words.redo }).click()
    await node(page, 'Trend check').click()
    await page.getByRole('radio').nth(1).waitFor({ state: 'attached' })
    assert.deepEqual(await page.evaluate(cutWords), [])
  })
}

test('a strategy is saved, found, opened again, compared, and deleted with a way back', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using server = await start('instant')
  const { page } = await visit(browser, `${server.url}/builder`)
  await build(page)
  await save(page, 'Calm water')
  const first = page.url()
  await ask(page, 'Make it riskier and double the capital')
  await page.getByRole('img', { name: 'Risk class: Medium, 2 of 3' }).waitFor()
  await finished(page)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Save changes' }).waitFor()
  await page.getByLabel('Name').fill('Rapids')
  await page.getByRole('button', { name: 'Save as a new one' }).click()
  await page.getByText('“Rapids” is in My Strategies.').waitFor()

  await page.getByRole('link', { name: 'My Strategies' }).click()
  await page.getByRole('heading', { name: 'Rapids', exact: true }).waitFor()
  await page.getByRole('checkbox', { name: 'Compare “Rapids”' }).check()
  await page.getByRole('checkbox', { name: 'Compare “Calm water”' }).check()
  await page.getByRole('button', { name: 'Compare' }).click()
  const risk = page.locator('dl > div').filter({ hasText: 'Risk class' })
  await risk.waitFor()
  assert.deepEqual(await risk.locator('dt, dt > span, dd > div').allTextContents(), [
    'Risk classdifferent',
    'different',
    'Medium',
    'Low',
  ])

  await page.getByRole('link', { name: 'My Strategies' }).first().click()
  await page.getByRole('button', { name: 'Calm water', exact: true }).click()
  await page.waitForURL(/\/builder\/c_/)
  assert.notEqual(page.url(), first)
  await page.getByRole('img', { name: 'Risk class: Low, 1 of 3' }).waitFor()
  assert.equal(await nodes(page).count(), 7)
  await page.getByText('What shall be different?').waitFor()

  await page.getByRole('link', { name: 'My Strategies' }).click()
  await page.getByRole('button', { name: 'Actions for “Rapids”' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('heading', { name: 'Rapids', exact: true }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('heading', { name: 'Rapids', exact: true }).waitFor()
})

test('two windows that undo at once take back one change, and the second says why', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using server = await start('instant')
  const { page: one } = await visit(browser, `${server.url}/builder`)
  await build(one)
  const { page: other } = await visit(browser, one.url())
  for (const label of ['Stop-loss', 'Rebalance']) {
    await node(one, label).focus()
    await one.keyboard.press('Delete')
    await node(other, label).waitFor({ state: 'detached' })
  }
  const letGo = Promise.withResolvers<void>()
  const asked = [one, other].map(async (page) => {
    await page.route('**/state/undo', async (route) => {
      await letGo.promise
      await route.continue()
    })
    const request = page.waitForRequest('**/state/undo')
    await page.locator('main').getByRole('button', { name: 'Undo' }).first().click()
    await request
  })
  await Promise.all(asked)
  letGo.resolve()
  const refused = [one, other].map((page) => page.getByText('changed elsewhere in the same moment').waitFor())
  await Promise.any(refused)
  for (const page of [one, other]) {
    await node(page, 'Rebalance').waitFor()
    assert.equal(await nodes(page).count(), 6)
  }
})

test('a strategy is taken along as data and as an image', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  await using server = await start('instant')
  const { page } = await visit(browser, `${server.url}/builder`)
  await build(page)
  const [json, png] = [await exported(page, 'As JSON'), await exported(page, 'As an image (PNG)')]
  assert.deepEqual(JSON.parse(json.toString()), (await stateOf(server, page)).value)
  assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  assert.ok(png.length > 10_000, `${png.length} bytes`)
})

for (const [name, viewport] of [
  ['wide', WIDE],
  ['phone', PHONE],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds nothing on the ${name} ${colorScheme} builder, nor on My Strategies`, async (context) => {
      await using browser = await openBrowser(context)
      if (!browser) return
      await using server = await start('instant')
      const { page } = await visit(browser, `${server.url}/strategies`, { viewport, colorScheme })
      await page.getByText('No strategies yet').waitFor()
      assert.deepEqual(await axeViolations(page), [])
      await page.goto(`${server.url}/builder`)
      await page.getByText('What should your money do?').waitFor()
      assert.deepEqual(await axeViolations(page), [])
      const toCanvas = () => (viewport === PHONE ? page.getByRole('tab', { name: /Canvas/ }).click() : undefined)
      await build(page, toCanvas)
      if (viewport === WIDE) await page.getByRole('button', { name: 'Copy answer' }).waitFor() // the answer stands
      assert.deepEqual(await axeViolations(page), [])
      await node(page, 'Buy in parts').focus()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Edit the step' }).waitFor()
      assert.deepEqual(await axeViolations(page), [])
      await page.keyboard.press('Escape')
      await page.getByRole('slider', { name: 'Timeline' }).press('Home')
      assert.deepEqual(await axeViolations(page), [])
      await page.getByRole('button', { name: 'Back to now' }).click()
      await save(page, 'Calm water')
      await save(page, 'Other water', 'Save as a new one')
      await page.goto(`${server.url}/strategies`)
      await page.getByRole('checkbox').nth(1).check()
      await page.getByRole('checkbox').first().check()
      assert.deepEqual(await axeViolations(page), [])
      await page.getByRole('button', { name: 'Compare' }).click()
      await page.getByText('7 the same').waitFor()
      assert.deepEqual(await axeViolations(page), [])
    })
  }
}

async function start(pace: string): Promise<Serving> {
  const folder = await mkdtemp(join(tmpdir(), 'streambed-builder-'))
  const env = {
    STREAMBED_BEDROCK: 'demo',
    STREAMBED_DEMO_PACE: pace,
    STREAMBED_DATA_DIR: folder,
    STREAMBED_AGENTS_DIR: AGENTS_DIR,
    LOG_LEVEL: 'silent',
  }
  const serving = await serve(readConfig({ env, argv: ['--port', '0'], cwd: folder }))
  return {
    ...serving,
    async [Symbol.asyncDispose]() {
      await serving[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function ask(page: Page, prompt = PROMPT): Promise<void> {
  await page.getByRole('textbox', { name: /message/i }).fill(prompt)
  await page.keyboard.press('Enter')
}

/** A whole strategy on the canvas. */
async function build(page: Page, toCanvas: () => Promise<void> | undefined = () => undefined): Promise<void> {
  await ask(page)
  await toCanvas()
  await node(page, 'Monthly result').waitFor()
  await finished(page)
}

/** The answer is over: what it has made can be saved. */
async function finished(page: Page): Promise<void> {
  await page.locator('button:enabled', { hasText: 'Save' }).first().waitFor()
}

async function save(page: Page, name: string, how = 'Save'): Promise<void> {
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  if (how !== 'Save') await page.getByRole('button', { name: how }).waitFor()
  await page.getByLabel('Name').fill(name)
  await page.getByRole('dialog').getByRole('button', { name: how, exact: true }).click()
  await page.getByText(`“${name}” is in My Strategies.`).waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' }) // its own button has the name of the one that opens it
}

const nodes = (page: Page) => page.locator('.react-flow__node')
const node = (page: Page, label: string) => page.locator(`.react-flow__node[aria-label*="${label}"]`)
const placeOf = (page: Page, label: string) => node(page, label).evaluate((element) => element.style.transform)

/** Runs in the page: whether the browser has stored that something stands there. */
function isKept(place: string): boolean {
  const [x, y] = place.match(/-?[\d.]+/g)!
  const views = Object.entries(localStorage).filter(([key]) => key.startsWith('streambed.canvas.'))
  return views.some(([, view]) => view.includes(`[${x},${y}]`))
}

async function dragNode(page: Page, label: string, x: number, y: number): Promise<void> {
  const box = (await node(page, label).boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 2 + x, box.y + box.height / 2 + y, { steps: 5 })
  await page.mouse.up()
}

async function exported(page: Page, as: string): Promise<Buffer> {
  await page.getByRole('button', { name: 'Export' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: as }).click(),
  ])
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer) // it reads bytes
  return Buffer.concat(chunks)
}

/** The state of the conversation that the page shows, as the server has it. */
async function stateOf({ url }: Serving, page: Page) {
  const id = /\/builder\/(\w+)/.exec(page.url())![1]
  const state = await (await fetch(`${url}/v1/conversations/${id}/state`)).json()
  return state as { value: { flowchart: { nodes: { label: string }[] } } }
}

/** Runs in the page: the words beside the flowchart that have no room. */
function cutWords(): readonly string[] {
  const parts = [...document.querySelectorAll('main section *, main [role=group] *, main fieldset *')]
  const cut = parts.filter((part) => part.textContent && part.clientWidth > 1 && part.scrollWidth > part.clientWidth)
  return cut.map(({ textContent }) => textContent)
}

interface Growth {
  /** How many nodes were seen, each number once, in the order in which they were. */
  readonly counts: number[]
  /** Where the first node was seen on the canvas. */
  readonly places: string[]
}

/** Runs in the page: writes down what is painted. */
function watchGrowth(): void {
  const growth: Growth = { counts: [], places: [] }
  Object.assign(globalThis, { growth })
  const look = () => {
    const nodes = document.querySelectorAll<HTMLElement>('.react-flow__node')
    const place = nodes[0]?.style.transform
    if (nodes.length > 0 && growth.counts.at(-1) !== nodes.length) growth.counts.push(nodes.length)
    if (place && !growth.places.includes(place)) growth.places.push(place)
    requestAnimationFrame(look)
  }
  look()
}
