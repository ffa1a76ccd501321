import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Piece, startEmulator } from '@streambed/emulator'
import type { Locator } from 'playwright-core'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { axeViolations, openBrowser, PHONE, visit } from './browser.ts'
import { answered, lastAnswer, say, startApp } from './steps.ts'

const LONG = Array.from({ length: 12 }, (_, nth) => `word${nth}`).join(' ')

test('the number of a footnote leads to its note and back, and the address stays', async (t) => {
  await using phone = await answerOnPhone(t, `A claim.[^a]\n\n${'More.\n\n'.repeat(60)}[^a]: The note.\n\n`)
  if (!phone) return
  const { page, answer } = phone
  const address = page.url()
  await answer.getByRole('button', { name: 'Footnote 1', exact: true }).click()
  const note = answer.getByRole('listitem').filter({ hasText: 'The note.' })
  assert.equal(await isFocused(note), true)
  const back = note.getByRole('button', { name: 'Back to where footnote 1 is named' })
  assert.deepEqual(await axeViolations(page), [])
  await back.click()
  assert.equal(await isFocused(answer.getByRole('button', { name: 'Footnote 1', exact: true })), true)
  assert.equal(page.url(), address)
})

test('of code that is longer than the window, the way to copy it stays in view', async (t) => {
  const code = Array.from({ length: 80 }, (_, nth) => `const line${nth} = ${nth}`).join('\n')
  await using phone = await answerOnPhone(t, `\`\`\`js\n${code}\n\`\`\`\n\nThe end.`)
  if (!phone) return
  const { page, answer } = phone
  await answer.getByText('line70').first().scrollIntoViewIfNeeded()
  await page.waitForFunction(() => {
    const places = ['section[aria-label=Conversation]', 'button[aria-label="Copy code"]', 'pre']
    const [view, copy, code] = places.map((place) => document.querySelector(place)!.getBoundingClientRect())
    return code!.top < view!.top && copy!.top >= view!.top && copy!.bottom <= view!.bottom
  })
})

test('what is wider than the phone fades where it goes on, and nothing else does', async (t) => {
  const table = (cells: string) => `| ${cells} |\n|${'---|'.repeat(cells.split('|').length)}\n| ${cells} |\n\n`
  const wide = Array.from({ length: 9 }, (_, nth) => `heading ${nth}`).join(' | ')
  await using phone = await answerOnPhone(t, `${table('a | b')}${table(wide)}`)
  if (!phone) return
  const tables = phone.answer.getByRole('region', { name: 'Table' })
  const fades = (edge: string) =>
    tables.evaluateAll(
      (all, edge) => all.map((box) => parseFloat(getComputedStyle(box).getPropertyValue(edge)) > 0),
      edge,
    )
  assert.deepEqual(
    [await fades('--fade-before'), await fades('--fade-after')],
    [
      [false, false],
      [false, true],
    ],
  )
  await tables.last().evaluate((box) => {
    box.scrollLeft = box.scrollWidth
  })
  await phone.page.waitForFunction(() => {
    const box = [...document.querySelectorAll('.scrolls-aside')].at(-1)!
    return getComputedStyle(box).getPropertyValue('--fade-after') === '0px'
  })
  assert.deepEqual(
    [await fades('--fade-before'), await fades('--fade-after')],
    [
      [false, true],
      [false, false],
    ],
  )
})

test('Hebrew runs from right to left, bullets and all, and a task that goes on in a second line hangs', async (t) => {
  await using phone = await answerOnPhone(t, `- שלום עולם\n- לחם\n\nHello.\n\n- [ ] ${LONG}`, 'שלום, מה שלומך?')
  if (!phone) return
  const { page, answer } = phone
  const direction = (place: Locator) => place.evaluate((box) => getComputedStyle(box).direction)
  assert.deepEqual(
    [await direction(answer.getByRole('list').first()), await direction(answer.getByText('Hello.'))],
    ['rtl', 'ltr'],
  )
  assert.equal(await direction(page.getByText('שלום, מה שלומך?').last()), 'rtl')
  const lefts = await answer.getByText('word11').evaluate((item) => {
    const range = new Range()
    range.selectNodeContents(item.lastChild!)
    return [...range.getClientRects()].map(({ left }) => Math.round(left))
  })
  assert.ok(lefts.length > 1)
  assert.deepEqual(new Set(lefts).size, 1)
})

/** A phone that shows the answer of a model which says one thing. */
async function answerOnPhone(t: TestContext, words: string, question = 'Go') {
  const stack = new AsyncDisposableStack()
  const browser = await openBrowser(t)
  if (!browser) return undefined
  stack.use(browser)
  const folder = stack.use(temporaryFolder())
  const brain = { name: 'saying', answer: () => ({ pieces: once(words) }) }
  const bedrock = stack.use(await startEmulator({ brain, pace: 'instant' }))
  const server = stack.use(await startApp(folder.path, 'instant', { bedrockUrl: bedrock.url }))
  const { page } = await visit(browser, server.url, { viewport: PHONE })
  await say(page, question)
  await answered(page, 1)
  return { page, answer: lastAnswer(page), [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

async function* once(text: string): AsyncGenerator<Piece> {
  yield { type: 'text', text }
}

function isFocused(place: Locator): Promise<boolean> {
  return place.evaluate((element) => element === document.activeElement)
}
