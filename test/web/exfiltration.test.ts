import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { type Brain, type Piece, type Question, startEmulator } from '@streambed/emulator'
import type { Page } from 'playwright-core'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { openBrowser, visit } from './browser.ts'
import { startApp } from './steps.ts'
import { HOST, VECTORS } from './vectors.ts'

const LETTER_BY_LETTER = [VECTORS[3]!, VECTORS[18]!]

test('forty ways to make a page tell others make no request, wherever they stand', async (context) => {
  await using trap = await openTrap()
  await using browser = await openBrowser(context, [`--host-resolver-rules=MAP * ${trap.address}, EXCLUDE 127.0.0.1`])
  if (!browser) return
  assert.ok(VECTORS.length >= 40)
  using data = temporaryFolder()
  const model = parrot()
  await using bedrock = await startEmulator({ brain: model, pace: 'instant' })
  await using server = await startApp(data.path, 'instant', { bedrockUrl: bedrock.url })
  const conversation = await saidAll(server.url)

  const { page, context: profile, complaints } = await visit(browser, server.url)
  const foreign: string[] = []
  await profile.addInitScript(noteViolations)
  await profile.route(
    (url) => url.origin !== server.url,
    (route) => {
      foreign.push(route.request().url())
      return route.abort()
    },
  )
  await page.goto(`${server.url}/c/${conversation}`)
  const seen = await lookAtEverything(page)
  assert.deepEqual([...seen].toSorted(ascending), [...VECTORS.keys()])

  for (const vector of LETTER_BY_LETTER) await spellOut(page, model, vector)

  assert.deepEqual(foreign, [])
  assert.deepEqual(await page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations), [])
  assert.deepEqual(complaints, [])
  assert.equal(trap.calls, 0)
  assert.equal(profile.pages().length, 1)
})

interface Parrot extends Brain {
  /** Lets it say the next letter of what it spells out. */
  say(): void
}

/** Asked for `vector 7` it thinks it, gives it to a tool, says and cites it; asked to `spell 7` it says it letter by letter. */
function parrot(): Parrot {
  let go = Promise.withResolvers<void>()
  async function* spelt(vector: string): AsyncGenerator<Piece> {
    for (const text of [...vector, '\n\nSpelt.']) {
      await go.promise
      go = Promise.withResolvers()
      yield { type: 'text', text }
    }
  }
  return {
    name: 'parrot',
    say: () => go.resolve(),
    answer({ request }: Question) {
      const asked = request.messages!.flatMap(({ role, content }) => (role === 'user' ? content! : []))
      const [, order, number] = /.*\b(vector|spell) (\d+)/s.exec(asked.map(({ text }) => text ?? '').join('\n'))!
      const vector = VECTORS[Number(number)]!
      if (order === 'spell') return { pieces: spelt(vector) }
      const isAfterTool = request.messages!.at(-1)!.content!.some(({ toolResult }) => toolResult)
      return { pieces: isAfterTool ? said(number!, vector) : done(vector) }
    },
  }
}

function* done(vector: string): Generator<Piece> {
  yield { type: 'reasoning', text: vector }
  yield { type: 'reasoning-signature', signature: 'c2lnbmVk' }
  yield { type: 'tool', name: 'remember' }
  yield { type: 'tool-input', json: JSON.stringify({ text: vector }) }
}

function* said(number: string, vector: string): Generator<Piece> {
  yield { type: 'text', text: `${vector}\n\nThis was number ${number}.` }
  const source = {
    title: vector,
    source: vector,
    location: { web: { url: vector } },
    sourceContent: [{ text: vector }],
  }
  yield { type: 'citation', citation: source }
}

