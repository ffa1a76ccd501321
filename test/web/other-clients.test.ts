import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, normalize } from 'node:path'
import { test } from 'node:test'
import type OpenAI from 'openai'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { openBrowser, visit } from './browser.ts'
import { startApp } from './steps.ts'

const OPENAI = join(import.meta.dirname, '..', '..', 'node_modules/openai')

test('OpenAI’s client talks from a page of another origin, and reads which conversation it is', async (context) => {
  await using browser = await openBrowser(context)
  if (!browser) return
  using data = temporaryFolder()
  await using host = await openHost()
  await using server = await startApp(data.path, '0,0', { env: { CORS_ORIGIN: host.url } })
  const { page, complaints } = await visit(browser, host.url)
  const answer = await page.evaluate(async (baseURL) => {
    const client = '/client/index.mjs'
    const { OpenAI: Client } = (await import(client)) as { OpenAI: typeof OpenAI }
    const openai = new Client({ baseURL, apiKey: 'none', maxRetries: 0, dangerouslyAllowBrowser: true })
    const { data, response } = await openai.chat.completions
      .create({
        model: 'assistant',
        temperature: 0,
        messages: [{ role: 'user', content: 'What is 6 times 7?' }],
        stream: true,
      })
      .withResponse()
    let text = ''
    for await (const { choices } of data) text += choices[0]?.delta.content ?? ''
    const header = (name: string) => response.headers.get(name)
    return { text, conversation: header('x-streambed-conversation'), ignored: header('x-streambed-ignored') }
  }, `${server.url}/openai/v1`)
  assert.match(answer.text, /42/)
  assert.match(answer.conversation!, /^c_/)
  assert.equal(answer.ignored, 'temperature')
  assert.deepEqual(complaints, [])
})

/** A page with OpenAI's own modules beside it. */
async function openHost() {
  const http = createServer(async ({ url = '/' }, response) => {
    if (!url.startsWith('/client/')) {
      response.setHeader('content-type', 'text/html')
      return response.end('<!doctype html><link rel="icon" href="data:,"><title>A host</title>')
    }
    response.setHeader('content-type', 'text/javascript')
    response.end(await readFile(join(OPENAI, normalize(url.slice('/client'.length)))))
  }).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections()
      http.close()
      await once(http, 'close')
    },
  }
}
