import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deAgents } from '../../packages/web/src/text/de-agents.ts'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { axeViolations, openBrowser, PHONE } from './browser.ts'
import { startApp } from './steps.ts'

/** Each place of the app, and German words that are there when it is whole. */
const PLACES: readonly (readonly [path: string, whole: string])[] = [
  ['/', 'Woran arbeiten wir?'],
  ['/builder', 'Was soll dein Geld tun?'],
  ['/strategies', 'Noch keine Strategien'],
  ['/predictions', 'Alle Vorhersagen'],
  ['/predictions/d_nothing', 'Diese Vorhersage gibt es nicht'],
  ['/alarms', 'Neuer Wecker'],
  ['/usage', 'In dieser Zeit wurde nichts verbraucht'],
  ['/settings', 'Aussehen und Sprache'],
  ['/c/c_nothing', 'Dieses Gespräch gibt es nicht'],
  ['/nowhere', 'Unter dieser Adresse gibt es keine Seite'],
]

test('in German the app is German on a phone: agents, what to ask them, and what went wrong', async (t) => {
  await using browser = await openBrowser(t)
  if (!browser) return
  using folder = temporaryFolder()
  await using server = await startApp(folder.path, 'instant')
  const { items } = (await (await fetch(`${server.url}/v1/agents`)).json()) as { items: readonly Agent[] }
  const said = items.flatMap(({ title, description, suggestions }) => [title, description, ...suggestions])
  assert.deepEqual(
    said.filter((words) => !deAgents.has(words)),
    [],
  )

  const context = await browser.newContext({ viewport: PHONE, locale: 'de-DE', reducedMotion: 'reduce' })
  const page = await context.newPage()
  for (const [path, whole] of PLACES) {
    await page.goto(server.url + path)
    await page.getByText(whole).first().waitFor()
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, path)
    const shown = await page.locator('body').textContent()
    assert.deepEqual([path, said.filter((words) => words.length > 12 && shown?.includes(words))], [path, []])
  }
  await page.goto(server.url)
  await page.getByText('Was ist Streambed, in drei Sätzen?').waitFor()
  assert.deepEqual(await axeViolations(page), [])

  const { conversation } = await post(`${server.url}/v1/messages`, { requestId: 'q1', text: 'Hello' })
  const { token } = await post(`${server.url}/v1/conversations/${conversation}/share`)
  await page.goto(`${server.url}/shared#${token}`)
  await page.getByText('Mit Assistent').waitFor()

  const error = { code: 'store-failed', message: 'Nobody reads this.', retry: false }
  await page.route(/\/v1\/predictions/, (route) => route.fulfill({ status: 503, json: { error } }))
  await page.goto(`${server.url}/predictions`)
  await page.getByText('Das Protokoll konnte nicht geschrieben werden.').waitFor()
})

async function post(url: string, body: unknown = {}): Promise<Record<string, string>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return (await response.json()) as Record<string, string>
}

interface Agent {
  readonly title: string
  readonly description: string
  readonly suggestions: readonly string[]
}
