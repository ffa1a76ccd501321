import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AssistantMessage, type Conversation, textOf } from '@streambed/protocol'
import type { Page } from 'playwright-core'
import { openNetwork } from '../chaos/harness/network.ts'
import { answersOf, checkLog, readLog } from '../chaos/harness/oracle.ts'
import { seededRandom } from '../chaos/harness/random.ts'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { openBrowser, visit } from './browser.ts'
import { answered, begun, conversationOf, lastAnswer, say, startApp } from './steps.ts'

const PROMPT = 'I have $5000 and want a conservative strategy with 3% monthly returns'
/** Slow enough to pull plugs and to open another window meanwhile; and a little faster. */
const [SLOW, FASTER] = ['150,45', '150,90']

test('pull the plug: nothing is lost, nothing is doubled, and one knows what it cost', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  using data = temporaryFolder()
  await using network = await openNetwork()
  await using first = await startApp(data.path, SLOW)
  const { port } = first
  network.target = port
  const random = seededRandom()
  context.diagnostic(`SEED=${random.seed}`)

  step(context, 'words and flowchart grow together')
  const { page: one, complaints } = await visit(browser, `${network.url}/builder`)
  await one.evaluate(watchGrowth)
  await say(one, PROMPT)
  await nodesShown(one, 2)
  const id = conversationOf(one)

  step(context, 'the network is cut; a second window joins, and is ahead')
  network.target = undefined
  assert.ok(network.cut(1, random) > 0)
  await one
    .getByText(/The connection was lost/)
    .first()
    .waitFor()
  const behind = await nodes(one).count()
  const { page: two } = await visit(browser, `${first.url}/builder/${id}`)
  await two.evaluate(watchGrowth)
  await nodesShown(two, behind + 1)
  assert.equal(await nodes(one).count(), behind)

  step(context, 'the network is back; both windows are equal')
  network.target = port
  await Promise.all([finished(one), finished(two)])
  await areEqual(one, two)
  const [ones, twos] = [await growthOf(one), await growthOf(two)]
  assert.ok(ones.words.length > 3, `words came in ${ones.words.length} pieces`)
  assert.ok(new Set([...ones.nodes, ...twos.nodes]).size > 2, `the flowchart grew ${ones.nodes} and ${twos.nodes}`)
  for (const numbers of [ones.words, ones.nodes, twos.nodes]) assert.deepEqual(numbers, numbers.toSorted(ascending))

  step(context, 'the server is killed in the middle of a second answer, and started again')
  await say(one, 'Make it safer and add a 5% stop-loss')
  await Promise.all([one, two].map((page) => answersShown(page, 2)))
  await Promise.all([begun(one), begun(two)])
  await first.kill()
  await using server = await startApp(data.path, FASTER, { port })
  await Promise.all(
    [one, two].map((page) =>
      page
        .getByText(/The server went away|interrupted/i)
        .first()
        .waitFor(),
    ),
  )
  await areEqual(one, two)
  const cut = await stored(server.url, id)
  assert.deepEqual(
    answersOf(cut).map(({ status }) => status),
    ['done', 'interrupted'],
  )
  await showsAll(two, cut)

  step(context, 'the interrupted answer is asked for again')
  await lastAnswer(two).getByText('Try again', { exact: true }).click()
  await Promise.all([one, two].map((page) => page.getByText('2 / 2').waitFor()))
  await Promise.all([finished(one), finished(two)])
  await areEqual(one, two)
  const whole = await stored(server.url, id)
  assert.deepEqual(
    answersOf(whole).map(({ status }) => status),
    ['done', 'interrupted', 'done'],
  )
  assert.equal(whole.messages.filter(({ role }) => role === 'user').length, 2)

  step(context, 'the timeline is dragged back: the flowchart un-builds itself')
  const counts = await dragTimelineBack(one)
  assert.deepEqual(counts, counts.toSorted(ascending).toReversed())
  assert.equal(counts.at(-1), 0)
  assert.ok(new Set(counts).size > 4, counts.join(' '))
  await one.getByRole('button', { name: 'Back to now' }).click()
  await areEqual(one, two)

  step(context, 'a tool asks for approval; its input is changed in the other window, and allowed')
  await one.goto(network.url)
  await say(one, 'Remember that I live in Oslo')
  await answered(one, 1)
  await say(one, 'Remember that my cat is called Miso')
  await answered(one, 2)
  await say(one, 'Forget that my cat is called Miso')
  const question = (page: Page) => page.getByRole('region', { name: 'Allow forget?' })
  await question(one).waitFor()
  const chat = conversationOf(one)
  await two.goto(`${server.url}/c/${chat}`)
  await question(two).getByRole('button', { name: 'Change the input' }).click()
  await question(two).getByRole('textbox').fill('oslo')
  await question(two).getByRole('button', { name: 'Allow with changes' }).click()
  await Promise.all([one, two].map((page) => answered(page, 3)))
  await areEqual(one, two)
  assert.match((await lastAnswer(one).textContent()) ?? '', /Allowed/)
  assert.deepEqual(await remembered(server.url), ['My cat is called Miso.'])

  step(context, 'a follow-up is stopped, and the receipt shows what was not spent')
  await say(one, 'Write 200 words about rivers')
  await Promise.all([one, two].map((page) => answersShown(page, 4)))
  await begun(two)
  await two.getByRole('button', { name: 'Stop the answer' }).click()
  await Promise.all([one, two].map((page) => page.getByText('You stopped this answer').waitFor()))
  await areEqual(one, two)
  const receipt = lastAnswer(one).getByRole('button', { name: /What this answer cost/ })
  assert.match((await receipt.textContent()) ?? '', /tokens · would be \$[\d.]+ \(estimated\)/)
  await receipt.click()
  await one.getByText('The answer was cut before Bedrock counted it').waitFor()
  await one.getByText('Not spent, at most').waitFor()
  await showsAll(two, await stored(server.url, chat))
  assert.deepEqual(complaints.filter(isNoOutage), [])
})

