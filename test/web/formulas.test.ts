import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Brain, type Piece, startEmulator } from '@streambed/emulator'
import type { Page } from 'playwright-core'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { axeViolations, openBrowser, PHONE, visit, WIDE } from './browser.ts'
import { answered, lastAnswer, say, startApp } from './steps.ts'

const WIDE_SUM = `$$\n${Array.from({ length: 24 }, (_, nth) => `x_{${nth}}`).join(' + ')} = 0\n$$`
const ANSWER = `From $5 to $10, where $E = mc^2$ and \\(a \\neq b\\).\n\n${WIDE_SUM}\n\nAnd $\\frac{a$ too.`

test('formulas are drawn, money and what is no formula are not, and a wide one scrolls by itself', async (t) => {
  await using office = await openWith(t, () => ANSWER)
  if (!office) return
  for (const viewport of [WIDE, PHONE]) {
    const { page, complaints } = await office.visit(viewport)
    assert.deepEqual(await chunks(page), [])
    await say(page, 'Go')
    await answered(page, 1)
    const answer = lastAnswer(page)
    await answer.locator('math').nth(2).waitFor()
    const sources = await answer.locator('math').evaluateAll((all) => all.map((one) => one.getAttribute('alttext')))
    assert.deepEqual(sources.slice(0, 2), ['E = mc^2', 'a \\neq b'])
    assert.match((await answer.textContent()) ?? '', /From \$5 to \$10, where/)
    await answer.getByText('\\frac{a').waitFor()
    assert.equal((await chunks(page)).length, 1)
    assert.deepEqual(await axeViolations(page), [])
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true)
    if (viewport === PHONE) {
      const box = answer.getByRole('group', { name: 'Formula' })
      await box.focus()
      assert.equal(await box.evaluate((box) => box.scrollWidth > box.clientWidth), true)
    }
    assert.deepEqual(complaints, [])
  }
})

test('a formula is copied as it is written in TeX', async (t) => {
  await using office = await openWith(t, () => ANSWER)
  if (!office) return
  const { page, context } = await office.visit(WIDE)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await say(page, 'Go')
  await answered(page, 1)
  await lastAnswer(page).locator('math').nth(2).waitFor()
  await page.evaluate(() => getSelection()!.selectAllChildren(document.querySelector('.markdown p')!))
  await page.keyboard.press('ControlOrMeta+c')
  const copied = () => page.evaluate(() => navigator.clipboard.readText())
  assert.equal((await copied()).trim(), 'From $5 to $10, where $E = mc^2$ and $a \\neq b$.')
  await lastAnswer(page).getByRole('button', { name: 'Copy formula as TeX' }).click()
  await lastAnswer(page).getByRole('button', { name: 'Copied' }).waitFor()
  assert.match(await copied(), /^\s*x_\{0\} \+ x_\{1\}/)
})

test('while it comes, a formula is its text, and nothing else in the answer moves', async (t) => {
  let go = Promise.withResolvers<void>()
  async function* spelt(): AsyncGenerator<string> {
    for (const text of ['Before $x$.\n\nIt is \\[ a_1 * ', 'b *', ' c_2 \\] now', ' and *then*.']) {
      await go.promise
      go = Promise.withResolvers()
      yield text
    }
  }
  await using office = await openWith(t, spelt)
  if (!office) return
  const { page } = await office.visit(WIDE)
  await say(page, 'Go')
  const last = page.locator('.markdown > *').nth(1)
  go.resolve()
  await last.getByText('It is \\[ a_1 *').waitFor()
  const top = () => last.evaluate((block) => block.getBoundingClientRect().top)
  await page.locator('.markdown math').first().waitFor()
  const before = await top()
  go.resolve()
  await last.getByText('It is \\[ a_1 * b *').waitFor()
  assert.equal(await last.locator('em, math').count(), 0)
  go.resolve()
  await last.locator('math').waitFor()
  assert.equal(await top(), before)
  go.resolve()
  await last.locator('em').waitFor()
})

/** A server whose model says one thing. */
async function openWith(t: TestContext, words: () => string | AsyncIterable<string>) {
  const stack = new AsyncDisposableStack()
  const browser = await openBrowser(t)
  if (!browser) return undefined
  stack.use(browser)
  const folder = stack.use(temporaryFolder())
  const bedrock = stack.use(await startEmulator({ brain: saying(words), pace: 'instant' }))
  const server = stack.use(await startApp(folder.path, 'instant', { bedrockUrl: bedrock.url }))
  return {
    visit: (viewport: typeof PHONE) => visit(browser, server.url, { viewport }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function saying(words: () => string | AsyncIterable<string>): Brain {
  async function* pieces(): AsyncGenerator<Piece> {
    const said = words()
    for await (const text of typeof said === 'string' ? [said] : said) yield { type: 'text', text }
  }
  return { name: 'saying', answer: () => ({ pieces: pieces() }) }
}

/** The scripts that draw formulas, as far as they have been asked for. */
function chunks(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => /draw-formula.*\.js$/.test(name)),
  )
}