/** A conversation in which every vector is asked, thought, called with, returned, answered and cited. */
async function saidAll(url: string): Promise<string> {
  let conversationId: string | undefined
  for (const [number, vector] of VECTORS.entries()) {
    const prompt = `${vector}\n\nvector ${number}`
    const response = await fetch(`${url}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt, agent: 'assistant', ...(conversationId && { conversationId }) }),
    })
    const stream = await response.text()
    conversationId = /"conversationId":\s*"(c_\w+)"/.exec(stream)?.[1]
    assert.ok(conversationId, stream)
  }
  return conversationId!
}

/** Scrolls from the end to the beginning and opens whatever can be opened. Which vectors came into view. */
async function lookAtEverything(page: Page): Promise<ReadonlySet<number>> {
  const seen = new Set<number>()
  let opened = 0
  await page.getByText(`This was number ${VECTORS.length - 1}.`).waitFor()
  while (true) {
    await page.evaluate(openWhatIsClosed)
    await painted(page)
    while (await page.evaluate(openNextSource)) {
      await painted(page)
      assert.deepEqual(await page.evaluate(findOddParts), [])
    }
    opened += await page.locator('[data-opened]').count()
    const { numbers, isTop } = await page.evaluate(goUp)
    for (const number of numbers) seen.add(number)
    await painted(page)
    if (isTop && numbers.includes(0)) {
      assert.ok(opened >= VECTORS.length, `${opened} sources were opened`)
      return seen
    }
  }
}

/** Has a vector come letter by letter, each painted before the next one. */
async function spellOut(page: Page, model: Parrot, vector: string): Promise<void> {
  const deltas = await page.evaluate(() => (globalThis as unknown as { deltas: number }).deltas)
  await page.getByRole('textbox', { name: 'Your message' }).fill(`spell ${VECTORS.indexOf(vector)}`)
  await page.keyboard.press('Enter')
  for (let letter = 1; letter <= [...vector].length + 1; letter++) {
    model.say()
    await page.waitForFunction((many) => (globalThis as unknown as { deltas: number }).deltas >= many, deltas + letter)
    await painted(page)
    assert.deepEqual(await page.evaluate(findOddParts), [])
  }
  await page.getByText('Spelt.').last().waitFor()
}

function painted(page: Page): Promise<unknown> {
  return page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
}

/** Runs in the page: what the security policy forbade, and how many pieces of text have come. */
function noteViolations(): void {
  const violations: string[] = []
  Object.assign(globalThis, { violations, deltas: 0 })
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    violations.push(`${violatedDirective} ${blockedURI}`),
  )
  globalThis.WebSocket = class extends WebSocket {
    constructor(url: string | URL) {
      super(url)
      this.addEventListener('message', ({ data }) => {
        if (JSON.parse(data).type === 'text-delta') (globalThis as unknown as { deltas: number }).deltas++
      })
    }
  }
}

/** Runs in the page. */
function openWhatIsClosed(): void {
  const closed = document.querySelectorAll<HTMLElement>('article [aria-expanded="false"]:not([aria-haspopup])')
  for (const button of closed) button.click()
}

/** Runs in the page. Whether there was one that had not been opened. */
function openNextSource(): boolean {
  const chip = document.querySelector<HTMLElement>('article ul button[aria-haspopup]:not([data-opened])')
  if (!chip) return false
  chip.dataset['opened'] = ''
  chip.click()
  return true
}

/** Runs in the page: which answers are there, and whether there is nothing above them; then goes up a little. */
function goUp(): { numbers: number[]; isTop: boolean } {
  const scroller = document.querySelector('section[aria-label="Conversation"]')!
  const found = [...scroller.textContent.matchAll(/This was number (\d+)\./g)]
  const isTop = scroller.scrollTop === 0
  scroller.dispatchEvent(new WheelEvent('wheel'))
  scroller.scrollTop -= scroller.clientHeight * 0.7
  return { numbers: found.map(([, number]) => Number(number)), isTop }
}

/** Runs in the page: what has no business in what somebody said, and links that do not hold to the policy. */
function findOddParts(): string[] {
  const said = [...document.querySelectorAll('section[aria-label="Conversation"], [role="dialog"]')]
  const forbidden =
    'img, picture, source, video, audio, iframe, object, embed, link, meta, base, style, script, form, image, use, math a, math [id], [style*="url"], [ping], [background]'
  const odd = said.flatMap((part) => [...part.querySelectorAll(forbidden)])
  const handlers = said
    .flatMap((part) => [...part.querySelectorAll('*')])
    .filter(({ attributes }) => [...attributes].some(({ name }) => name.startsWith('on')))
  const links = said
    .flatMap((part) => [...part.querySelectorAll<HTMLAnchorElement>('a[href]')])
    .filter(
      ({ protocol, target, relList, username }) =>
        !['http:', 'https:', 'mailto:'].includes(protocol) ||
        target !== '_blank' ||
        !relList.contains('noopener') ||
        !relList.contains('noreferrer') ||
        username !== '',
    )
  return [...odd, ...handlers, ...links].map(({ outerHTML }) => outerHTML.slice(0, 200))
}

/** Where every name but this machine's leads to: counts who calls for the host. Its name stands in TLS's first words, too. */
async function openTrap() {
  const trap = { calls: 0 }
  const server = createServer((socket) => {
    socket.on('error', () => {}) // it hangs up when it has had enough
    socket.setTimeout(1_000, () => socket.destroy())
    socket.once('data', (hello) => {
      if (hello.includes(HOST)) trap.calls++ // browsers call their makers, too
      socket.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  return Object.assign(trap, {
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  })
}

const ascending = (a: number, b: number) => a - b
