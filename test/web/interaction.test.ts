import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { openBrowser, visit } from './browser.ts'
import { longConversation } from './long-conversation.ts'
import { begun, say, startApp } from './steps.ts'

const PROMPT = 'Write 10,000 words about rivers'

test('in 2,000 messages, while 200 tokens a second come, the page answers at once and nothing jumps', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  using data = temporaryFolder()
  const conversation = await longConversation(data.path, 1_000)
  await using server = await startApp(data.path, '50,200', { env: { BEDROCK_MAX_TOKENS: '30000' } })
  const { page, complaints } = await visit(browser, `${server.url}/c/${conversation}`)
  await page.getByText('Answer 1000 in a few words').waitFor()
  await say(page, PROMPT)
  await begun(page)
  await page.evaluate(observe)
  await page.waitForTimeout(2_000) // nobody touches anything: shifts after a touch would not count
  const shift = await page.evaluate(() => (globalThis as unknown as Observed).shift)

  const field = page.getByRole('textbox', { name: 'Your message' })
  await field.pressSequentially('While it speaks somebody writes the next question. ', { delay: 20 })
  await scrollAndPress(page)
  await field.pressSequentially('And goes on writing.', { delay: 20 })
  assert.equal(await page.getByRole('button', { name: 'Stop the answer' }).count(), 1, 'it still speaks')

  const durations = (await page.evaluate(() => [...(globalThis as unknown as Observed).interactions.values()])).sort(
    (a, b) => a - b,
  )
  const at = (part: number) => durations[Math.min(durations.length - 1, Math.floor(durations.length * part))]!
  context.diagnostic(
    `${durations.length} interactions: p50 ${at(0.5)} ms, p75 ${at(0.75)} ms, p98 ${at(0.98)} ms; layout shift ${shift.toFixed(4)}`,
  )
  assert.ok(durations.length > 50, `${durations.length} interactions were measured`)
  assert.ok(at(0.5) < 500, `half of the interactions took more than ${at(0.5)} ms`)
  assert.ok(shift < 0.01, `things moved by ${shift}`)
  assert.deepEqual(complaints, [])
})

/** Scrolls by wheel and keys, opens and closes a menu, as somebody does who looks around. */
async function scrollAndPress(page: Page): Promise<void> {
  const list = page.getByRole('region', { name: 'Conversation' })
  await list.hover()
  for (let turn = 0; turn < 10; turn++) await page.mouse.wheel(0, turn < 6 ? -400 : 500)
  await list.focus()
  for (const key of ['PageUp', 'PageUp', 'ArrowUp', 'PageDown', 'End']) await page.keyboard.press(key)
  for (let i = 0; i < 3; i++) {
    await page
      .getByRole('button', { name: /^Actions for “A long one”/ })
      .last()
      .click()
    await page.getByRole('menuitem', { name: 'Rename' }).waitFor()
    await page.keyboard.press('Escape')
  }
}

interface Observed {
  /** The longest event of each interaction, by its id, in milliseconds. */
  readonly interactions: Map<number, number>
  shift: number
}

/** Runs in the page: notes how long it takes until what somebody did is painted, and what jumps. */
function observe(): void {
  const seen: Observed = { interactions: new Map(), shift: 0 }
  Object.assign(globalThis, seen)
  const observed = globalThis as unknown as Observed
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceEventTiming[]) {
      const { interactionId, duration } = entry as PerformanceEventTiming & { interactionId: number }
      if (interactionId > 0)
        observed.interactions.set(interactionId, Math.max(duration, observed.interactions.get(interactionId) ?? 0))
    }
  }).observe({ type: 'event', durationThreshold: 16, buffered: false } as PerformanceObserverInit)
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
      if (!entry.hadRecentInput) observed.shift += entry.value
  }).observe({ type: 'layout-shift', buffered: false })
}