function step(context: TestContext, what: string): void {
  context.diagnostic(what)
}

const nodes = (page: Page) => page.locator('.react-flow__node')
const ascending = (a: number, b: number) => a - b

const nodesShown = (page: Page, least: number) =>
  page.waitForFunction((least) => document.querySelectorAll('.react-flow__node').length >= least, least)

const answersShown = (page: Page, count: number) =>
  page.waitForFunction((count) => document.querySelectorAll('article').length === count, count)

/** The answer is over: what it has made can be saved. */
const finished = (page: Page) => page.locator('button:enabled', { hasText: 'Save' }).first().waitFor()

/** What one reads in a window: everything that was said, and every step of the flowchart. */
async function contentOf(page: Page) {
  const said = await page.getByRole('region', { name: 'Conversation' }).textContent()
  const steps = await nodes(page).evaluateAll((all) => all.map((node) => node.getAttribute('aria-label')))
  return { said, steps }
}

/** Both windows come to show the same. */
async function areEqual(one: Page, two: Page): Promise<void> {
  const giveUp = AbortSignal.timeout(10_000)
  while (true) {
    const [ones, twos] = [await contentOf(one), await contentOf(two)]
    if (JSON.stringify(ones) === JSON.stringify(twos)) return
    if (giveUp.aborted) assert.deepEqual(ones, twos)
    await one.evaluate(() => new Promise(requestAnimationFrame))
  }
}

/** A log by the rules, and what it folds to. */
async function stored(url: string, id: Conversation['id']): Promise<Conversation> {
  const { events, fold } = await readLog(url, id)
  checkLog(events)
  return fold
}

/** A window shows every message of a conversation once, and of each the newest answer. */
async function showsAll(page: Page, conversation: Conversation): Promise<void> {
  const asked = conversation.messages.filter(({ role }) => role === 'user')
  assert.equal(await page.getByRole('heading', { name: 'You', exact: true }).count(), asked.length)
  assert.equal(await page.locator('article').count(), asked.length)
  const last = answersOf(conversation).at(-1)!
  assert.ok(plainWords((await lastAnswer(page).textContent()) ?? '').includes(plainWords(lastWords(last))))
}

function lastWords(answer: AssistantMessage): string {
  return textOf(answer).trim().split('\n').at(-1)!
}

/** Without the marks of markdown. */
function plainWords(text: string): string {
  return text.replaceAll(/[^\p{L}\d]+/gu, ' ').trim()
}

async function remembered(url: string): Promise<string[]> {
  const { items } = (await (await fetch(`${url}/v1/memories`)).json()) as { items: { text: string }[] }
  return items.map(({ text }) => text)
}

/** Drags the thumb from the right end to the left one. How many steps were on the canvas on the way. */
async function dragTimelineBack(page: Page): Promise<number[]> {
  const slider = (await page.getByRole('slider', { name: 'Timeline' }).boundingBox())!
  const y = slider.y + slider.height / 2
  const counts: number[] = []
  await page.mouse.move(slider.x + slider.width - 8, y)
  await page.mouse.down()
  for (let left = 1; left >= 0; left -= 0.05) {
    await page.mouse.move(slider.x + 4 + (slider.width - 12) * left, y)
    await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))))
    counts.push(await nodes(page).count())
  }
  await page.mouse.move(slider.x, y)
  await page.mouse.up()
  counts.push(await nodes(page).count())
  return counts
}

/** What the browser writes down for each request that found no server. */
function isNoOutage(complaint: string): boolean {
  return !/ERR_(?:CONNECTION|SOCKET|EMPTY_RESPONSE|INCOMPLETE|NETWORK|INTERNET)|WebSocket connection/.test(complaint)
}

interface Growth {
  /** How long the words were, and how many steps the flowchart had: each number once, in the order in which they were seen. */
  readonly words: number[]
  readonly nodes: number[]
}

function growthOf(page: Page): Promise<Growth> {
  return page.evaluate(() => (globalThis as unknown as { growth: Growth }).growth) // put there by the one below
}

/** Runs in the page: writes down what is painted. */
function watchGrowth(): void {
  const growth: Growth = { words: [], nodes: [] }
  Object.assign(globalThis, { growth })
  const note = (numbers: number[], number: number) => {
    if (number > 0 && numbers.at(-1) !== number) numbers.push(number)
  }
  const look = () => {
    note(growth.words, document.querySelector('article .markdown')?.textContent.length ?? 0)
    note(growth.nodes, document.querySelectorAll('.react-flow__node').length)
    requestAnimationFrame(look)
  }
  look()
}
